"""The kit's steps in nbgrader's autograde: points come from the report, never from an output."""

import re
from itertools import islice
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import (
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    Notebook,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.preprocessors import SaveAutoGrades
from sqlalchemy.orm import joinedload
from traitlets import Bool

from gradekit.course import NBGRADERS, Assignment
from gradekit.findings.released import read_notebooks
from gradekit.gradebook.page.bounds import is_picture, notebook_budget, output, plain_outputs
from gradekit.gradebook.page.feedback_text import item_text
from gradekit.gradebook.recording.record_keys import drop_mark
from gradekit.gradebook.steps.base import REPORT, KitStep, StepResult, assignment_of
from gradekit.gradebook.store.hand_grades import (
    HandGrade,
    answers_in,
    is_changed,
    load_seen,
    save_seen,
    settle_points,
)
from gradekit.intake.take_in import stray_items
from gradekit.model import Item, Report, items_in

MOST_ATTACHMENTS = 100  # of a cell
_BACKTICKS = re.compile("`+")
KEPT_METADATA = ("nbgrader", "gradekit")


class KeepPlain(KitStep):
    """Keeps of a hand-in's notebook the texts and the pictures, and what names its cells.

    HTML and scripts of a hand-in would run in the browser of whoever reads the feedback.
    """

    def preprocess(self, nb: Any, resources: dict[str, Any]) -> StepResult:
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

    def preprocess(self, nb: Any, resources: dict[str, Any]) -> StepResult:
        """Drop the hand-in's mark; the notebook goes on unchanged."""
        drop_mark(assignment_of(self, resources), resources["nbgrader"]["student"])
        return nb, resources


class ShowRaw(KitStep):
    """Turns raw cells, which nbconvert copies into its page as they are, into text."""

    def preprocess_cell(self, cell: Any, resources: dict[str, Any], index: int) -> StepResult:  # noqa: ARG002
        """Put a raw cell's text between fences that are longer than any in it."""
        if cell.cell_type == "raw":
            fence = max(["``", *_BACKTICKS.findall(cell.source)], key=len) + "`"
            cell.cell_type = "markdown"
            cell.source = f"{fence}\n{cell.source}\n{fence}"
        return cell, resources


class GradeModules(KitStep):
    """Puts each item's result into its test cell, in words and as a number for nbgrader."""

    def preprocess(self, nb: Any, resources: dict[str, Any]) -> StepResult:
        """Write the report of the hand-in into the test cells."""
        assignment = assignment_of(self, resources)
        student = resources["nbgrader"]["student"]
        folder = self.config.CourseDirectory.get("submitted_directory", NBGRADERS.submitted)
        report: Report = resources[REPORT]
        notebook = resources["nbgrader"]["notebook"]
        items = {item.cell: item for item in items_in(report.automatic_items, notebook)}
        for cell in nb.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            if utils.is_grade(cell) and name in items:
                cell.outputs = cell_outputs(report, items[name])
                cell.execution_count = None
        resources["gradekit_stray"] = _stray(assignment, Path(folder) / student / assignment.name)
        return nb, resources


class SaveReport(KitStep, SaveAutoGrades):
    """Saves the report's points in one transaction; an item without a grade waits for a person.

    So does an answer that is not the one that a person gave points for.
    """

    keeps_seen = Bool(True, help="Whether to keep what a person has seen of answers.").tag(
        config=True
    )

    def preprocess(self, nb: Any, resources: dict[str, Any]) -> StepResult:
        """Save the manual items as nbgrader does, and the automatic ones from the report."""
        report: Report = resources[REPORT]
        notebook = resources["nbgrader"]["notebook"]
        self._names = {item.cell: item.name for item in items_in(report.items, notebook)}
        self._left = {item.cell for item in items_in(report.automatic_items, notebook)}
        url = resources["nbgrader"]["db_url"]
        with Gradebook(url) as gradebook:
            add_lost_rows(gradebook, *self._place(resources))
            by_hand = _by_hand(self._grades(gradebook, resources))
        nb, resources = super().preprocess(nb, resources)
        assignment, student = assignment_of(self, resources), resources["nbgrader"]["student"]
        known, answers = (
            load_seen(assignment, student) or {},
            answers_in(nb.cells, report, notebook),
        )
        seen = settle_points(known, by_hand, answers)
        with Gradebook(url) as gradebook:
            grades = self._grades(gradebook, resources)
            save_points(gradebook, report, *self._place(resources)[1:])
            _wait(grades, report, resources["gradekit_stray"])
            for name, one in seen.items():
                if one.points is not None:
                    grades[name].needs_manual_grade = is_changed(one)
            gradebook.db.commit()
        if self.keeps_seen:
            save_seen(assignment, student, known | seen)
        return nb, resources

    def _grades(self, gradebook: Gradebook, resources: dict[str, Any]) -> dict[str, Grade]:
        """Return a notebook's grades by the names of their items, all asked for at once."""
        notebook = gradebook.find_submission_notebook(*self._place(resources))
        grades = gradebook.db.query(Grade).options(joinedload(Grade.cell))
        found = grades.filter_by(notebook_id=notebook.id)
        return {self._names.get(grade.cell.name, grade.cell.name): grade for grade in found}

    def preprocess_cell(self, cell: Any, resources: dict[str, Any], index: int) -> StepResult:
        """Leave the automatic items to the report."""
        if cell.metadata.get("nbgrader", {}).get("grade_id") in self._left:
            return cell, resources
        result: StepResult = super().preprocess_cell(cell, resources, index)
        return result

    @staticmethod
    def _place(resources: dict[str, Any]) -> tuple[str, str, str]:
        where = resources["nbgrader"]
        return where["notebook"], where["assignment"], where["student"]


def _stray(assignment: Assignment, folder: Path) -> set[str]:
    """Return the items whose answer is not in its cell and may stand elsewhere in a hand-in."""
    released = read_notebooks(assignment.release, assignment.name)
    return stray_items(folder, released, assignment.items())


def _wait(grades: dict[str, Grade], report: Report, stray: set[str]) -> None:
    """Take the zero off answers that may stand elsewhere, so that a person looks."""
    for item in report.items:
        grade = grades.get(item.name)
        if item.manual and grade and grade.manual_score is None and item.name in stray:
            grade.auto_score, grade.needs_manual_grade = None, True


def save_points(gradebook: Gradebook, report: Report, assignment: str, student: str) -> None:
    """Put the points of all automatic items into their grades; a task waits for a person.

    Of every notebook at once: nbgrader gives a zero for what stands in one that was not handed in,
    and the modules that earn these points may be there.
    """
    asked = (
        gradebook.db.query(Notebook.name, BaseCell.name, Grade)
        .join(BaseCell, BaseCell.id == Grade.cell_id)
        .join(SubmittedNotebook, SubmittedNotebook.id == Grade.notebook_id)
        .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
        .join(Notebook, Notebook.id == SubmittedNotebook.notebook_id)
        .filter(SubmittedAssignment.id == gradebook.find_submission(assignment, student).id)
    )
    grades = {(notebook, cell): grade for notebook, cell, grade in asked}
    for item in report.items:
        grade = grades.get((item.notebook or assignment, item.cell or item.name))
        if grade is None:  # of another notebook, and deleted: it comes back with that
            continue
        if not item.manual:
            grade.auto_score = report.score(item)
            grade.needs_manual_grade = grade.auto_score is None
        elif item.task and grade.manual_score is None:
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


def cell_outputs(report: Report, item: Item) -> list[Any]:
    """Return an item's result as the outputs of its test cell."""
    return [output("stream", name="stdout", text=item_text(report, item))]


def _pictures(attachments: dict[str, Any]) -> NotebookNode:
    return NotebookNode(
        {
            name: NotebookNode({k: v for k, v in bundle.items() if is_picture(k, v)})
            for name, bundle in islice(attachments.items(), MOST_ATTACHMENTS)
            if any(is_picture(k, v) for k, v in bundle.items())
        }
    )
