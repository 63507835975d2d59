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
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType

from gradekit.course import Assignment
from gradekit.gradebook.convert import gradebook_url
from gradekit.gradebook.database import existing, open_database, require_writable, told
from gradekit.gradebook.marks import record_key
from gradekit.gradebook.one_engine import share_engines
from gradekit.gradebook.recorder import Recorder
from gradekit.gradebook.rows import (
    Rows,
    by_hand,
    copy_definitions,
    read_rows,
    remove_rows,
    write_rows,
)
from gradekit.grading.warm import abandon, warm_processes
from gradekit.report import GradekitError, GraderError, HandinError, Report, StorageError
from gradekit.storage import is_machines, require_folder, storage_error

WRITTEN = ("autograded", "feedback", ".gradekit")

# Reports that are under way at a time: no more than these are in memory.
MOST_WAITING = 100


@dataclass(frozen=True)
class Recorded:
    """What recording a hand-in gave: its rows, a line where something stands in for its notebook,
    and the hash of all that this depended on; or why it was not recorded.

    `refused` is the hand-in's own matter, `problem` a fault of the grader.
    """

    student: str
    rows: Rows | None = None
    note: str = ""
    key: str = ""
    refused: str = ""
    problem: str = ""


class RecordingPool:
    """Records reports as they come, and writes what is finished; use as a context manager.

    Raises StorageError, before anything is recorded, where the gradebook or one of the folders
    cannot be written.
    """

    def __init__(self, assignment: Assignment, jobs: int) -> None:
        self._assignment = assignment
        url = gradebook_url(assignment.root)
        self._engine = existing(url)
        require_writable(url)
        for name in WRITTEN:
            require_folder(assignment.root / name)
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
        with told(self._engine.url), self._engine.connect() as connection:
            return by_hand(connection, self._assignment.name)

    def submit(self, report: Report, by_hand: str, key: str) -> None:
        """Have a report recorded; `key` is the hash of all that this depends on, as it is now.

        Raises GraderError where a recording process has died.
        """
        try:
            future = self._executor.submit(_record, report, by_hand, key)
        except BrokenProcessPool as error:
            raise _died() from error
        self._waiting[future] = report.student

    def finished(self, *, rest: bool = False) -> Iterator[Recorded]:
        """Yield what is in the course's gradebook by now; with `rest`, wait for all of it.

        Where a cluster grades faster than this machine records, wait until few are left.

        Raises StorageError where the gradebook or a folder cannot be written, and GraderError where
        a recording process has died: the first time, as the others would not fare better.
        """
        most = 0 if rest else MOST_WAITING
        while self._waiting:
            done, _ = wait(self._waiting, None if len(self._waiting) > most else 0, FIRST_COMPLETED)
            if not done:
                return
            recorded = [self._outcome(future) for future in done]
            self._write([one.rows for one in recorded if one.rows])
            yield from recorded

    def _outcome(self, future: "Future[Recorded]") -> Recorded:
        del self._waiting[future]
        try:
            return future.result()
        except BrokenProcessPool as error:
            raise _died() from error

    def _write(self, found: list[Rows]) -> None:
        with told(self._engine.url), self._engine.begin() as connection:
            for rows in found:
                write_rows(connection, rows)


def _died() -> GraderError:
    return GraderError(
        "a process that records hand-ins has died, perhaps for want of memory: run the same "
        "command again, with fewer --jobs; it goes on where it was"
    )


class Desk:
    """Where one process records: a gradebook of its own, and the course's to look up what was."""

    def __init__(self, assignment: Assignment) -> None:
        self._assignment = assignment
        self._folder = tempfile.TemporaryDirectory(prefix="gradekit-record-")
        url = f"sqlite:///{Path(self._folder.name) / 'gradebook.db'}"
        share_engines(url)
        self._recorder = Recorder(assignment, url)
        self._course = open_database(gradebook_url(assignment.root))
        self._own = open_database(url)
        with told(self._own.url):
            copy_definitions(self._course, self._own)

    def record(self, report: Report) -> Recorded:
        """Record a hand-in and return its rows; raise GradekitError where nbgrader fails."""
        place = self._assignment.name, report.student
        with told(self._course.url), self._course.connect() as course:
            known = read_rows(course, *place)
        with told(self._own.url):
            with self._own.begin() as own:
                write_rows(own, known)
            note = self._recorder.record(report)
            with self._own.begin() as own:
                rows = read_rows(own, *place)
                remove_rows(own, rows)
        return Recorded(report.student, rows, note)

    def close(self) -> None:
        """Remove the gradebook aside."""
        self._course.dispose()
        self._own.dispose()
        self._folder.cleanup()


_assignment: Assignment | None = None
_desk: Desk | None = None


def _start(assignment: Assignment) -> Callable[[], None]:
    global _assignment
    _assignment = assignment
    return _close


def _close() -> None:
    if _desk:
        _desk.close()


def _record(report: Report, by_hand: str, key: str) -> Recorded:
    """Record a hand-in, unless its files change meanwhile; raise StorageError for the machine's."""
    global _desk
    assert _assignment, "the process was not started by a pool"
    try:
        # Here and not at the start of the process, whose faults nobody would be told.
        _desk = _desk or Desk(_assignment)
        recorded = _desk.record(report)
    except StorageError:
        raise
    except Exception as error:  # whatever it is, it is one hand-in's and stops no other
        if is_machines(error):
            raise storage_error(
                error, error.filename2 or error.filename or _assignment.root
            ) from error
        told = (
            str(error) if isinstance(error, GradekitError) else f"{type(error).__name__}: {error}"
        )
        recorded = Recorded(report.student, problem=told)
    changed = _change(_assignment, report, by_hand, key)
    return Recorded(report.student, refused=changed) if changed else replace(recorded, key=key)


def _change(assignment: Assignment, report: Report, by_hand: str, key: str) -> str:
    """Return a line where a hand-in is no longer what was graded, or nothing."""
    try:
        same = record_key(assignment, report, by_hand) == key
    except HandinError as error:
        return str(error)
    folder = assignment.handin(report.student)
    return "" if same else f"{folder}: changed or gone since it was graded: grade again"
