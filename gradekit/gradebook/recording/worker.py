"""One recording process: records hand-ins in a gradebook of its own, aside from the course's."""

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from gradekit.course import Assignment
from gradekit.errors import SubmissionError
from gradekit.gradebook.convert import gradebook_url
from gradekit.gradebook.nbgrader_patches import share_engines
from gradekit.gradebook.recording.recorder import Recorder
from gradekit.gradebook.store.database import one_line_faults, open_database
from gradekit.gradebook.store.hand_grades import (
    SeenAnswer,
    answers_in,
    assume_seen,
    is_changed,
    load_seen,
    lost_points,
    settle_points,
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
from gradekit.model import Report
from gradekit.notebook.cells import read_notebook


@dataclass(frozen=True)
class Recorded:
    """A hand-in that was recorded.

    `report` is its report with what was found meanwhile, `rows` are those for the course's
    gradebook, `key` is the hash of all that this depended on; `seen` is what is known of its
    answers, `gone` a line where points by hand are gone.
    """

    report: Report
    rows: Rows
    key: str
    seen: dict[str, SeenAnswer]
    gone: str = ""

    @property
    def student(self) -> str:
        """Whose it is."""
        return self.report.student


@dataclass(frozen=True)
class Changed:
    """A hand-in that is no longer what was graded, so that nothing is recorded; and how so."""

    student: str
    reason: str


@dataclass(frozen=True)
class NotRecorded:
    """A hand-in that could not be recorded, through no fault of its own; and why."""

    student: str
    reason: str


class RecordingWorker:
    """Where one process records: a gradebook of its own, and the course's to look up what was."""

    def __init__(self, assignment: Assignment) -> None:
        self._assignment = assignment
        self._folder = tempfile.TemporaryDirectory(prefix="gradekit-record-")
        url = f"sqlite:///{Path(self._folder.name) / 'gradebook.db'}"
        share_engines(url)
        self._recorder = Recorder(assignment, url)
        self._course = open_database(gradebook_url(assignment.root))
        self._own = open_database(url)
        try:
            with one_line_faults(self._own.url):
                copy_definitions(self._course, self._own)
        except BaseException:
            self.close()
            raise

    def record(self, report: Report, key: str) -> Recorded:
        """Record a hand-in and return its rows; raise GradekitError where nbgrader fails."""
        place = self._assignment.name, report.student
        before, found = load_seen(self._assignment, report.student), self._answers(report)
        with one_line_faults(self._course.url), self._course.connect() as course:
            known = read_rows(course, *place)
            by_hand = hand_grades(course, known)
        if before is None:  # what is there is taken for what the points by hand are for
            before = assume_seen(found, by_hand)
        with one_line_faults(self._own.url):
            with self._own.begin() as own:
                write_rows(own, known)
                drop_idle_extensions(own)
            lines = self._recorder.record(report)
            with self._own.begin() as own:
                rows = read_rows(own, *place)
                seen = settle_points(before, by_hand, self._answers(report))
                ask_again(own, rows, {k: is_changed(v) for k, v in seen.items() if v.points})
                remove_rows(own, rows)
        gone = lost_points(before, by_hand)
        return Recorded(_with_notes(report, lines), rows, key, seen, gone)

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
        """Remove the gradebook aside."""
        self._course.dispose()
        self._own.dispose()
        self._folder.cleanup()


def _with_notes(report: Report, lines: str) -> Report:
    """Return a report with what had to stand in for its notebooks, a line each, if anything."""
    if not lines:
        return report
    told = lines.split("\n")
    # A line says what a note said before, and what became of it.
    others = [n for n in report.notes if not any(one.startswith(f"{n};") for one in told)]
    return replace(report, notes=(*others, *told))
