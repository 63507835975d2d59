"""Puts graded hand-ins into a gradebook, autograded/ and feedback/, through nbgrader."""

import shutil
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.converters import Autograde, GenerateFeedback

from gradekit.course import Assignment
from gradekit.errors import SubmissionError
from gradekit.files import is_machines, storage_error, unreadable
from gradekit.gradebook.convert import Converter, NbgraderFailed
from gradekit.gradebook.page.feedback import STANDS_IN
from gradekit.gradebook.recording.repair_notebook import MAX_CELLS, rebuilt_notebook
from gradekit.gradebook.store.scores import wait_for_person
from gradekit.intake.folder import plain_files
from gradekit.model import Report
from gradekit.notebook.cells import read_notebook
from gradekit.notebook.reading import other_format_number
from gradekit.sandbox.guard import Exceeded, limited
from gradekit.text import one_line

INTAKE = ".gradekit/intake"
MISSING = "is missing"
KEPT = "its texts, pictures and printed outputs are kept"

# What is put in the places of notebooks, by their names: None stands for the release's.
Stands = Mapping[str, NotebookNode | None]


class Recorder:
    """Records one hand-in after another, with converters that stay warm.

    `gradebook_url` is the database that points go into, by default the course's own.
    """

    def __init__(self, assignment: Assignment, gradebook_url: str = "") -> None:
        self._assignment, self._url = assignment, gradebook_url
        self._submitted = assignment.folders.submitted
        self._open()

    def _open(self) -> None:
        place = (self._assignment.root, self._assignment.name, self._url)
        # One for each folder that hand-ins are taken from: a warm converter keeps its own.
        self._autograde = {name: Converter(Autograde, *place) for name in (self._submitted, INTAKE)}
        self._feedback = Converter(GenerateFeedback, *place)

    def record(self, report: Report) -> str:
        """Record a hand-in; return a line for each notebook that something stands in for.

        Raises SubmissionError where there is in its folder what must not be copied, and
        GradekitError where nbgrader fails with the release's notebooks, too, or a step of the kit's
        fails: then the notebooks stay as they are, and there is no grade.
        """
        assignment, student = self._assignment, report.student
        folder, names = assignment.submission(student), assignment.notebook_names
        plain_files(folder)
        problems = {
            name: problem
            for name in names
            if (problem := within_limits(partial(notebook_problem, folder, name)))
        }
        if not problems:
            refused = self._attempt(report, self._cleared(student))
            if not refused:
                return ""
            problems = dict.fromkeys(self._at_fault(report, names), refused)
        rebuilt = {
            name: None if problem == MISSING else self._rebuilt(folder / f"{name}.ipynb")
            for name, problem in problems.items()
        }
        return self._record_with(report, problems, rebuilt)

    def _at_fault(self, report: Report, names: Sequence[str]) -> Sequence[str]:
        """Return which notebook nbgrader refuses: the one without which it takes the others."""
        for name in names if len(names) > 1 else ():
            stage(self._assignment, report.student, {name: None})
            if not self._attempt(report, INTAKE):
                return [name]
        return names

    def _record_with(self, report: Report, problems: Mapping[str, str], rebuilt: Stands) -> str:
        """Record a hand-in with what is usable of its notebooks, or with the release's for them.

        Return a line for each of them but those that are missing, which are told of already.
        """
        for stands in (rebuilt, dict.fromkeys(rebuilt)):
            lost = [n for n, nb in stands.items() if nb is None and problems[n] != MISSING]
            is_last = not any(stands.values())
            lines = [f"{name}.ipynb {problems[name]}; {STANDS_IN}" for name in lost]
            # The student's feedback, which is made of it, tells why this is not the student's own.
            told = replace(report, notes=(*report.notes, *lines))
            stage(self._assignment, report.student, stands)
            if is_last:
                self._through_nbgrader(told, INTAKE, lost)
            elif self._attempt(told, INTAKE, lost):
                continue
            kept = [name for name, notebook in stands.items() if notebook]
            return "\n".join([*(f"{name}.ipynb {problems[name]}; {KEPT}" for name in kept), *lines])
        raise AssertionError("the release's notebooks are the last")

    def _attempt(self, report: Report, directory: str, waits: Sequence[str] = ()) -> str:
        """Return what nbgrader says against a notebook, or nothing where it takes it.

        What the machine refuses, such as room on the disk, is raised, and so is what the kit's own
        code raises: no notebook is at fault.
        """
        try:
            limited(lambda: self._through_nbgrader(report, directory, waits))
        except Exceeded as error:
            self._open()  # what was interrupted may be left in any state
            return str(error)
        except (NbgraderFailed, SubmissionError) as error:
            return f"is refused by nbgrader ({one_line(error, 100)})"
        return ""

    def _cleared(self, student: str) -> str:
        """Return where a hand-in lies that has nothing in the places of the source's files."""
        if not in_the_way(self._assignment, self._assignment.submission(student)):
            return self._submitted
        copy_aside(self._assignment, student)
        return INTAKE

    def _rebuilt(self, path: Path) -> NotebookNode | None:
        try:
            return limited(lambda: rebuilt_notebook(path))
        except Exceeded:
            return None

    def _through_nbgrader(self, report: Report, directory: str, waits: Sequence[str] = ()) -> None:
        self._autograde[directory].run(report, submitted_directory=directory)
        if waits:
            wait_for_person(self._assignment, report.student, waits, self._url)
        self._feedback.run(report)


