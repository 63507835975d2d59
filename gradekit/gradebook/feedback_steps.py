"""The kit's step in nbgrader's feedback."""

from typing import Any

from nbformat.v4 import new_markdown_cell
from nbgrader.preprocessors import NbGraderPreprocessor

from gradekit.gradebook.feedback_text import summary_markdown
from gradekit.gradebook.release_steps import Step, assignment_of
from gradekit.grading.reports import load_report


class AddSummary(NbGraderPreprocessor):
    """Puts a table of all items above the notebook, by their titles."""

    def preprocess(self, nb: Any, resources: dict[str, Any]) -> Step:
        """Add the summary of the report; without a report the notebook goes on unchanged."""
        assignment = assignment_of(resources)
        report = load_report(assignment.report_file(resources["nbgrader"]["student"]))
        if report:
            nb.cells.insert(0, new_markdown_cell(summary_markdown(report)))
        return nb, resources
