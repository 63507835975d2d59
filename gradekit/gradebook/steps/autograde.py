"""The kit's steps in nbgrader's autograde: points come from the report, never from an output."""

import re
from itertools import islice
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Comment, Grade, Gradebook
from nbgrader.preprocessors import SaveAutoGrades
from sqlalchemy.orm import joinedload
from traitlets import Bool

from gradekit.batch.report_cache import current_report
from gradekit.course import Assignment
from gradekit.errors import SubmissionError
from gradekit.gradebook.page.bounds import is_picture, notebook_budget, output, plain_outputs
from gradekit.gradebook.page.feedback_text import item_text
from gradekit.gradebook.recording.record_keys import drop_mark
from gradekit.gradebook.steps.base import KitStep, Step, assignment_of
from gradekit.gradebook.store.hand_grades import (
    HandGrade,
    answers_in,
    changed,
    load_seen,
    save_seen,
    settle,
)
from gradekit.intake.take_in import stray_items
from gradekit.model import Report
from gradekit.notebook.cells import read_notebook

MOST_ATTACHMENTS = 100  # of a cell
_BACKTICKS = re.compile("`+")
KEPT_METADATA = ("nbgrader", "gradekit")


class KeepPlain(KitStep):
    """Keeps of a hand-in's notebook the texts and the pictures, and what names its cells.

    HTML and scripts of a hand-in would run in the browser of whoever reads the feedback.
    """

    def preprocess(self, nb: Any, resources: dict[str, Any]) -> Step:
        """Drop the notebook's own metadata, and what is not plain of each cell."""
        nb.metadata, budget = NotebookNode(), notebook_budget()
        for cell in nb.cells:
            cell.metadata = NotebookNode(
                {k: v for k, v in cell.metadata.items() if k in KEPT_METADATA}
            )
            pictures = _pictures(cell.pop("attachments", {}))
            if pictures and cell.cell_type == "markdown":
                cell.attachments = pictures
            if cell.cell_type == "code":
                cell.outputs = plain_outputs(cell.outputs, budget)
        return nb, resources


class ForgetRecord(KitStep):
    """Takes away the mark of an earlier record, before anything that it made is replaced."""

    def preprocess(self, nb: Any, resources: dict[str, Any]) -> Step:
        """Drop the hand-in's mark; the notebook goes on unchanged."""
        drop_mark(assignment_of(resources), resources["nbgrader"]["student"])
        return nb, resources


class ShowRaw(KitStep):
    """Turns raw cells, which nbconvert copies into its page as they are, into text."""

    def preprocess_cell(self, cell: Any, resources: dict[str, Any], index: int) -> Step:  # noqa: ARG002
        """Put a raw cell's text between fences that are longer than any in it."""
        if cell.cell_type == "raw":
            fence = max(["``", *_BACKTICKS.findall(cell.source)], key=len) + "`"
            cell.cell_type = "markdown"
            cell.source = f"{fence}\n{cell.source}\n{fence}"
        return cell, resources


class GradeModules(KitStep):
    """Puts each item's result into its test cell, in words and as a number for nbgrader."""

    def preprocess(self, nb: Any, resources: dict[str, Any]) -> Step:
        """Take the report of the hand-in, or make it, and write it into the test cells."""
        assignment = assignment_of(resources)
        student = resources["nbgrader"]["student"]
        folder = self.config.CourseDirectory.get("submitted_directory", "submitted")
        report = current_report(assignment, student, Path(folder) / student / assignment.name)
        items = {item.name: item for item in report.automatic_items}
        for cell in nb.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            if utils.is_grade(cell) and name in items:
                cell.outputs = cell_outputs(report, name)
                cell.execution_count = None
        resources["gradekit_report"] = report
        resources["gradekit_stray"] = _stray(assignment, Path(folder) / student / assignment.name)
        return nb, resources


