"""Collects the results of grading a class, and has them recorded."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from gradekit.assignment.spec import read_spec
from gradekit.batch.local import Ungraded
from gradekit.batch.report_store import save_report
from gradekit.commands.submission_done import CompactReports, SubmissionDone, done
from gradekit.course import Assignment
from gradekit.errors import SubmissionError
from gradekit.fault_log import note
from gradekit.files import write_whole
from gradekit.gradebook.page.refused import (
    is_feedback,
    refused_page,
    within_course,
    within_hand_in,
)
from gradekit.gradebook.recording.pool import RecordingPool
from gradekit.gradebook.recording.record_keys import (
    drop_mark,
    find_staleness,
    record_key,
    save_mark,
)
from gradekit.gradebook.recording.worker import Changed, NotRecorded, Recorded
from gradekit.gradebook.store.hand_grades import save_seen
from gradekit.gradebook.store.rows import HeldSubmission, held_in
from gradekit.model import Outcome, Report

# Said where what is refused took the place of what was graded.
OLDER = "its points are still those of an earlier hand-in"


@dataclass
class ClassResult:
    """What came of grading a class: reports by student, and one line for each that has none.

    The reports are brief, as `Brief` makes them; the whole ones are on the disk. `kept` are those
    whose report and record were current, so that nothing was to be done; `again` tells of records
    that had to be made again though no hand-in had changed, and why; `older_kits` has the versions
    of the kit that made the reports of those who were graded again because the kit has changed;
    `moved` says whose points were others before, and which.
    """

    reports: dict[str, Report] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)
    again: dict[str, str] = field(default_factory=dict)
    older_kits: dict[str, str] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    ungraded: dict[str, str] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        """3 where the grader is at fault, 1 where staff must look at something, else 0.

        That is where a hand-in could not be taken, or a rule for what is handed in fails.
        """
        if self.ungraded or any(report.has_errors for report in self.reports.values()):
            return 3
        found = (one for report in self.reports.values() for one in report.pdf)
        return 1 if self.refused or any(one.for_staff for one in found) else 0


OnSubmissionDone = Callable[[SubmissionDone], None]


def note_faults(assignment: Assignment, outcome: Report | Ungraded) -> None:
    """Log what staff need to mend: why there is no grade, and what a check could not take."""
    if isinstance(outcome, Ungraded):
        note(f"{assignment.name}, {outcome.student}: not graded: {outcome.reason}", outcome.trace)
        return
    for result in outcome.results:
        if result.trace:
            about = f"{assignment.name}, {outcome.student}, {result.check}: {result.outcome}"
            note(f"{about}: {result.staff_message}", result.trace)


class ClassRecorder:
    """Has reports recorded unless they are, and keeps what came of it."""

    def __init__(
        self,
        assignment: Assignment,
        recording: RecordingPool,
        result: ClassResult,
        force: bool,
        progress: OnSubmissionDone,
    ) -> None:
        self._assignment, self._recording = assignment, recording
        self._result, self._progress = result, progress
        self._by_hand = recording.by_hand()
        self._held, self._force = recording.holdings(), force
        self._told_refused: set[str] = set()
        self._brief = CompactReports()

    def key_of(self, report: Report) -> str:
        """Return the hash of all that recording a report depends on, as it is now.

        Raises SubmissionError where a file of the hand-in cannot be read.
        """
        return record_key(self._assignment, report, self._by_hand[report.student])

    def keeps(self, report: Report, key: str) -> bool:
        """Whether the record of a current report is current too, so that nothing is to be done."""
        student = report.student
        if self._force:
            return False
        held = self._held.get(student, HeldSubmission())
        why = find_staleness(self._assignment, student, key, held)
        if why is not None:
            self._result.again |= {student: why} if why else {}
            return False
        self._result.reports[student] = self._brief.report(report)
        self._result.kept.add(student)
        self._progress(done("kept", report, held.points))
        return True

    def expect(self) -> None:
        """Make ready for one report more: what records it starts while it is graded."""
        self._recording.prepare()

    def note_older_kit(self, student: str, version: str) -> None:
        """Keep that a hand-in is graded again because the kit has changed since."""
        self._result.older_kits[student] = version

    def refuse(self, student: str, reason: str) -> None:
        """Keep that a hand-in could not be taken, and why."""
        earlier = f"; {OLDER}" if student in self._held else ""
        self._result.refused[student] = f"{within_course(reason, self._assignment.root)}{earlier}"

    def tell_student(self, student: str, reasons: Mapping[str, str]) -> None:
        """Put a page that says why a notebook could not be read in the place of its feedback.

        `reasons` are by notebook. The others keep the pages that tell of points that still stand.
        The record is not current from then on, so that what is read next has its own page again.
        """
        assignment, held = self._assignment, self._held.get(student)
        points = held.points if held else None
        drop_mark(assignment, student)
        whole = tuple(dict.fromkeys(reasons.values()))
        for name in assignment.notebook_names:
            path = assignment.feedback(student) / f"{name}.html"
            if name not in reasons and is_feedback(path):
                continue
            why = [
                within_hand_in(one, assignment.submission(student), assignment.root)
                for one in ((reasons[name],) if name in reasons else whole)
            ]
            title = read_spec(assignment.source).title or assignment.name
            page = refused_page(title, student, why, points)
            write_whole(path, page.encode())

    def take(self, outcome: Report | Ungraded) -> None:
        """Have what was graded recorded; keep why something was not."""
        note_faults(self._assignment, outcome)
        if isinstance(outcome, Ungraded):
            self._fail(outcome.student, outcome.reason, "not graded")
            return
        try:
            key = self.key_of(outcome)
        except SubmissionError as error:
            self.refuse(outcome.student, str(error))
            return
        self.record(outcome, key)

    def record(self, report: Report, key: str) -> None:
        """Have a report recorded, whose record depends on what `key` is the hash of."""
        student = report.student
        # From here on the record is not that of the report: whatever stops this, it is made again.
        drop_mark(self._assignment, student)
        save_report(self._assignment.report_file(student), report)
        self._recording.submit(report, self._by_hand[student], key)
        self.look()

    def look(self, *, rest: bool = False) -> None:
        """Keep what has been recorded by now, and what has not; with `rest`, wait for all of it."""
        for outcome in self._recording.finished(rest=rest):
            match outcome:
                case Recorded():
                    self._finish(outcome)
                case Changed(student, reason):
                    self.refuse(student, reason)
                case NotRecorded(student, reason):
                    self._fail(student, reason, "not recorded")
        self._tell_refused()

    def _finish(self, one: Recorded) -> None:
        """Mark a hand-in as recorded, now that all of it is in its place."""
        save_report(self._assignment.report_file(one.student), one.report)
        save_seen(self._assignment, one.student, one.seen)
        if one.gone:
            self._result.again[one.student] = one.gone
        held = held_in(one.rows)
        save_mark(self._assignment, one.student, one.key, held)
        before = self._held.get(one.student)
        if before and before.points != held.points:
            self._result.moved[one.student] = f"{before.points:g} before, {held.points:g} now"
        self._result.reports[one.student] = self._brief.report(one.report)
        self._progress(done("graded", one.report, held.points))

    def _fail(self, student: str, reason: str, word: str) -> None:
        """Keep why a hand-in has no grade, or no record, through no fault of its own."""
        self._result.ungraded[student] = reason
        self._progress(SubmissionDone(student, word, Outcome.ERROR))

    def _tell_refused(self) -> None:
        for student in sorted(self._result.refused.keys() - self._told_refused):
            self._told_refused.add(student)
            self._progress(SubmissionDone(student, "not taken"))
