"""Grades the graders: the reference must earn every automatic point, the blank release none."""

from gradekit.authoring.regions import cut
from gradekit.course import Assignment
from gradekit.grading.grade import Grader, Handin
from gradekit.grading.kit import GradingKit, load_kit
from gradekit.report import Outcome, Report


def verify(assignment: Assignment) -> list[str]:
    """Return one line for each item that the checks grade wrongly; none where they are right."""
    kit = load_kit(assignment)
    with Grader(kit) as grader:
        solved = grader.grade(Handin("reference", _solved(kit)))
        blank = grader.grade(Handin("blank", _blank(assignment, kit)))
    return [*_short_of_full(solved), *_above_zero(blank)]


def _solved(kit: GradingKit) -> dict[str, bytes]:
    return {name: kit.reference[name] for name in kit.student_files}


def _blank(assignment: Assignment, kit: GradingKit) -> dict[str, bytes]:
    texts = {n: (assignment.source / n).read_text(encoding="utf-8") for n in kit.student_files}
    return {name: cut(text, name).encode("utf-8") for name, text in texts.items()}


def _short_of_full(report: Report) -> list[str]:
    return [
        f"{r.item}: the reference fails {r.check}: {r.outcome} {r.message} {r.staff_message}"
        for r in report.results
        if r.outcome is not Outcome.PASS
    ]


def _above_zero(report: Report) -> list[str]:
    return [
        f"{r.item}: the blank release is not failed by {r.check}: {r.outcome} {r.staff_message}"
        for r in report.results
        if r.outcome in {Outcome.PASS, Outcome.ERROR}
    ]