class SaveReport(KitStep, SaveAutoGrades):
    """Saves the report's points in one transaction; an item without a grade waits for a person.

    So does an answer that is not the one that a person gave points for.
    """

    keeps_seen = Bool(True, help="Whether to keep what a person has seen of answers.").tag(
        config=True
    )

    def preprocess(self, nb: Any, resources: dict[str, Any]) -> Step:
        """Save the manual items as nbgrader does, and the automatic ones from the report."""
        report: Report = resources["gradekit_report"]
        self._automatic = {item.name: report.score(item) for item in report.automatic_items}
        url = resources["nbgrader"]["db_url"]
        with Gradebook(url) as gradebook:
            add_lost_rows(gradebook, *self._place(resources))
            by_hand = _by_hand(self._grades(gradebook, resources))
        nb, resources = super().preprocess(nb, resources)
        assignment, student = assignment_of(resources), resources["nbgrader"]["student"]
        seen = settle(load_seen(assignment, student) or {}, by_hand, answers_in(nb.cells, report))
        with Gradebook(url) as gradebook:
            grades = self._grades(gradebook, resources)
            self._save_scores(gradebook, grades, *self._place(resources))
            _wait(grades, report, resources["gradekit_stray"])
            for name, one in seen.items():
                if one.points is not None:
                    grades[name].needs_manual_grade = changed(one)
            gradebook.db.commit()
        if self.keeps_seen:
            save_seen(assignment, student, seen)
        return nb, resources

    def _grades(self, gradebook: Gradebook, resources: dict[str, Any]) -> dict[str, Grade]:
        """Return a notebook's grades by their cells' names, all asked for at once."""
        notebook = gradebook.find_submission_notebook(*self._place(resources))
        grades = gradebook.db.query(Grade).options(joinedload(Grade.cell))
        return {grade.cell.name: grade for grade in grades.filter_by(notebook_id=notebook.id)}

    def _save_scores(self, gradebook: Gradebook, grades: dict[str, Grade], *place: str) -> None:
        """Put the points into their grades; raise where there is none."""
        for name, score in self._automatic.items():
            grade = grades.get(name) or gradebook.find_grade(name, *place)
            grade.auto_score, grade.needs_manual_grade = score, score is None

    def preprocess_cell(self, cell: Any, resources: dict[str, Any], index: int) -> Step:
        """Leave the automatic items to the report."""
        if cell.metadata.get("nbgrader", {}).get("grade_id") in self._automatic:
            return cell, resources
        result: Step = super().preprocess_cell(cell, resources, index)
        return result

    @staticmethod
    def _place(resources: dict[str, Any]) -> tuple[str, str, str]:
        where = resources["nbgrader"]
        return where["notebook"], where["assignment"], where["student"]


def _stray(assignment: Assignment, folder: Path) -> set[str]:
    """Return the items whose answer is not in its cell and may stand elsewhere in a hand-in."""
    try:
        released = read_notebook(assignment.release / f"{assignment.name}.ipynb")
    except SubmissionError:  # nothing to hold a hand-in against
        return set()
    return stray_items(folder, assignment.name, released)


def _wait(grades: dict[str, Grade], report: Report, stray: set[str]) -> None:
    """Take the zero off answers that may stand elsewhere, so that a person looks."""
    for item in report.items:
        grade = grades.get(item.name)
        if item.manual and grade and grade.manual_score is None and stray & {item.name, ""}:
            grade.auto_score, grade.needs_manual_grade = None, True


def add_lost_rows(gradebook: Gradebook, notebook: str, assignment: str, student: str) -> None:
    """Add the grades and comments that a hand-in's notebook lacks in the gradebook, empty.

    nbgrader makes them with the hand-in, and fails where somebody has deleted one since.
    """
    found = gradebook.find_submission_notebook(notebook, assignment, student)
    cells, graded = found.notebook, {grade.cell_id for grade in found.grades}
    told = {comment.cell_id for comment in found.comments}
    for cell in (*cells.grade_cells, *cells.task_cells):
        if cell.id not in graded:
            gradebook.db.add(Grade(cell_id=cell.id, notebook_id=found.id))
    for cell in (*cells.solution_cells, *cells.task_cells):
        if cell.id not in told:
            gradebook.db.add(Comment(cell_id=cell.id, notebook_id=found.id))
    gradebook.db.commit()


def _by_hand(grades: dict[str, Grade]) -> dict[str, HandGrade]:
    return {
        name: HandGrade(grade.manual_score, grade.extra_credit, grade.needs_manual_grade)
        for name, grade in grades.items()
    }


def cell_outputs(report: Report, name: str) -> list[Any]:
    """Return an item's result as the outputs of its test cell."""
    item = next(item for item in report.items if item.name == name)
    return [output("stream", name="stdout", text=item_text(report, item))]


def _pictures(attachments: dict[str, Any]) -> NotebookNode:
    return NotebookNode(
        {
            name: NotebookNode({k: v for k, v in bundle.items() if is_picture(k, v)})
            for name, bundle in islice(attachments.items(), MOST_ATTACHMENTS)
            if any(is_picture(k, v) for k, v in bundle.items())
        }
    )
