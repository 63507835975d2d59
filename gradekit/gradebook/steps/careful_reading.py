"""Has nbgrader refuse, in one line each, hand-ins that hold what must not be copied."""

from pathlib import Path

from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException

from gradekit.errors import SubmissionError
from gradekit.gradebook.steps.limited_reading import convert_within_limits
from gradekit.intake.folder import plain_files, require_no_link
from gradekit.names import ALLOWED_OF_FOLDERS, is_folders_name
from gradekit.text import one_line


def convert_what_is_plain(converter: Autograde) -> None:
    """Grade the hand-ins that can be read; raise at the end where some could not.

    By itself nbgrader follows links, so that another's file comes into the student's feedback, and
    waits for ever for what a pipe holds.
    """
    refused = []
    for folder in sorted(converter.assignments):
        try:
            _require_readable(converter, Path(folder))
        except SubmissionError as error:
            converter.log.error("not taken: %s", one_line(error))
            del converter.assignments[folder]
            refused.append(one_line(error))
    convert_within_limits(converter)
    if refused:
        raise NbGraderException(f"{len(refused)} hand-ins were not taken, the first: {refused[0]}")


def _require_readable(converter: Autograde, folder: Path) -> None:
    folder = Path(converter.coursedir.root, folder)
    if not is_folders_name(folder.parent.name):
        raise SubmissionError(
            f"{folder.parent}: its name is no student's id: rename it ({ALLOWED_OF_FOLDERS})"
        )
    require_no_link(folder)
    plain_files(folder)
