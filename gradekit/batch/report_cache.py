"""The report of a hand-in as it lies in its folder: the kept one if current, else a new one."""

import atexit
from pathlib import Path

from gradekit.batch.grading_process import GradingProcess, Task
from gradekit.batch.local import grade_one
from gradekit.batch.read_submission import read_submission
from gradekit.batch.report_store import is_current, load_earlier, save_report
from gradekit.course import Assignment
from gradekit.findings.released_items import require_released
from gradekit.grading.bundle import GradingBundle, load_bundle
from gradekit.grading.grader import Submission, report_key
from gradekit.grading.reference.answers_cache import answers_folder
from gradekit.model import Report
from gradekit.sandbox.guard import guarded

_processes: dict[str, GradingProcess] = {}


def current_report(assignment: Assignment, student: str, folder: Path) -> Report:
    """Return the report of a hand-in, graded now unless a kept report is of the same inputs."""
    bundle = load_bundle(assignment)
    require_released(assignment, bundle.items)
    (read,) = guarded([student], lambda one: read_submission(folder, one, bundle), Submission)
    submission = read.result()
    path = assignment.report_file(student)
    earlier = load_earlier(path)
    if earlier and is_current(earlier, report_key(bundle, submission)):
        return earlier
    task = Task(submission, earlier.results if earlier else ())
    report = grade_one(task, _process(assignment, bundle).grade)
    save_report(path, report)
    return report


def _process(assignment: Assignment, bundle: GradingBundle) -> GradingProcess:
    """Return the process that grades for a kit: nbgrader grades one hand-in after another."""
    if bundle.key not in _processes:
        _processes[bundle.key] = process = GradingProcess(
            bundle, answers_folder(assignment, bundle)
        )
        atexit.register(process.close)
    return _processes[bundle.key]
