"""The secret that an assignment's hidden inputs are drawn with: made once, kept with the course.

It lies beside the hidden checks, and is the same for everybody and every rerun. With another one
everybody is graded again, so one that is lost is never replaced without a word.
"""

import contextlib
import hashlib
import os
import re
import secrets
from pathlib import Path

from gradekit.course import Assignment
from gradekit.errors import AuthoringError
from gradekit.files import storage_error, write_whole

SECRET = "secret.key"
SECRET_BYTES = 32
_TEXT = re.compile(rb"[0-9a-f]{%d}\n?" % (2 * SECRET_BYTES))


def read_secret(assignment: Assignment) -> bytes:
    """Return the assignment's secret, 32 bytes; make it where nobody was graded with another one.

    Raises AuthoringError where it is damaged, or was there and is gone, and there are hand-ins;
    StorageError where it cannot be read or written.
    """
    path, known = assignment.graders / SECRET, _fingerprint_file(assignment)
    try:
        if not path.exists():
            if known.is_file() and _has_handins(assignment):
                raise AuthoringError(
                    f"{path}: gone, though hidden inputs were drawn with it. {_put_back(known)}"
                )
            _make(path)
        text = path.read_bytes()[: 4 * SECRET_BYTES]
    except OSError as error:
        raise storage_error(error, path) from error
    if not _TEXT.fullmatch(text):
        raise AuthoringError(
            f"{path}: damaged: it is one line of {2 * SECRET_BYTES} digits and letters a to f. "
            f"{_put_back(known)}"
        )
    secret = bytes.fromhex(text.decode())
    _remember(known, secret)
    return secret


def _has_handins(assignment: Assignment) -> bool:
    """Whether there is anybody who may have been graded; else no points depend on a secret."""
    name = assignment.name
    graded = assignment.root / assignment.folders.autograded
    reports = assignment.report_file("any").parent
    return any(
        found
        for folder, pattern in (
            (assignment.submitted, f"*/{name}"),
            (graded, f"*/{name}"),
            (reports, "*.json"),
        )
        for found in folder.glob(pattern)
    )


def _put_back(known: Path) -> str:
    return (
        "Put it back from a copy of the course; or remove it, if it is there, and "
        f"{known}: then new inputs are drawn, and everybody is graded again"
    )


def _make(path: Path) -> None:
    """Write a new secret; of two processes that do so at once, both have the first one's."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileNotFoundError):
        partial.unlink()
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(f"{secrets.token_hex(SECRET_BYTES)}\n")
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(partial, path)
    finally:
        partial.unlink()


def _fingerprint_file(assignment: Assignment) -> Path:
    return assignment.root / ".gradekit" / "secrets" / f"{assignment.name}.sha256"


def _remember(known: Path, secret: bytes) -> None:
    fingerprint = f"{hashlib.sha256(secret).hexdigest()}\n".encode()
    with contextlib.suppress(OSError):
        if known.read_bytes() == fingerprint:
            return
    write_whole(known, fingerprint)
