"""Reads points out of nbgrader's gradebook, and marks what waits for a person."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry

from gradekit.batch.report_store import load_report
from gradekit.course import Assignment
from gradekit.errors import GradekitError
from gradekit.gradebook.convert import gradebook_url
from gradekit.gradebook.store.database import one_line_faults, require_existing
from gradekit.model import Item, Report

MANUAL = "MANUAL"


@dataclass(frozen=True)
class ItemScore:
    """One student's points for one item; `score` is None where there is no grade (yet).

    `state` is how an answer stands that a person grades: "waits", "changed" (since it was given its
    points), "no answer", or "" where there is nothing to say. A `bonus` is on top of the maximum.
    """

    score: float | None
    max: float
    outcome: str | None
    state: str = ""
    bonus: bool = False


@dataclass(frozen=True)
class StudentScores:
    """One student's points: the total as the gradebook has it, and by item.

    `late_penalty` is what lateness took off the total, in points.
    """

    total: float
    items: dict[str, ItemScore]
    late_penalty: float = 0.0


ClassScores = Mapping[str, StudentScores]


def read_scores(assignment: Assignment) -> dict[str, StudentScores]:
    """Return the scores of every student who has a graded hand-in, by student in order.

    Raises GradekitError where there is no gradebook, or no such assignment in it.
    """
    with open_gradebook(assignment.root) as gradebook:
        try:
            submissions = gradebook.assignment_submissions(assignment.name)
        except MissingEntry as error:
            name = assignment.name
            raise GradekitError(
                f"{name} is not in the gradebook; run `gradekit release {shlex.quote(name)}`"
            ) from error
        scores = {s.student.id: _student_scores(assignment, s) for s in submissions}
    return dict(sorted(scores.items()))


@contextmanager
def open_gradebook(root: Path) -> Iterator[Gradebook]:
    """Keep the course's gradebook open; raise GradekitError where there is none.

    Raises StorageError where the gradebook refuses what is asked of it.
    """
    url = find_gradebook(root)
    with one_line_faults(url), Gradebook(url) as gradebook:
        yield gradebook


def find_gradebook(root: Path) -> str:
    """Return the address of the course's gradebook; raise GradekitError where there is none."""
    url = gradebook_url(root)
    require_existing(url)
    return url


def wait_for_person(
    assignment: Assignment, student: str, notebooks: Sequence[str], url: str = ""
) -> None:
    """Take the score off a student's manual items in some notebooks, so that a person looks.

    `url` is the gradebook's address, by default that of the course's own.
    """
    with Gradebook(url) if url else open_gradebook(assignment.root) as gradebook:
        for item in assignment.items():
            if item.manual and item.notebook in notebooks:
                place = (item.cell, item.notebook, assignment.name, student)
                grade = gradebook.find_grade(*place)
                grade.auto_score, grade.needs_manual_grade = None, True
        gradebook.db.commit()


def _student_scores(assignment: Assignment, submission: Any) -> StudentScores:
    report = load_report(assignment.report_file(submission.student.id))
    grades = {
        (notebook.name, grade.name): grade
        for notebook in submission.notebooks
        for grade in notebook.grades
    }
    items = dict(_item_scores(assignment, grades, report))
    penalty = sum(n.late_submission_penalty or 0.0 for n in submission.notebooks)
    return StudentScores(max(0.0, submission.score - penalty), items, penalty)


def _item_scores(
    assignment: Assignment, grades: dict[tuple[str, str], Any], report: Report | None
) -> Iterator[tuple[str, ItemScore]]:
    for item in assignment.items():
        grade = grades.get((item.notebook, item.cell))
        outcome = MANUAL if item.manual else report.outcome(item.name).value if report else None
        yield (
            item.name,
            ItemScore(_score(grade), item.points, outcome, _state(grade, item), item.bonus),
        )


def _state(grade: Any, item: Item) -> str:
    if grade is None:
        return "waits" if item.manual else ""
    if grade.manual_score is not None:
        return "changed" if grade.needs_manual_grade else ""
    if not item.manual:
        return ""
    return "waits" if grade.auto_score is None else "" if grade.auto_score else "no answer"


def _score(grade: Any) -> float | None:
    if grade is None or (grade.auto_score is None and grade.manual_score is None):
        return None
    return float(grade.score)
