"""Files as data and on a disk: hashed, written whole or not at all, with one line for refusals."""

import contextlib
import errno
import hashlib
import os
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TypeGuard

import gradekit
from gradekit.errors import CheckOutcome, GraderError, StorageError, SubmissionError

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


def told_by_machine(text: str) -> StorageError | None:
    """Return in one line what the machine refused to another process, as that one's text tells.

    None where the text says nothing of the machine.
    """
    for number, advice in ADVICE.items():
        if (said := os.strerror(number)) in _SAID and said in text:
            return StorageError(f"this machine: {said}: {advice}, {AGAIN}")
    return None


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


def unreadable(error: OSError, path: Path | str) -> SubmissionError | StorageError:
    """Return what keeps a file of a hand-in from being read, in one line.

    It is the machine's matter, as for every other hand-in, unless one may not read this very file
    or it is gone: that comes with the hand-in, for an archive says who may read what is in it.
    """
    if is_machines(error) and not isinstance(error, PermissionError):
        return storage_error(error, path)
    remedy = "; allow it to be read, or copy it anew" if isinstance(error, PermissionError) else ""
    return SubmissionError(f"{path}: cannot be read ({error.strerror or error}){remedy}")


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


Files = Mapping[str, bytes]

# What decides how a hand-in is graded; the rest of the kit only carries it.
DECIDING = (
    *("model.py", "errors.py", "files.py", "processes.py", "notebook", "assignment", "solution"),
    *("sandbox", "workers", "checks", "grading", "batch"),
)


def hash_files(files: Files) -> str:
    """Return the SHA-256 of some files' names and contents, in hexadecimal."""
    digest = hashlib.sha256()
    for name in sorted(files):
        # Names of files need not be UTF-8.
        head = f"{name}\0{len(files[name])}\0".encode(errors="surrogateescape")
        digest.update(head + files[name])
    return digest.hexdigest()


def hash_texts(*texts: str) -> str:
    """Return the SHA-256 of some texts one after another, in hexadecimal."""
    return hash_files({str(number): text.encode() for number, text in enumerate(texts)})


def write_files(folder: Path, files: Files) -> None:
    """Write files below a folder, which need not be there."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


@cache
def code_key(names: tuple[str, ...] = DECIDING) -> str:
    """Return the hash of the code of some folders or files of the package: of what grades.

    Of a folder all files count, in whatever folder below it: a template decides as code does.
    """
    package = Path(gradekit.__file__).parent
    places = [package / name for name in names]
    paths = [p for place in places for p in ([place] if place.is_file() else place.rglob("*"))]
    files = [path for path in paths if path.is_file() and path.parent.name != "__pycache__"]
    return hash_files({str(path.relative_to(package)): path.read_bytes() for path in files})
