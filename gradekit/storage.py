"""Files that are written whole or not at all, and one line where the machine refuses to."""

import contextlib
import errno
import os
import tempfile
from pathlib import Path
from typing import TypeGuard

from gradekit.report import CheckOutcome, GraderError, HandinError, StorageError

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
# What one may not do may be a file's or a sandbox's matter; this is the machine's alone.
_SAID = [os.strerror(number) for number in ADVICE if number not in (errno.EACCES, errno.EPERM)]
_SAID += [os.strerror(errno.EAGAIN), "can't start new thread"]
AGAIN = "then run the same command again"


def is_machines(error: BaseException) -> TypeGuard[OSError]:
    """Whether an error is of the machine, such as a full disk, whatever file it came with."""
    return isinstance(error, OSError) and error.errno in ADVICE


def says_machines(text: str) -> bool:
    """Whether an exception's text is one of those that only the machine gives rise to."""
    return any(said in text for said in _SAID)


def may_be_machines(error: BaseException | None) -> bool:
    """Whether the machine may have led to an error, or to what that came from."""
    while error is not None:
        if isinstance(error, CheckOutcome):
            return error.may_be_machines
        if isinstance(error, GraderError) and error.may_be_machines:
            return True
        if isinstance(error, StorageError | MemoryError) or is_machines(error):
            return True
        if says_machines(str(error)):
            return True
        error = error.__cause__ or error.__context__
    return False


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
