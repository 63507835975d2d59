"""One command at a time works on a course's gradebook and folders."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gradekit.report import GradekitError


@contextmanager
def course_lock(root: Path) -> Iterator[None]:
    """Hold a course; raise GradekitError with the number of the process that already does.

    The kernel lets go of it when the process ends, however it ends.
    """
    path = root / ".gradekit" / "lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            holder = file.read().strip() or "another"
            raise GradekitError(
                f"process {holder} is at work in this course ({path}): wait until it has ended"
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
