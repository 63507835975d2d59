"""What is told at the end of grading a class: how many came to what, and what needs a person."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import itemgetter

from gradekit.commands.class_recorder import ClassResult
from gradekit.commands.failed_imports import import_fault, what_to_do
from gradekit.commands.submission_done import gravest
from gradekit.course import Assignment
from gradekit.findings.notes import may_cost_points
from gradekit.gradebook.store.waiting import waiting
from gradekit.model import Outcome, PdfState, Report

# A check that ends so may be a hostile hand-in's, or an endless loop.
SUSPECT = (Outcome.TIMEOUT, Outcome.MEMORY, Outcome.PROTOCOL)
NOT_TAKEN, NOTED, PDF, BY_HAND = "NOT TAKEN", "NOTED", "PDF", "MANUAL"
CANNOT_RUN = "CANNOT RUN"
# How a whole PDF compares: as the part of it that stands first here.
PDF_STATES = (PdfState.UNREADABLE, PdfState.DIFFERS, PdfState.MISSING, PdfState.SAME)
FEW = 3

# What differs between lines of the same kind: a name between quotes, a number.
_VARYING = re.compile(r"('[^']*'|\b\d+\b)")


@dataclass(frozen=True)
class ActionItem:
    """Why hand-ins need a person, and whose; for answers to grade by hand the item as well.

    `why` is an outcome, NOT_TAKEN, CANNOT_RUN, NOTED, PDF or BY_HAND.
    """

    why: str
    students: tuple[str, ...]
    item: str = ""


@dataclass(frozen=True)
class NoteGroup:
    """Students about whom the same is to be said."""

    students: tuple[str, ...]
    line: str


def count_hand_ins(result: ClassResult) -> Counter[str]:
    """Return how many hand-ins were graded, kept, not taken and got no grade: each counts once."""
    without = set(_without_grade(result))
    kept = len(result.kept - without)
    graded = len(result.reports.keys() - without) - kept
    refused = len(result.refused)
    return Counter({"graded": graded, "kept": kept, "not taken": refused, "no grade": len(without)})


def count_outcomes(result: ClassResult) -> Counter[Outcome]:
    """Return how many hand-ins have which outcome as that of their gravest check."""
    return Counter(gravest(report) for report in result.reports.values())


def action_items(assignment: Assignment, result: ClassResult) -> list[ActionItem]:
    """Return what needs a person, the gravest first.

    Raises GradekitError where the gradebook cannot be read.
    """
    reports = sorted(result.reports.items())
    needs = [
        ActionItem(Outcome.ERROR, tuple(sorted(_without_grade(result)))),
        ActionItem(NOT_TAKEN, tuple(sorted(result.refused))),
        ActionItem(CANNOT_RUN, tuple(s for s, report in reports if import_fault(report))),
    ]
    for outcome in SUSPECT:
        ended = (s for s, report in reports if any(r.outcome is outcome for r in report.results))
        needs.append(ActionItem(outcome, tuple(ended)))
    noted = (student for student, report in reports if report.notes)
    needs.append(ActionItem(NOTED, tuple(noted)))
    needs.append(ActionItem(PDF, tuple(s for s, report in reports if _pdf_lines(report))))
    found = waiting(assignment)
    for item in found.unscored:
        students = tuple(s for s in found.of(item) if s in result.reports)
        needs.append(ActionItem(BY_HAND, students, item))
    return [need for need in needs if need.students]


def count_pdfs(result: ClassResult) -> Counter[PdfState]:
    """Return how many hand-ins have a PDF that compares in which way with the notebook."""
    found = ({one.state for one in report.pdf} for report in result.reports.values())
    return Counter(next(s for s in PDF_STATES if s in states) for states in found if states)


def find_pdf_lines(result: ClassResult) -> list[NoteGroup]:
    """Return what differs between PDFs and notebooks, of the PDFs that there are."""
    reports = result.reports.items()
    return group((student, line) for student, report in reports for line in _pdf_lines(report))


def _pdf_lines(report: Report) -> list[str]:
    """Return a line for each thing to look at; a PDF that is not there has its note elsewhere."""
    there = [one for one in report.pdf if (one.part, one.state) != ("pdf", PdfState.MISSING)]
    return [
        f"PDF: {one.what}{f', see {one.picture!r}' if one.picture else ''}"
        for one in there
        if one.state is not PdfState.SAME
    ]


def find_problems(result: ClassResult) -> list[NoteGroup]:
    """Return what to say of hand-ins that were not taken, cannot be run, or lack a grade."""
    return [
        *group((student, f"not taken: {line}") for student, line in result.refused.items()),
        *group(
            (student, f"no grade, the grader's fault: {line}")
            for student, line in result.ungraded.items()
        ),
        *group(
            (student, f"checks are stopped by {fault}{what_to_do(fault)}")
            for student, report in result.reports.items()
            if (fault := import_fault(report))
        ),
        *group(
            (student, f"no grade for {one.item}: {one.check}: {one.staff_message}")
            for student, report in result.reports.items()
            for one in report.results
            if one.outcome is Outcome.ERROR
        ),
    ]


def find_notes(result: ClassResult) -> tuple[list[NoteGroup], list[NoteGroup]]:
    """Return what was odd about hand-ins that were graded: what may cost points, and the rest."""
    found = [(name, note) for name, report in result.reports.items() for note in report.notes]
    costly = [one for one in found if may_cost_points(one[1])]
    return group(costly), group(one for one in found if not may_cost_points(one[1]))


def find_recorded_again(result: ClassResult) -> list[NoteGroup]:
    """Return what was recorded again without being graded again, and why."""
    return group(result.again.items())


def find_moved(result: ClassResult) -> list[NoteGroup]:
    """Return whose points are others than before, and which."""
    return group(result.moved.items())


def find_changed_answers(assignment: Assignment, result: ClassResult) -> list[NoteGroup]:
    """Return whose answers are others than those that their points by hand were given for.

    Raises GradekitError where the gradebook cannot be read.
    """
    return group(
        (student, f"'{item}': changed since it was graded by hand, {score:g} points: look again")
        for item, students in waiting(assignment).changed.items()
        for student, score in students.items()
        if student in result.reports
    )


def group(lines: Iterable[tuple[str, str]]) -> list[NoteGroup]:
    """Group lines about students by their kind: those of many, then those of a few one by one.

    Lines of a kind differ in numbers and in names between quotes, and "…" stands for those.
    """
    kinds: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for student, line in sorted(lines, key=itemgetter(0)):  # one's own lines stay as they are
        kinds[_VARYING.sub(lambda found: _open(found[0]), line)].append((student, line))
    many, few = [], []
    for found in kinds.values():
        students = tuple(dict.fromkeys(student for student, _ in found))
        if len(students) > FEW:
            many.append(NoteGroup(students, _common([line for _, line in found])))
        else:
            few += [NoteGroup((student,), line) for student, line in found]
    many.sort(key=lambda one: -len(one.students))
    return [*many, *sorted(few, key=lambda one: one.students)]


def _common(lines: list[str]) -> str:
    parts = zip(*map(_VARYING.split, lines), strict=True)
    return "".join(part[0] if len(set(part)) == 1 else _open(part[0]) for part in parts)


def _open(part: str) -> str:
    return "'…'" if part.startswith("'") else "…"


def _without_grade(result: ClassResult) -> Iterator[str]:
    yield from result.ungraded
    yield from (student for student, report in result.reports.items() if report.has_errors)
