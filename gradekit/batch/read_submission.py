"""Reads the modules of a hand-in that lies in a folder."""

from collections.abc import Collection, Mapping
from pathlib import Path

from gradekit.assignment.code_cells.steps import StudentCell, student_cells
from gradekit.assignment.modules import MAX_MODULE_BYTES, too_many
from gradekit.bounds import NOTEBOOK_BYTES
from gradekit.errors import SubmissionError
from gradekit.grading.bundle import GradingBundle
from gradekit.grading.grader import Submission
from gradekit.intake.folder import PlainFiles, plain_files, require_no_link
from gradekit.names import is_module
from gradekit.notebook.reading import parse_notebook
from gradekit.submission.names import may_be_notebook
from gradekit.text import one_line


class UnreadNotebooks(SubmissionError):
    """Notebooks with the code to grade cannot be read: why, by their names."""

    def __init__(self, folder: Path, faults: Mapping[str, str]) -> None:
        super().__init__(f"{folder}: {'; '.join(faults.values())}")
        self.faults = dict(faults)


def read_submission(
    folder: Path, student: str, bundle: GradingBundle, notes: tuple[str, ...] = ()
) -> Submission:
    """Return a hand-in's modules: all that `is_module` says, and those that the student completes.

    Raises SubmissionError where there is no such folder, it cannot be read, or it holds too much or
    what is no plain file.
    """
    require_no_link(folder)
    if not folder.is_dir():
        raise SubmissionError(f"no hand-in of {student}: {folder} is not there")
    files = plain_files(folder)
    return Submission(student, modules_of(files, bundle), notes, submitted_cells(files, bundle))


def submitted_cells(files: PlainFiles, bundle: GradingBundle) -> dict[str, tuple[StudentCell, ...]]:
    """Return the code of a hand-in's notebooks whose tests decide on points.

    Of several some may not be there: those have no code. Raises UnreadNotebooks where all are not,
    another file may be it, or one cannot be read: nothing stands in for code.
    """
    found, faults, missing = {}, {}, []
    for name in bundle.notebooks:
        file = f"{name}.ipynb"
        if file not in files.names:
            missing.append(name)
            continue
        data = files.read(file, NOTEBOOK_BYTES)
        try:
            found[name] = tuple(student_cells(parse_notebook(data, file)))
        except SubmissionError as error:
            faults[name] = str(error)
    if missing and (not found or _others(files, bundle.notebooks)):
        told = {name: _missing(f"{name}.ipynb", files, bundle.notebooks) for name in missing}
        faults = {name: (told | faults)[name] for name in bundle.notebooks if name in told | faults}
    found |= dict.fromkeys(missing, ())
    if faults:
        raise UnreadNotebooks(files.folder, faults)
    return found


def _others(files: PlainFiles, notebooks: Collection[str]) -> list[str]:
    """Return what may be one of some notebooks under another name."""
    known = {f"{name}.ipynb" for name in notebooks}
    return sorted(name for name in files.names if may_be_notebook(name) and name not in known)


def _missing(file: str, files: PlainFiles, notebooks: Collection[str]) -> str:
    """Return the line that says that a notebook is missing, and what may be it."""
    others = _others(files, notebooks)
    may_be = f"; {one_line(others[0], 60)!r} may be it: rename it" if others else ""
    return f"{file} is missing, so there is no code to grade{may_be}"


def modules_of(files: PlainFiles, bundle: GradingBundle) -> dict[str, bytes]:
    """Return the modules among a hand-in's files."""
    names = [name for name in files.names if is_module(name) or name in bundle.student_files]
    if too_many(names):
        raise SubmissionError(f"{files.folder}: {too_many(names)}")
    return {name: files.read(name, MAX_MODULE_BYTES) for name in names}
