"""submitted/ → reports → gradebook.db, autograded/ and feedback/."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import nbformat

from gradekit.course import Assignment
from gradekit.gradebook import convert
from gradekit.gradebook.scores import wait_for_person
from gradekit.grading.fleet import Ungraded, grade_all
from gradekit.grading.grade import Handin, report_key
from gradekit.grading.kit import GradingKit, load_kit
from gradekit.grading.reports import load_current, save_report
from gradekit.grading.submitted import read_handin
from gradekit.handin.intake import inspect
from gradekit.report import GradekitError, HandinError, Report, UsageError

INTAKE = ".gradekit/intake"


@dataclass
class ClassResult:
    """What came of grading a class: reports by student, and one line for each that has none."""

    reports: dict[str, Report] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    ungraded: dict[str, str] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        """3 where the grader is at fault, 1 where a hand-in could not be taken, else 0."""
        if self.ungraded or any(report.has_errors for report in self.reports.values()):
            return 3
        return 1 if self.refused else 0


Progress = Callable[[str, str], None]


def grade_class(
    assignment: Assignment, students: Sequence[str], jobs: int, force: bool, progress: Progress
) -> ClassResult:
    """Grade some students' hand-ins, or everybody's; what one does costs nobody else anything.

    `progress` is called with a student and a word as soon as a step of that student's is done.
    """
    if not assignment.release.is_dir():
        raise GradekitError(
            f"no release of {assignment.name} yet: run `gradekit release {assignment.name}` first"
        )
    kit, result = load_kit(assignment), ClassResult()
    handins = list(_read(assignment, kit, choose(assignment, students), result))
    for outcome in _reports(assignment, kit, handins, jobs, force):
        if isinstance(outcome, Ungraded):
            result.ungraded[outcome.student] = outcome.reason
            progress(outcome.student, "not graded")
            continue
        save_report(assignment.report_file(outcome.student), outcome)
        try:
            record(assignment, outcome.student)
            result.reports[outcome.student] = outcome
            progress(outcome.student, "graded")
        except GradekitError as error:
            result.ungraded[outcome.student] = str(error)
            progress(outcome.student, "not recorded")
    return result


def choose(assignment: Assignment, students: Sequence[str]) -> list[str]:
    """Return the students to grade; raise UsageError for one without a hand-in, or for nobody."""
    known = assignment.students()
    unknown = sorted(set(students) - set(known))
    if unknown:
        raise UsageError(
            f"no hand-in of {', '.join(unknown)}: {assignment.handin(unknown[0])} is not there"
        )
    if not known:
        name = assignment.name
        raise UsageError(f"no hand-ins of {name}: take some in with `gradekit collect {name} …`")
    return sorted(set(students)) or known


def record(assignment: Assignment, student: str) -> None:
    """Put a graded hand-in into the gradebook, autograded/ and feedback/, through nbgrader."""
    problem = notebook_problem(assignment.handin(student), assignment.name)
    if problem:
        stage(assignment, student)
    directory = INTAKE if problem else "submitted"
    convert.autograde(assignment.root, assignment.name, student, directory)
    if problem == "damaged":
        wait_for_person(assignment, student)
    convert.generate_feedback(assignment.root, assignment.name, student)


def notebook_problem(folder: Path, name: str) -> str:
    """Return "missing" or "damaged" where a hand-in's notebook is so, else nothing."""
    path = folder / f"{name}.ipynb"
    if not path.is_file():
        return "missing"
    try:
        nbformat.validate(nbformat.read(path, as_version=4))
    except Exception:  # whatever a damaged file makes the reader raise
        return "damaged"
    return ""


def stage(assignment: Assignment, student: str) -> None:
    """Copy a hand-in aside, with the release's notebook in place of one that is of no use."""
    target = assignment.root / INTAKE / student / assignment.name
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(assignment.handin(student), target)
    name = f"{assignment.name}.ipynb"
    shutil.copyfile(assignment.release / name, target / name)


def _read(
    assignment: Assignment, kit: GradingKit, students: Sequence[str], result: ClassResult
) -> Iterator[Handin]:
    for student in students:
        folder = assignment.handin(student)
        try:
            notes = tuple(inspect(folder, assignment.name, kit.student_files))
            yield read_handin(folder, student, kit, notes)
        except HandinError as error:
            result.refused[student] = str(error)


def _reports(
    assignment: Assignment, kit: GradingKit, handins: list[Handin], jobs: int, force: bool
) -> Iterator[Report | Ungraded]:
    todo = []
    for handin in handins:
        path, key = assignment.report_file(handin.student), report_key(kit, handin)
        kept = None if force else load_current(path, key)
        if kept:
            yield replace(kept, notes=handin.notes)
        else:
            todo.append(handin)
    yield from grade_all(kit, todo, jobs)
