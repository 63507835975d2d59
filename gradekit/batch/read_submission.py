"""Reads the modules of a hand-in that lies in a folder."""

from pathlib import Path

from gradekit.assignment.cell_steps import StudentCell, student_cells
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

    Raises SubmissionError where one is not there, or cannot be read: nothing stands in for code.
    """
    found = {}
    for name in bundle.notebooks:
        file = f"{name}.ipynb"
        if file not in files.names:
            others = sorted(n for n in files.names if may_be_notebook(n) and n != file)
            may_be = f"; {one_line(others[0], 60)!r} may be it: rename it" if others else ""
            raise SubmissionError(
                f"{files.folder}: {file} is missing, so there is no code to grade{may_be}"
            )
        notebook = parse_notebook(files.read(file, NOTEBOOK_BYTES), file)
        found[name] = tuple(student_cells(notebook))
    return found


def modules_of(files: PlainFiles, bundle: GradingBundle) -> dict[str, bytes]:
    """Return the modules among a hand-in's files."""
    names = [name for name in files.names if is_module(name) or name in bundle.student_files]
    if too_many(names):
        raise SubmissionError(f"{files.folder}: {too_many(names)}")
    return {name: files.read(name, MAX_MODULE_BYTES) for name in names}
