"""Files of a check's `tmp_path`: what a check writes there, a hand-in's code reads, and back."""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gradekit.grading.cells.running.work_folder import WorkFolder
from gradekit.workers.remote.in_test.confined import StudentClient


class CheckFiles:
    """Carries the files of the check that runs now."""

    def __init__(self) -> None:
        self._folder: WorkFolder | None = None
        self._watches = False

    @contextlib.contextmanager
    def shared(self, item: object) -> Iterator[None]:
        """Share the files of a check that has asked pytest for `tmp_path` and for `student`."""
        given: dict[str, Any] = getattr(item, "funcargs", {})
        path, student = given.get("tmp_path"), given.get("student")
        if not isinstance(path, Path) or not isinstance(student, StudentClient):
            yield
            return
        if not self._watches:
            self._watches = True
            sys.addaudithook(self._heard)
        self._folder = student.remote.sharing.files = WorkFolder(path, path)
        self._folder.begin_test()
        self._folder.connect()  # what a fixture has written is there already
        try:
            yield
        finally:
            self._folder = student.remote.sharing.files = None

    def _heard(self, event: str, given: tuple[Any, ...]) -> None:
        if self._folder is not None:
            self._folder.heard(event, given)
