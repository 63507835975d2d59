"""The report of a hand-in as it lies in its folder: the kept one if current, else a new one."""

import atexit
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gradekit.batch.read_submission import read_handin
from gradekit.batch.report_store import is_current, load_earlier, save_report
from gradekit.course import Assignment
from gradekit.grading.bundle import GradingKit, load_kit
from gradekit.grading.grader import Grader, Handin, report_key
from gradekit.grading.reference_cache import ReferenceAnswers, answers_folder
from gradekit.model import Report
from gradekit.sandbox.guard import guarded

_graders: dict[str, Grader] = {}
_handed_over: dict[tuple[str, str], Report] = {}


@contextmanager
def handed_over(report: Report) -> Iterator[None]:
    """Let `current_report` give a report that was just made, without a look at the folder."""
    key = report.assignment, report.student
    _handed_over[key] = report
    try:
        yield
    finally:
        del _handed_over[key]


def current_report(assignment: Assignment, student: str, folder: Path) -> Report:
    """Return the report of a hand-in, graded now unless a kept report is of the same inputs."""
    handed = _handed_over.get((assignment.name, student))
    if handed:
        return handed
    kit = load_kit(assignment)
    (read,) = guarded([student], lambda one: _modules(folder, one, kit), dict[str, bytes])
    handin = Handin(student, read.result())
    path = assignment.report_file(student)
    earlier = load_earlier(path)
    if earlier and is_current(earlier, report_key(kit, handin)):
        return earlier
    report = _warm_grader(assignment, kit).grade_patiently(
        handin, earlier.results if earlier else ()
    )
    save_report(path, report)
    return report


def _modules(folder: Path, student: str, kit: GradingKit) -> dict[str, bytes]:
    return dict(read_handin(folder, student, kit).modules)


def _warm_grader(assignment: Assignment, kit: GradingKit) -> Grader:
    """Return the process's grader for a kit: nbgrader grades one hand-in after another with it."""
    if kit.key not in _graders:
        answers = ReferenceAnswers(answers_folder(assignment, kit))
        _graders[kit.key] = grader = Grader(kit, answers)
        atexit.register(grader.close)
    return _graders[kit.key]
