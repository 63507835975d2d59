"""Landlock: from then on a process reaches only the files that were named beforehand.

Rights and structures from Linux's include/uapi/linux/landlock.h; versions from its documentation:
2 adds moving files, 3 truncating, 4 TCP, 5 devices, 6 abstract sockets and signals.
"""

import ctypes
import os
import stat
import struct
from collections.abc import Iterable
from pathlib import Path

from gradekit.sandbox.kernel import syscall
from gradekit.sandbox.syscalls import (
    LANDLOCK_ADD_RULE,
    LANDLOCK_CREATE_RULESET,
    LANDLOCK_RESTRICT_SELF,
)

WRITE_FILE, READ_FILE, READ_DIR = 1 << 1, 1 << 2, 1 << 3
_FILE_RIGHTS_BY_VERSION = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}  # how many rights there are
_TCP_RIGHTS, _SCOPES = 0b11, 0b11
_VERSION_FLAG, _PATH_BENEATH = 1, 1

# A place that is open without reading it, and what may be done below it.
OpenPlace = tuple[int, int]


def version() -> int:
    """Return the version of Landlock that the kernel has; 0 where it has none."""
    try:
        return _create(None, 0, _VERSION_FLAG)
    except OSError:
        return 0


def all_rights(landlock_version: int) -> int:
    """Return all that may be done to files and folders which a version knows of."""
    newest = max(_FILE_RIGHTS_BY_VERSION)
    return (1 << _FILE_RIGHTS_BY_VERSION[min(landlock_version, newest)]) - 1


def open_place(path: Path, rights: int = READ_FILE | READ_DIR) -> OpenPlace:
    """Return a file or folder as a place with some rights; a file has none of a folder's."""
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
    return descriptor, rights if is_folder else rights & ~READ_DIR


def restrict(places: Iterable[OpenPlace], landlock_version: int) -> None:
    """Confine this process to some places for good; raise OSError where the kernel refuses."""
    ruleset = _new_ruleset(landlock_version)
    try:
        for descriptor, rights in places:
            # Packed, as the kernel has it: 8 bytes of rights, 4 of the descriptor.
            rule = struct.pack("=Qi", rights, descriptor)
            _add_rule(ruleset, rule)
        syscall("landlock_restrict_self", LANDLOCK_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _new_ruleset(landlock_version: int) -> int:
    fields = [all_rights(landlock_version)]
    if landlock_version >= 4:
        fields.append(_TCP_RIGHTS)
    if landlock_version >= 6:
        fields.append(_SCOPES)
    return _create(struct.pack(f"={len(fields)}Q", *fields), 8 * len(fields), 0)


def _create(attributes: bytes | None, size: int, flags: int) -> int:
    return syscall("landlock_create_ruleset", LANDLOCK_CREATE_RULESET, attributes, size, flags)


def _add_rule(ruleset: int, rule: bytes) -> None:
    buffer = ctypes.create_string_buffer(rule, len(rule))
    syscall("landlock_add_rule", LANDLOCK_ADD_RULE, ruleset, _PATH_BENEATH, buffer, 0)
