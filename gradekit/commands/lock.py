"""One command at a time works on a course's gradebook and folders."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from gradekit.errors import GradekitError
from gradekit.files import storage_error


@contextmanager
def course_lock(root: Path) -> Iterator[None]:
    """Hold a course; raise GradekitError with the number of the process that already does.

    The kernel lets go of it when the process ends, however it ends. Raises StorageError where the
    file that is held cannot be written.
    """
    path = root / ".gradekit" / "lock"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("ab+", buffering=0)
    except OSError as error:
        raise storage_error(error, path) from error
    with file:
        _hold(file, path)
        yield


def _hold(file: BinaryIO, path: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        file.truncate(0)
        file.write(str(os.getpid()).encode())
    except BlockingIOError as error:
        file.seek(0)
        number = file.read().decode()
        holder = f"process {number}" if number else "another process"
        raise GradekitError(
            f"{holder} is at work in this course ({path}): wait until it has ended"
        ) from error
    except OSError as error:
        raise storage_error(error, path) from error
