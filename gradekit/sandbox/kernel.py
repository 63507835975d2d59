"""Calls the kernel where Python's own modules have no function for it."""

import ctypes
import os
from typing import Any

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


def libc(name: str, *arguments: Any) -> int:
    """Call a function of the C library that returns an int; raise OSError where it returns -1."""
    result = int(getattr(_libc, name)(*map(_as_c, arguments)))
    if result == -1:
        code = ctypes.get_errno()
        raise OSError(code, f"{name}: {os.strerror(code)}")
    return result


def syscall(name: str, number: int, *arguments: Any) -> int:
    """Make a system call by its number; `name` is for the OSError that is raised where it fails."""
    try:
        return libc("syscall", number, *arguments)
    except OSError as error:
        raise OSError(error.errno, f"{name}: {os.strerror(error.errno or 0)}") from None


def prctl(option: int, *arguments: int) -> int:
    """Call prctl(2) with up to four numbers; raise OSError where it fails."""
    return libc("prctl", option, *(*arguments, 0, 0, 0, 0)[:4])


def _as_c(value: Any) -> Any:
    if isinstance(value, int):
        return ctypes.c_long(value)
    return value.encode() if isinstance(value, str) else value
