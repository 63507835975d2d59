"""One process that takes graded hand-ins on: what becomes of each, stage by stage."""

from collections.abc import Callable
from dataclasses import replace

from gradekit.course import Assignment
from gradekit.errors import GradekitError, StorageError, SubmissionError
from gradekit.files import is_machines, storage_error
from gradekit.gradebook.recording.record_keys import record_key
from gradekit.gradebook.recording.worker import (
    Changed,
    NotRecorded,
    Recorded,
    RecordingWorker,
)
from gradekit.model import Report


class _Stages:
    """What is done with a hand-in once it is graded: its PDF is compared, then it is recorded."""

    def __init__(self, assignment: Assignment) -> None:
        # Not at the top: the command, which names what is called here, compares no PDF itself.
        from gradekit.pdf_check.check import PdfCheck

        self._pdf_check = PdfCheck(assignment)
        self._recording = RecordingWorker(assignment)

    def run(self, report: Report, key: str) -> Recorded:
        """Return what came of a hand-in; raise GradekitError where a stage fails."""
        compared = replace(report, pdf=self._pdf_check.check(report.student))
        return self._recording.record(compared, key)

    def close(self) -> None:
        """End what the stages keep open."""
        self._pdf_check.close()
        self._recording.close()


_assignment: Assignment | None = None
_stages: _Stages | None = None


def start_process(assignment: Assignment) -> Callable[[], None]:
    """Let this process take an assignment's hand-ins; return what is to be called at the end."""
    global _assignment
    _assignment = assignment
    return _close


def _close() -> None:
    if _stages:
        _stages.close()


def record_there(report: Report, by_hand: str, key: str) -> Recorded | Changed | NotRecorded:
    """Record a hand-in in this process, unless its files change meanwhile.

    `key` is the hash of all that the record depends on, as it was when the hand-in was graded.
    Raises StorageError where the machine is at fault, such as a full disk.
    """
    global _stages
    assert _assignment, "the process was not started by a pool"
    outcome: Recorded | NotRecorded
    try:
        # Here and not at the start of the process, whose faults nobody would be told.
        _stages = _stages or _Stages(_assignment)
        outcome = _stages.run(report, key)
    except StorageError:
        raise
    except Exception as error:  # whatever it is, it is one hand-in's and stops no other
        if is_machines(error):
            where = error.filename2 or error.filename or _assignment.root
            raise storage_error(error, where) from error
        ours = isinstance(error, GradekitError)
        why = str(error) if ours else f"{type(error).__name__}: {error}"
        outcome = NotRecorded(report.student, why)
    return _change(_assignment, report, by_hand, key) or outcome


def _change(assignment: Assignment, report: Report, by_hand: str, key: str) -> Changed | None:
    """Return that a hand-in is no longer what was graded, or nothing."""
    try:
        if record_key(assignment, report, by_hand) == key:
            return None
    except SubmissionError as error:
        return Changed(report.student, str(error))
    folder = assignment.submission(report.student)
    return Changed(report.student, f"{folder}: changed or gone since it was graded: grade again")
