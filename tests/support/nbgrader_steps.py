"""nbgrader's own steps for one hand-in, in this process: what its commands do with the kit's."""

from nbgrader.converters import Autograde, GenerateFeedback

from gradekit.batch.report_cache import current_report
from gradekit.batch.report_store import load_report
from gradekit.course import Assignment
from gradekit.gradebook.convert import Converter


def autograde(assignment: Assignment, student: str) -> None:
    """Autograde a hand-in: its report is kept if it is current, else made now."""
    report = current_report(assignment, student, assignment.submission(student))
    Converter(Autograde, assignment.root, assignment.name).run(report)


def generate_feedback(assignment: Assignment, student: str) -> None:
    """Write the feedback of a hand-in that has been graded."""
    report = load_report(assignment.report_file(student))
    Converter(GenerateFeedback, assignment.root, assignment.name).run(report)