def within_limits(find: Callable[[], str]) -> str:
    """Return a problem that a function finds, or that it takes too much to find it."""
    try:
        return limited(find)
    except Exceeded as error:
        return str(error)


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
        if isinstance(error, OSError):
            raise unreadable(error, path) from error
        return _reason(path) or _other_format(path) or f"is damaged ({type(error).__name__})"
    return ""


def _reason(path: Path) -> str:
    """Return why a notebook cannot be read, in the words that `submit` has for it, or ""."""
    try:
        read_notebook(path)
    except SubmissionError as error:
        return str(error).removeprefix(f"{path.name} ")
    return ""


def _other_format(path: Path) -> str:
    return other_format_number(read_notebook(path))


def _count_cells(path: Path) -> int:
    try:
        return len(read_notebook(path)["cells"])
    except SubmissionError:  # an older format, or damage that nbformat tells
        return 0


def stage(assignment: Assignment, student: str, stands: Stands) -> None:
    """Copy a hand-in aside, with others in the places of some notebooks: for None the release's."""
    target = copy_aside(assignment, student)
    for name, notebook in stands.items():
        if notebook:
            nbformat.write(notebook, target / f"{name}.ipynb")
        else:
            shutil.copyfile(assignment.release / f"{name}.ipynb", target / f"{name}.ipynb")


def copy_aside(assignment: Assignment, student: str) -> Path:
    """Copy a hand-in aside, without what is in the way of the source's files; return where."""
    target = assignment.root / INTAKE / student / assignment.name
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(assignment.submission(student), target, copy_function=_copy)
    for path in in_the_way(assignment, target):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    return target


def in_the_way(assignment: Assignment, submission: Path) -> list[Path]:
    """Return the folders in the places of a source's files, and the files in those of its folders.

    nbgrader writes the source's files over a hand-in's, and fails at these.
    """
    paths = (path.relative_to(assignment.source) for path in assignment.source.rglob("*"))
    found = ((submission / path, (assignment.source / path).is_dir()) for path in sorted(paths))
    return [path for path, is_dir in found if path.exists() and path.is_dir() != is_dir]


def _copy(source: str, target: str) -> None:
    """Copy a file; raise StorageError at once where there is no room: copytree would go on."""
    try:
        shutil.copy2(source, target)
    except OSError as error:
        if is_machines(error):
            raise storage_error(error, target) from error
        raise
