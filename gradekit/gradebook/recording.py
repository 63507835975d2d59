"""Records many hand-ins side by side, each in a gradebook aside; one process writes the course's.

nbgrader's steps take most of the time, and its gradebook has one writer at a time. So each process
has a small gradebook with the assignment's definitions, records hand-ins there, one after another,
and gives their rows to the process that has the course's gradebook.
"""

import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from sqlalchemy import create_engine
from sqlalchemy.exc import DatabaseError

from gradekit.course import Assignment
from gradekit.gradebook.convert import gradebook_url
from gradekit.gradebook.recorder import Recorder
from gradekit.gradebook.rows import (
    Rows,
    by_hand,
    copy_definitions,
    read_rows,
    remove_rows,
    write_rows,
)
from gradekit.gradebook.scores import find_gradebook
from gradekit.grading.warm import abandon, warm_processes
from gradekit.report import GradekitError, Report


@dataclass(frozen=True)
class Recorded:
    """What recording a hand-in gave: its rows, a line where something stands in for its notebook,
    or why it could not be recorded."""

    student: str
    rows: Rows | None = None
    note: str = ""
    problem: str = ""


class RecordingPool:
    """Records reports as they come, and writes what is finished; use as a context manager."""

    def __init__(self, assignment: Assignment, jobs: int) -> None:
        self._assignment = assignment
        self._engine = create_engine(find_gradebook(assignment.root))
        self._executor = warm_processes(jobs, _start, assignment)
        self._waiting: dict[Future[Recorded], str] = {}

    def __enter__(self) -> "RecordingPool":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        if error is None:
            self._executor.shutdown()
        else:
            abandon(self._executor)
        self._engine.dispose()

    def by_hand(self) -> defaultdict[str, str]:
        """Return what a person has put into the gradebook for each student."""
        with _told(), self._engine.connect() as connection:
            return by_hand(connection, self._assignment.name)

    def submit(self, report: Report) -> None:
        """Have a report recorded."""
        self._waiting[self._executor.submit(_record, report)] = report.student

    def finished(self, *, rest: bool = False) -> Iterator[Recorded]:
        """Yield what is in the course's gradebook by now; with `rest`, wait for all of it.

        Raises GradekitError where the gradebook cannot be written: nothing is lost by that.
        """
        while self._waiting:
            done, _ = wait(self._waiting, None if rest else 0, FIRST_COMPLETED)
            if not done:
                return
            recorded = [self._outcome(future) for future in done]
            self._write([one.rows for one in recorded if one.rows])
            yield from recorded

    def _outcome(self, future: "Future[Recorded]") -> Recorded:
        student = self._waiting.pop(future)
        try:
            return future.result()
        except BrokenProcessPool:
            return Recorded(student, problem="the recording process died; grade again")

    def _write(self, found: list[Rows]) -> None:
        with _told(), self._engine.begin() as connection:
            for rows in found:
                write_rows(connection, rows)


@contextmanager
def _told() -> Iterator[None]:
    """Tell in one line what the course's gradebook refuses."""
    try:
        yield
    except DatabaseError as error:
        raise GradekitError(
            f"the gradebook cannot be used ({error.orig}): nothing is lost, grade again"
        ) from error


class Desk:
    """Where one process records: a gradebook of its own, and the course's to look up what was."""

    def __init__(self, assignment: Assignment) -> None:
        self._assignment = assignment
        self._folder = tempfile.TemporaryDirectory(prefix="gradekit-record-")
        url = f"sqlite:///{Path(self._folder.name) / 'gradebook.db'}"
        self._recorder = Recorder(assignment, url)
        self._course, self._own = create_engine(gradebook_url(assignment.root)), create_engine(url)
        copy_definitions(self._course, self._own)

    def record(self, report: Report) -> Recorded:
        """Record a hand-in and return its rows; raise GradekitError where nbgrader fails."""
        place = self._assignment.name, report.student
        with self._course.connect() as course, self._own.begin() as own:
            write_rows(own, read_rows(course, *place))
        note = self._recorder.record(report)
        with self._own.begin() as own:
            rows = read_rows(own, *place)
            remove_rows(own, rows)
        return Recorded(report.student, rows, note)

    def close(self) -> None:
        """Remove the gradebook aside."""
        self._own.dispose()
        self._folder.cleanup()


_desk: Desk | None = None


def _start(assignment: Assignment) -> Callable[[], None]:
    global _desk
    _desk = Desk(assignment)
    return _desk.close


def _record(report: Report) -> Recorded:
    if _desk is None:
        return Recorded(report.student, problem="the recording process did not start")
    try:
        return _desk.record(report)
    except GradekitError as error:
        return Recorded(report.student, problem=str(error))
    except Exception as error:  # whatever it is, it is one hand-in's and stops no other
        return Recorded(report.student, problem=f"{type(error).__name__}: {error}")
