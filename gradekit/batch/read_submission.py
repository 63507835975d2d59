"""Reads the modules of a hand-in that lies in a folder."""

from pathlib import Path

from gradekit.assignment.modules import MAX_MODULE_BYTES, too_many
from gradekit.errors import SubmissionError
from gradekit.grading.bundle import GradingBundle
from gradekit.grading.grader import Handin
from gradekit.intake.folder import PlainFiles, plain_files, require_no_link
from gradekit.names import is_module


def read_handin(
    folder: Path, student: str, bundle: GradingBundle, notes: tuple[str, ...] = ()
) -> Handin:
    """Return a hand-in's modules: all that `is_module` says, and those that the student completes.

    Raises SubmissionError where there is no such folder, it cannot be read, or it holds too much or
    what is no plain file.
    """
    require_no_link(folder)
    if not folder.is_dir():
        raise SubmissionError(f"no hand-in of {student}: {folder} is not there")
    return Handin(student, modules_of(plain_files(folder), bundle), notes)


def modules_of(files: PlainFiles, bundle: GradingBundle) -> dict[str, bytes]:
    """Return the modules among a hand-in's files."""
    names = [name for name in files.names if is_module(name) or name in bundle.student_files]
    if too_many(names):
        raise SubmissionError(f"{files.folder}: {too_many(names)}")
    return {name: files.read(name, MAX_MODULE_BYTES) for name in names}
