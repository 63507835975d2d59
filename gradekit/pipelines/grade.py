"""submitted/ → reports → gradebook.db, autograded/ and feedback/."""

import shutil
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from gradekit.course import Assignment
from gradekit.gradebook import convert
from gradekit.gradebook.mend import MAX_CELLS, mended
from gradekit.gradebook.scores import wait_for_person
from gradekit.grading.fleet import Ungraded, grade_all
from gradekit.grading.grade import Handin, report_key
from gradekit.grading.kit import GradingKit, load_kit
from gradekit.grading.reports import load_current, save_report
from gradekit.grading.submitted import read_handin
from gradekit.handin.intake import inspect
from gradekit.handin.notebook import read_notebook
from gradekit.handin.oneline import one_line
from gradekit.handin.released import read_released
from gradekit.report import GradekitError, HandinError, Report, UsageError

INTAKE = ".gradekit/intake"
MISSING = "is missing"


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
            result.reports[outcome.student] = _recorded(assignment, outcome)
            progress(outcome.student, "graded")
        except GradekitError as error:
            result.ungraded[outcome.student] = str(error)
            progress(outcome.student, "not recorded")
    return result


def _recorded(assignment: Assignment, report: Report) -> Report:
    """Return the report of a hand-in that was recorded, with what had to stand in for it."""
    note = record(assignment, report.student)
    if note:
        report = replace(report, notes=(*report.notes, note))
        save_report(assignment.report_file(report.student), report)
    return report


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


def record(assignment: Assignment, student: str) -> str:
    """Put a graded hand-in into the gradebook, autograded/ and feedback/, through nbgrader.

    Returns a line where something had to stand in for the hand-in's notebook, else nothing. Raises
    GradekitError where nbgrader fails with the release's, too.
    """
    folder, name = assignment.handin(student), f"{assignment.name}.ipynb"
    problem = notebook_problem(folder, assignment.name)
    if not problem:
        problem = _attempt(assignment, student, "submitted")
    if not problem:
        return ""
    notebook = mended(folder / name)
    stage(assignment, student, notebook)
    if notebook and not _attempt(assignment, student, INTAKE):
        return f"{name} {problem}; its texts, pictures and printed outputs are kept"
    stage(assignment, student)
    _through_nbgrader(assignment, student, INTAKE, waits=problem != MISSING)
    return "" if problem == MISSING else f"{name} {problem}; the release's stands in for it"


def _attempt(assignment: Assignment, student: str, directory: str) -> str:
    """Return what nbgrader says against a notebook, or nothing where it takes it."""
    try:
        _through_nbgrader(assignment, student, directory)
    except Exception as error:  # whatever an odd notebook makes nbgrader raise
        return f"is refused by nbgrader ({one_line(error, 100)})"
    return ""


def _through_nbgrader(
    assignment: Assignment, student: str, directory: str, waits: bool = False
) -> None:
    convert.autograde(assignment.root, assignment.name, student, directory)
    if waits:
        wait_for_person(assignment, student)
    convert.generate_feedback(assignment.root, assignment.name, student)


def notebook_problem(folder: Path, name: str) -> str:
    """Return why nbgrader cannot have a hand-in's notebook, or nothing where it can."""
    path = folder / f"{name}.ipynb"
    if not path.is_file():
        return MISSING
    # To validate very many cells would take minutes.
    if _count_cells(path) > MAX_CELLS:
        return f"has more than {MAX_CELLS} cells"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            nbformat.validate(nbformat.read(path, as_version=4))
    except Exception as error:  # whatever a damaged file makes the reader raise
        return f"is damaged ({type(error).__name__})"
    return ""


def _count_cells(path: Path) -> int:
    try:
        return len(read_notebook(path)["cells"])
    except HandinError:  # an older format, or damage that nbformat tells
        return 0


def stage(assignment: Assignment, student: str, notebook: NotebookNode | None = None) -> None:
    """Copy a hand-in aside, with another notebook in its own's place: by default the release's."""
    target = assignment.root / INTAKE / student / assignment.name
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(assignment.handin(student), target)
    name = f"{assignment.name}.ipynb"
    if notebook:
        nbformat.write(notebook, target / name)
    else:
        shutil.copyfile(assignment.release / name, target / name)


def _read(
    assignment: Assignment, kit: GradingKit, students: Sequence[str], result: ClassResult
) -> Iterator[Handin]:
    released = read_released(assignment.release, assignment.name, kit.student_files)
    for student in students:
        folder = assignment.handin(student)
        try:
            notes = tuple(inspect(folder, assignment.name, released))
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
