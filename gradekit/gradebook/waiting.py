"""Finds the answers that wait for a person to grade them."""

from nbgrader.api import Assignment as Released
from nbgrader.api import BaseCell, Grade, SubmittedAssignment, SubmittedNotebook
from sqlalchemy import select

from gradekit.course import Assignment
from gradekit.gradebook.scores import open_gradebook


def waiting(assignment: Assignment) -> dict[str, list[str]]:
    """Return for each manual item the students, in order, whose answer has no score yet.

    Items in the notebook's order; a text that nobody wrote in has its zero and does not wait.
    Raises GradekitError where there is no gradebook, or it cannot be read.
    """
    found: dict[str, list[str]] = {item.name: [] for item in assignment.items() if item.manual}
    student = SubmittedAssignment.student_id
    query = (
        select(BaseCell.name, student)
        .join(Grade, Grade.cell_id == BaseCell.id)
        .join(SubmittedNotebook, SubmittedNotebook.id == Grade.notebook_id)
        .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
        .join(Released, Released.id == SubmittedAssignment.assignment_id)
        .where(Released.name == assignment.name, BaseCell.name.in_(found))
        .where(Grade.auto_score.is_(None), Grade.manual_score.is_(None))
        .order_by(student)
    )
    with open_gradebook(assignment.root) as gradebook:
        for item, name in gradebook.db.execute(query):
            found[item].append(name)
    return found
