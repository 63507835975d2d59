"""The kit's steps in nbgrader's feedback."""

from typing import Any

from nbformat.v4 import new_markdown_cell
from nbgrader.api import Comment, Grade, Gradebook
from nbgrader.utils import is_grade, is_solution
from sqlalchemy.orm import joinedload

from gradekit.assignment.code_cells.steps import shown_tests
from gradekit.assignment.spec import read_spec
from gradekit.gradebook.page import bounds
from gradekit.gradebook.page.exporter import FEEDBACK
from gradekit.gradebook.page.feedback import Given, feedback_of, of_notebook
from gradekit.gradebook.page.feedback_text import Lateness
from gradekit.gradebook.page.images import MOST_ENCODED_OF_NOTEBOOK, lift_pictures, put_back
from gradekit.gradebook.page.safe_html import prepare_cells
from gradekit.gradebook.steps.base import REPORT, KitStep, StepResult, assignment_of
from gradekit.gradebook.steps.late import LateRule, course_rule


class HideTests(KitStep):
    """Takes hidden tests off the page: with what they expect the next class would have it."""

    def preprocess(self, nb: Any, resources: dict[str, Any]) -> StepResult:
        """Leave a line in the place of each."""
        for cell in nb.cells:
            if cell.cell_type == "code" and is_grade(cell) and not is_solution(cell):
                cell.source = shown_tests(cell.source)
        return nb, resources


class Shorten(KitStep):
    """Cuts cells that are too long for a page, and leaves out cells that are too many."""

    def preprocess(self, nb: Any, resources: dict[str, Any]) -> StepResult:
        """Cut with a visible note; a cell with a name is never left out."""
        left, pictures = bounds.MAX_SOURCES, MOST_ENCODED_OF_NOTEBOOK
        for cell in nb.cells:
            # Pictures that are written into a text are bounded by themselves.
            text, lifted = lift_pictures(cell.source, pictures)
            text = bounds.bounded(text, min(bounds.MAX_SOURCE, left))
            left, pictures = left - len(text), pictures - sum(map(len, lifted.values()))
            cell.source = put_back(text, lifted)
        rest = nb.cells[bounds.MAX_CELLS :]
        if rest:
            named = [cell for cell in rest if "nbgrader" in cell.metadata]
            nb.cells[bounds.MAX_CELLS :] = [new_markdown_cell(bounds.CUT), *named]
        return nb, resources


class PrepareFormulas(KitStep):
    """Renders all formulas of a page in one go, before its cells one by one."""

    def preprocess(self, nb: Any, resources: dict[str, Any]) -> StepResult:
        """Render them; the notebook goes on unchanged."""
        prepare_cells([cell.source for cell in nb.cells if cell.cell_type == "markdown"])
        return nb, resources


class AddFeedback(KitStep):
    """Takes the points as the gradebook has them, and why any are lacking, to the page."""

    def preprocess(self, nb: Any, resources: dict[str, Any]) -> StepResult:
        """Put what is told into the resources; without a report the page shows the notebook."""
        where = resources["nbgrader"]
        report = resources[REPORT]
        if report:
            with Gradebook(where["db_url"]) as gradebook:
                place = where["notebook"], where["assignment"], where["student"]
                notebook = gradebook.find_submission_notebook(*place)
                submission = gradebook.find_submission(*place[1:])
                told = feedback_of(
                    report,
                    _given(gradebook, notebook),
                    _points(notebook),
                    self._lateness(submission),
                )
                title = read_spec(assignment_of(self, resources).source).title
                resources[FEEDBACK] = of_notebook(told, place[0], _points(submission), title)
        return nb, resources

    def _lateness(self, submission: Any) -> Lateness | None:
        penalty, when = submission.late_submission_penalty, submission.timestamp
        if not penalty or when is None or submission.assignment.duedate is None:
            return None
        rule = course_rule(self.config)
        words = rule.in_words() if isinstance(rule, LateRule) else ""
        return Lateness(when, submission.duedate, submission.score, penalty, words)


def _points(graded: Any) -> float:
    """Return the points of a hand-in, or of one of its notebooks, as lateness has left them."""
    return max(float(graded.score) - (graded.late_submission_penalty or 0.0), 0.0)


def _given(gradebook: Gradebook, notebook: Any) -> dict[str, Given]:
    """Return what the gradebook holds for each item of a hand-in's notebook, by its cell."""
    comments = gradebook.db.query(Comment).options(joinedload(Comment.cell))
    theirs = comments.filter_by(notebook_id=notebook.id)
    said = {one.cell.name: one.manual_comment or "" for one in theirs}
    grades = gradebook.db.query(Grade).options(joinedload(Grade.cell))
    found = {}
    for grade in grades.filter_by(notebook_id=notebook.id):
        by_hand = grade.manual_score is not None
        score = grade.manual_score if by_hand else grade.auto_score
        found[grade.cell.name] = Given(
            None if score is None else float(score),
            by_hand,
            by_hand and bool(grade.needs_manual_grade),
            float(grade.extra_credit or 0.0),
            said.get(grade.cell.name, ""),
        )
    return found
