"""Who is on the roster, which is the gradebook's list of students, and has no scores."""

from collections.abc import Collection
from dataclasses import dataclass

from nbgrader.api import Student

from gradekit.course import Assignment
from gradekit.gradebook.store.scores import open_gradebook

NOTHING_SENT, NOT_GRADED = "handed in nothing", "not graded yet"


@dataclass(frozen=True)
class Unscored:
    """The students without scores, each with why: nothing was handed in, or it is not graded."""

    without_scores: dict[str, str]

    @property
    def absent(self) -> tuple[str, ...]:
        """Who is on the roster and handed in nothing."""
        return tuple(name for name, why in self.without_scores.items() if why == NOTHING_SENT)


def read_unscored(assignment: Assignment, graded: frozenset[str]) -> Unscored:
    """Return who has no scores, by student in order; `graded` are those who have.

    Raises GradekitError where there is no gradebook.
    """
    there = set(assignment.students())
    with open_gradebook(assignment.root) as gradebook:
        known = {name for (name,) in gradebook.db.query(Student.id)}
    return Unscored(
        {
            name: NOT_GRADED if name in there else NOTHING_SENT
            for name in sorted((known | there) - graded)
        }
    )


def read_points_of(assignment: Assignment, students: Collection[str]) -> dict[str, float]:
    """Return the points that the gradebook holds of some students, of those who have any record.

    Raises GradekitError where there is no gradebook.
    """
    with open_gradebook(assignment.root) as gradebook:
        submissions = gradebook.assignment_submissions(assignment.name) if students else []
        return {
            one.student_id: max(one.score - (one.late_submission_penalty or 0.0), 0.0)
            for one in submissions
            if one.student_id in students
        }
