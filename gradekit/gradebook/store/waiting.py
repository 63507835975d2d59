"""Finds the answers that wait for a person to grade them, or to look at them again."""

from dataclasses import dataclass
from typing import Any

from nbgrader.api import Assignment as Released
from nbgrader.api import BaseCell, Grade, Notebook, SubmittedAssignment, SubmittedNotebook
from sqlalchemy import and_, or_, select

from gradekit.course import Assignment
from gradekit.gradebook.store.scores import open_gradebook


@dataclass(frozen=True)
class Waiting:
    """Who waits for a person, by item: for points, or for a look at an answer that has changed.

    `changed` has the points that are there for the older answer, by student.
    """

    unscored: dict[str, list[str]]
    changed: dict[str, dict[str, float]]

    def of(self, item: str) -> list[str]:
        """Return all who wait for one item, sorted."""
        return sorted({*self.unscored[item], *self.changed[item]})


def waiting(assignment: Assignment) -> Waiting:
    """Return who waits for a person, for each item in the notebook's order.

    A text that nobody wrote in has its zero and does not wait; points by hand that are there for an
    older answer count until somebody has looked. Raises GradekitError where there is no gradebook,
    or it cannot be read.
    """
    items = assignment.items()
    found = Waiting({item.name: [] for item in items}, {item.name: {} for item in items})
    manual = {item.name for item in items if item.manual}
    names = {(item.notebook, item.cell): item.name for item in items}
    with open_gradebook(assignment.root) as gradebook:
        for notebook, cell, name, score, automatic in gradebook.db.execute(_query(assignment)):
            item = names.get((notebook, cell), "")
            if item in found.changed and score is not None:
                found.changed[item][name] = score
            elif item in manual and automatic is None:
                found.unscored[item].append(name)
    return found


def _query(assignment: Assignment) -> Any:
    student = SubmittedAssignment.student_id
    return (
        select(Notebook.name, BaseCell.name, student, Grade.manual_score, Grade.auto_score)
        .join(Grade, Grade.cell_id == BaseCell.id)
        .join(Notebook, Notebook.id == BaseCell.notebook_id)
        .join(SubmittedNotebook, SubmittedNotebook.id == Grade.notebook_id)
        .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
        .join(Released, Released.id == SubmittedAssignment.assignment_id)
        .where(Released.name == assignment.name)
        .where(
            or_(
                and_(Grade.auto_score.is_(None), Grade.manual_score.is_(None)),
                and_(Grade.manual_score.is_not(None), Grade.needs_manual_grade),
            )
        )
        .order_by(student)
    )
