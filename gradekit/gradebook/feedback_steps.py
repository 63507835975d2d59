"""The kit's steps in nbgrader's feedback."""

from typing import Any

from nbformat.v4 import new_markdown_cell
from nbgrader.api import Gradebook

from gradekit.gradebook import bounds
from gradekit.gradebook.feedback_text import Lateness, late_markdown, pdf_markdown, summary_markdown
from gradekit.gradebook.late import LateRule, course_rule
from gradekit.gradebook.page import TITLES
from gradekit.gradebook.safe_html import prepare
from gradekit.gradebook.steps import KitStep, Step, assignment_of
from gradekit.grading.reports import load_report


class Shorten(KitStep):
    """Cuts cells that are too long for a page, and leaves out cells that are too many."""

    def preprocess(self, nb: Any, resources: dict[str, Any]) -> Step:
        """Cut with a visible note; a cell with a name is never left out."""
        left = bounds.MAX_SOURCES
        for cell in nb.cells:
            cell.source = bounds.bounded(cell.source, min(bounds.MAX_SOURCE, left))
            left = max(left - len(cell.source), 0)
        rest = nb.cells[bounds.MAX_CELLS :]
        if rest:
            named = [cell for cell in rest if "nbgrader" in cell.metadata]
            nb.cells[bounds.MAX_CELLS :] = [new_markdown_cell(bounds.CUT), *named]
        return nb, resources


class PrepareFormulas(KitStep):
    """Renders all formulas of a page in one go, before its cells one by one."""

    def preprocess(self, nb: Any, resources: dict[str, Any]) -> Step:
        """Render them; the notebook goes on unchanged."""
        prepare([cell.source for cell in nb.cells if cell.cell_type == "markdown"])
        return nb, resources


class AddSummary(KitStep):
    """Puts a table of all items above the notebook, by their titles, and what lateness costs."""

    def preprocess(self, nb: Any, resources: dict[str, Any]) -> Step:
        """Add the summary of the report; without a report the notebook goes on unchanged."""
        assignment = assignment_of(resources)
        report = load_report(assignment.report_file(resources["nbgrader"]["student"]))
        if report:
            late = self._lateness(resources["nbgrader"])
            late_text = late_markdown(late) if late else ""
            texts = filter(None, (summary_markdown(report), late_text, pdf_markdown(report)))
            nb.cells.insert(0, new_markdown_cell("\n\n".join(texts)))
            resources[TITLES] = {item.name: item.title for item in report.items}
        return nb, resources

    def _lateness(self, where: dict[str, Any]) -> Lateness | None:
        with Gradebook(where["db_url"]) as gradebook:
            handin = gradebook.find_submission(where["assignment"], where["student"])
            penalty, when = handin.late_submission_penalty, handin.timestamp
            if not penalty or when is None or handin.assignment.duedate is None:
                return None
            rule = course_rule(self.config)
            words = rule.in_words() if isinstance(rule, LateRule) else ""
            return Lateness(when, handin.duedate, handin.score, penalty, words)
