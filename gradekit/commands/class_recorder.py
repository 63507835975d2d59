"""Collects the results of grading a class, and has them recorded."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from gradekit.batch.local import Ungraded
from gradekit.batch.report_store import save_report
from gradekit.commands.submission_done import CompactReports, SubmissionDone, done
from gradekit.course import Assignment
from gradekit.errors import SubmissionError
from gradekit.fault_log import note
from gradekit.gradebook.recording.pool import RecordingPool
from gradekit.gradebook.recording.record_keys import (
    drop_mark,
    find_staleness,
    record_key,
    save_mark,
)
from gradekit.gradebook.recording.worker import Recorded
from gradekit.gradebook.store.hand_grades import save_seen
from gradekit.gradebook.store.rows import Held, held_in
from gradekit.model import Outcome, Report


@dataclass
class ClassResult:
    """What came of grading a class: reports by student, and one line for each that has none.

    The reports are brief, as `Brief` makes them; the whole ones are on the disk. `kept` are those
    whose report and record were current, so that nothing was to be done; `again` tells of records
    that had to be made again though no hand-in had changed, and why; `older_kits` has the versions
    of the kit that made the reports of those who were graded again because the kit has changed.
    """

    reports: dict[str, Report] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)
    again: dict[str, str] = field(default_factory=dict)
    older_kits: dict[str, str] = field(default_factory=dict)
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


Progress = Callable[[SubmissionDone], None]


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
        progress: Progress,
    ) -> None:
        self._assignment, self._recording = assignment, recording
        self._result, self._progress = result, progress
        self._by_hand = recording.by_hand()
        self._held, self._force = recording.holdings(), force
        self._told_refused: set[str] = set()
        self._brief = CompactReports()

    def keeps(self, report: Report) -> bool:
        """Whether a current report's record is current too, so that nothing is to be done.

        Raises SubmissionError where a file of the hand-in cannot be read.
        """
        student = report.student
        if self._force:
            return False
        key = record_key(self._assignment, report, self._by_hand[student])
        held = self._held.get(student, Held())
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
        self._result.refused[student] = reason

    def take(self, outcome: Report | Ungraded) -> None:
        """Have a report recorded."""
        student = outcome.student
        note_faults(self._assignment, outcome)
        if isinstance(outcome, Ungraded):
            self._result.ungraded[student] = outcome.reason
            self._progress(SubmissionDone(student, "not graded", Outcome.ERROR))
            return
        try:
            key = record_key(self._assignment, outcome, self._by_hand[student])
        except SubmissionError as error:
            self.refuse(student, str(error))
            return
        # From here on the record is not that of the report: whatever stops this, it is made again.
        drop_mark(self._assignment, student)
        save_report(self._assignment.report_file(student), outcome)
        self._result.reports[student] = outcome
        self._recording.submit(outcome, self._by_hand[student], key)

    def note(self, found: Iterable[Recorded]) -> None:
        """Keep what was recorded, and what was not; tell of hand-ins refused since."""
        for one in found:
            report = self._result.reports.pop(one.student)
            if one.refused:
                self._result.refused[one.student] = one.refused
            elif one.problem:
                self._result.ungraded[one.student] = one.problem
                self._progress(SubmissionDone(one.student, "not recorded", Outcome.ERROR))
            else:
                report = replace(report, pdf=one.pdf)
                self._keep(report, one.note)
                held = self._mark(one)
                self._progress(done("graded", report, held.points))
        self._tell_refused()

    def _mark(self, one: Recorded) -> Held:
        """Mark a hand-in as recorded, now that all of it is in its place; return what is held."""
        assert one.rows, "it was recorded"
        save_seen(self._assignment, one.student, one.seen)
        if one.gone:
            self._result.again[one.student] = one.gone
        held = held_in(one.rows)
        save_mark(self._assignment, one.student, one.key, held)
        return held

    def _tell_refused(self) -> None:
        for student in sorted(self._result.refused.keys() - self._told_refused):
            self._told_refused.add(student)
            self._progress(SubmissionDone(student, "not taken"))

    def _keep(self, report: Report, note: str) -> None:
        """Keep a report, with what had to stand in for its notebooks, a line each, if anything."""
        if note:
            # A line says what a note said before, and what became of it.
            lines = note.split("\n")
            others = [n for n in report.notes if not any(one.startswith(f"{n};") for one in lines)]
            report = replace(report, notes=(*others, *lines))
        save_report(self._assignment.report_file(report.student), report)
        self._result.reports[report.student] = self._brief.report(report)
