"""Files that are written whole or not at all, and one line where the machine refuses to."""

import contextlib
import errno
import os
import tempfile
from pathlib import Path
from typing import TypeGuard

from gradekit.report import HandinError, StorageError

# What is wrong with the machine or its settings, and with no hand-in in particular.
ADVICE = {
    errno.EACCES: "make it yours to read and write",
    errno.EPERM: "make it yours to read and write",
    errno.ENOSPC: "make room",
    errno.EDQUOT: "make room",
    errno.EFBIG: "allow larger files",
    errno.EROFS: "make it writable",
    errno.EIO: "look after the disk",
    errno.EMFILE: "allow more open files",
    errno.ENFILE: "allow more open files",
    errno.ENOMEM: "use fewer --jobs",
}
AGAIN = "then run the same command again"


def is_machines(error: BaseException) -> TypeGuard[OSError]:
    """Whether an error is of the machine, such as a full disk, whatever file it came with."""
    return isinstance(error, OSError) and error.errno in ADVICE


def storage_error(error: OSError, path: Path | str = "") -> StorageError:
    """Return what stopped the use of a file or folder, in one line: where, what, and what to do.

    Without `path` it is where the error says, if it does.
    """
    where = path or error.filename2 or error.filename or "a file"
    advice = ADVICE.get(error.errno or 0, "put that right")
    return StorageError(f"{where}: {error.strerror or error}: {advice}, {AGAIN}")


def unreadable(error: OSError, path: Path | str) -> HandinError | StorageError:
    """Return what keeps a file of a hand-in from being read, in one line.

    It is the machine's matter, as for every other hand-in, unless one may not read this very file
    or it is gone: that comes with the hand-in, for an archive says who may read what is in it.
    """
    if is_machines(error) and not isinstance(error, PermissionError):
        return storage_error(error, path)
    return HandinError(f"{path}: cannot be read ({error.strerror or error})")


def require_folder(path: Path) -> None:
    """Make a folder where there is none; raise StorageError where nothing can be written to it."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path, buffering=0) as file:
            file.write(b"room")
    except OSError as error:
        raise storage_error(error, path) from error


def write_whole(path: Path, data: bytes) -> None:
    """Write a file in one step; whoever reads meanwhile finds the old one or the new one, whole.

    Raises StorageError where that fails; then the old one stays.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(data)
        partial.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            partial.unlink()
        raise storage_error(error, path) from error
