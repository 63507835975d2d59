"""Records many hand-ins side by side, each in a gradebook aside; one process writes the course's.

nbgrader's steps take most of the time, and its gradebook has one writer at a time. So each process
has a small gradebook with the assignment's definitions, records hand-ins there, one after another,
and gives their rows to the process that has the course's gradebook.
"""

from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager

from gradekit.course import Assignment
from gradekit.errors import GraderError
from gradekit.files import require_folder
from gradekit.gradebook.convert import gradebook_url
from gradekit.gradebook.recording.process import record_there, start_process
from gradekit.gradebook.recording.worker import Changed, NotRecorded, Recorded
from gradekit.gradebook.store.database import (
    one_line_faults,
    open_database,
    require_existing,
    require_writable,
)
from gradekit.gradebook.store.rows import HeldSubmission, Rows, by_hand, holdings, write_rows
from gradekit.model import Report
from gradekit.processes import abandon, reusable_processes

# Importing nbgrader takes longer than to record a hand-in: one process does it for all of them.
FORKED_FROM = "gradekit.gradebook.recording.preloaded"
# Reports that are under way at a time: no more than these are in memory.
MOST_WAITING = 100

RecordingOutcome = Recorded | Changed | NotRecorded


class RecordingPool(AbstractContextManager["RecordingPool"]):
    """Records reports as they come, and writes what is finished; use as a context manager.

    Raises StorageError, before anything is recorded, where the gradebook or one of the folders
    cannot be written.
    """

    def __init__(self, assignment: Assignment, jobs: int) -> None:
        self._assignment = assignment
        url = gradebook_url(assignment.root)
        require_existing(url)
        require_writable(url)
        self._engine = open_database(url)
        for name in (assignment.folders.autograded, assignment.folders.feedback, ".gradekit"):
            require_folder(assignment.root / name)
        self._executor = reusable_processes(jobs, start_process, assignment, imports=FORKED_FROM)
        self._waiting: dict[Future[RecordingOutcome], str] = {}

    def __exit__(self, kind: object, error: object, tb: object) -> None:
        if error is None:
            self._executor.shutdown()
        else:
            abandon(self._executor)
        self._engine.dispose()

    def by_hand(self) -> defaultdict[str, str]:
        """Return what a person has put into the gradebook for each student."""
        with one_line_faults(self._engine.url), self._engine.connect() as connection:
            return by_hand(connection, self._assignment.name)

    def holdings(self) -> dict[str, HeldSubmission]:
        """Return what the gradebook holds of each student's hand-in."""
        with one_line_faults(self._engine.url), self._engine.connect() as connection:
            return holdings(connection, self._assignment.name)

    def prepare(self) -> None:
        """Begin with what takes a while until something can be recorded."""
        self._executor.prepare()

    def submit(self, report: Report, by_hand: str, key: str) -> None:
        """Have a report recorded; `key` is the hash of all that this depends on, as it is now.

        Raises GraderError where a recording process has died.
        """
        try:
            future = self._executor.submit(record_there, report, by_hand, key)
        except BrokenProcessPool as error:
            raise _died() from error
        self._waiting[future] = report.student

    def finished(self, *, rest: bool = False) -> Iterator[RecordingOutcome]:
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
            outcomes = [self._outcome(future) for future in done]
            self._write([one.rows for one in outcomes if isinstance(one, Recorded)])
            yield from outcomes

    def _outcome(self, future: "Future[RecordingOutcome]") -> RecordingOutcome:
        del self._waiting[future]
        try:
            return future.result()
        except BrokenProcessPool as error:
            raise _died() from error

    def _write(self, found: list[Rows]) -> None:
        with one_line_faults(self._engine.url), self._engine.begin() as connection:
            for rows in found:
                write_rows(connection, rows)


def _died() -> GraderError:
    return GraderError(
        "a process that records hand-ins has died, perhaps for want of memory: run the same "
        "command again, with fewer --jobs; it goes on where it was"
    )
