"""One recording process: records hand-ins in a gradebook of its own, aside from the course's."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from gradekit.course import Assignment
from gradekit.errors import GradekitError, StorageError, SubmissionError
from gradekit.files import is_machines, storage_error
from gradekit.gradebook.convert import gradebook_url
from gradekit.gradebook.recording.record_keys import record_key
from gradekit.gradebook.recording.recorder import Recorder
from gradekit.gradebook.store.database import open_database, told
from gradekit.gradebook.store.hand_grades import (
    Seen,
    answers_in,
    assume_seen,
    changed,
    load_seen,
    lost_points,
    settle,
)
from gradekit.gradebook.store.rows import (
    Rows,
    ask_again,
    copy_definitions,
    drop_idle_extensions,
    hand_grades,
    read_rows,
    remove_rows,
    write_rows,
)
from gradekit.gradebook.store.shared_engine import share_engines
from gradekit.model import PdfFinding, Report
from gradekit.notebook.cells import read_notebook
from gradekit.pdf_check.check import PdfCheck


@dataclass(frozen=True)
class Recorded:
    """What recording a hand-in gave: its rows, a line for each notebook with a stand-in,
    how its PDF compares, the hash of all that this depended on, what is known of its answers, and
    a line where points by hand are gone; or why it was not recorded.

    `refused` is the hand-in's own matter, `problem` a fault of the grader.
    """

    student: str
    rows: Rows | None = None
    note: str = ""
    pdf: tuple[PdfFinding, ...] = ()
    key: str = ""
    seen: dict[str, Seen] = field(default_factory=dict)
    gone: str = ""
    refused: str = ""
    problem: str = ""


class RecordingWorker:
    """Where one process records: a gradebook of its own, and the course's to look up what was."""

    def __init__(self, assignment: Assignment) -> None:
        self._assignment = assignment
        self._folder = tempfile.TemporaryDirectory(prefix="gradekit-record-")
        url = f"sqlite:///{Path(self._folder.name) / 'gradebook.db'}"
        share_engines(url)
        self._recorder = Recorder(assignment, url)
        self._pdf_check = PdfCheck(assignment)
        self._course = open_database(gradebook_url(assignment.root))
        self._own = open_database(url)
        try:
            with told(self._own.url):
                copy_definitions(self._course, self._own)
        except BaseException:
            self.close()
            raise

    def record(self, report: Report) -> Recorded:
        """Record a hand-in and return its rows; raise GradekitError where nbgrader fails.

        What its PDF shows is added to the report first: feedback tells it.
        """
        report = replace(report, pdf=self._pdf_check.check(report.student))
        place = self._assignment.name, report.student
        before, found = load_seen(self._assignment, report.student), self._answers(report)
        with told(self._course.url), self._course.connect() as course:
            known = read_rows(course, *place)
            by_hand = hand_grades(course, known)
        if before is None:  # what is there is taken for what the points by hand are for
            before = assume_seen(found, by_hand)
        with told(self._own.url):
            with self._own.begin() as own:
                write_rows(own, known)
                drop_idle_extensions(own)
            note = self._recorder.record(report)
            with self._own.begin() as own:
                rows = read_rows(own, *place)
                seen = settle(before, by_hand, self._answers(report))
                ask_again(own, rows, {k: changed(v) for k, v in seen.items() if v.points})
                remove_rows(own, rows)
        gone = lost_points(before, by_hand)
        return Recorded(report.student, rows, note, report.pdf, seen=seen, gone=gone)

    def _answers(self, report: Report) -> dict[str, str]:
        """Return the answers of the graded notebooks, where there are any."""
        found, folder = dict[str, str](), self._assignment.autograded(report.student)
        for name in self._assignment.notebook_names:
            try:
                cells = read_notebook(folder / f"{name}.ipynb")["cells"]
            except SubmissionError:
                cells = []
            found |= answers_in(cells, report, name)
        return found

    def close(self) -> None:
        """Remove the gradebook aside, and end the readers of PDFs."""
        self._pdf_check.close()
        self._course.dispose()
        self._own.dispose()
        self._folder.cleanup()


_assignment: Assignment | None = None
_worker: RecordingWorker | None = None


def start_worker(assignment: Assignment) -> Callable[[], None]:
    """Let this process record an assignment's hand-ins; return what is to be called at the end."""
    global _assignment
    _assignment = assignment
    return _close


def _close() -> None:
    if _worker:
        _worker.close()


def record_there(report: Report, by_hand: str, key: str) -> Recorded:
    """Record a hand-in in this process, unless its files change meanwhile.

    `key` is the hash of all that the record depends on, as it was when the hand-in was graded.
    Raises StorageError where the machine is at fault, such as a full disk.
    """
    global _worker
    assert _assignment, "the process was not started by a pool"
    try:
        # Here and not at the start of the process, whose faults nobody would be told.
        _worker = _worker or RecordingWorker(_assignment)
        recorded = _worker.record(report)
    except StorageError:
        raise
    except Exception as error:  # whatever it is, it is one hand-in's and stops no other
        if is_machines(error):
            where = error.filename2 or error.filename or _assignment.root
            raise storage_error(error, where) from error
        ours = isinstance(error, GradekitError)
        problem = str(error) if ours else f"{type(error).__name__}: {error}"
        recorded = Recorded(report.student, problem=problem)
    changed = _change(_assignment, report, by_hand, key)
    return Recorded(report.student, refused=changed) if changed else replace(recorded, key=key)


def _change(assignment: Assignment, report: Report, by_hand: str, key: str) -> str:
    """Return a line where a hand-in is no longer what was graded, or nothing."""
    try:
        same = record_key(assignment, report, by_hand) == key
    except SubmissionError as error:
        return str(error)
    folder = assignment.handin(report.student)
    return "" if same else f"{folder}: changed or gone since it was graded: grade again"
