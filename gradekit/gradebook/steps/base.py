"""What the kit's steps within nbgrader have in common: a fault in one is the kit's, and told."""

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

from nbformat import ValidationError
from nbgrader.converters.base import BaseConverter
from nbgrader.preprocessors import NbGraderPreprocessor
from sqlalchemy.exc import DBAPIError
from traitlets.config import Config

import gradekit
from gradekit.course import NBGRADERS, Assignment, Course, Folders
from gradekit.errors import GradekitError, GraderError
from gradekit.files import is_machines, storage_error
from gradekit.gradebook.nbgrader_patches import with_resources
from gradekit.gradebook.store.database import refused
from gradekit.model import Report
from gradekit.text import one_line

StepResult = tuple[Any, dict[str, Any]]
# What a notebook is to blame for, wherever it arises: its form, its depth, its size.
NOTEBOOKS = (ValidationError, RecursionError, MemoryError)
_FAULT = "_gradekit_fault"
REPORT = "gradekit_report"  # in nbconvert's resources


class KitStep(NbGraderPreprocessor):
    """A step of the kit's, which no configuration switches off.

    What it raises is a GradekitError: the machine's or the gradebook's fault as StorageError, one
    that nobody has foreseen as GraderError, with file and line. No hand-in is to blame for it,
    unless its notebook's own form is wrong.
    """

    def __call__(self, nb: Any, resources: dict[str, Any]) -> StepResult:
        """Do the step, and tell the converter what went wrong, as it keeps errors to itself."""
        try:
            done: StepResult = self.preprocess(nb, resources)
        except NOTEBOOKS:
            raise
        except Exception as error:
            told = _told(error, type(self).__name__, resources)
            setattr(getattr(self.parent, "parent", None) or self, _FAULT, told)
            raise told from error
        return done


def fault_of(converter: Any) -> GradekitError | None:
    """Return what a step of the kit's has raised in one of nbgrader's converters; forget it."""
    fault: GradekitError | None = converter.__dict__.pop(_FAULT, None)
    return fault


@contextmanager
def giving(converter: BaseConverter, report: Report | None) -> Iterator[None]:
    """Give a converter's steps the report of the hand-in that it converts, if there is one.

    It goes with each notebook's resources, which is how nbconvert tells its steps anything.
    """
    with with_resources(converter, **{REPORT: report}):
        yield


def folders_of(config: Config) -> Folders:
    """Return what a course calls its folders, as `configure` has noted it."""
    found = config.GradekitCourse.get("folders", NBGRADERS)
    return found if isinstance(found, Folders) else NBGRADERS


def note_folders(config: Config) -> Folders:
    """Note in a configuration what it calls the course's folders so far; return that."""
    own = config.CourseDirectory
    named = {one.name: own.get(f"{one.name}_directory", one.default) for one in fields(Folders)}
    config.GradekitCourse.folders = Folders(**{key: str(name) for key, name in named.items()})
    return folders_of(config)


def assignment_of(step: NbGraderPreprocessor, resources: dict[str, Any]) -> Assignment:
    """Return the assignment that nbgrader works on; it does so in the course's root."""
    course = Course(Path.cwd(), folders_of(step.config))
    return course.assignment(resources["nbgrader"]["assignment"])


def is_kits_fault(error: BaseException) -> bool:
    """Whether an error came out of the kit's own code, and of no package that it uses."""
    if isinstance(error, NOTEBOOKS):
        return False
    package = Path(gradekit.__file__).parent
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        path = Path(frame.filename)
        if path.is_relative_to(package):
            return True
        if "site-packages" in path.parts:
            return False
    return False


def kits_line(error: BaseException) -> str:
    """Return the last line of the kit's own that an error came through, as FILE:LINE, or ""."""
    package = Path(gradekit.__file__).parent
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(package)]
    return (
        f"{Path(ours[-1].filename).relative_to(package.parent)}:{ours[-1].lineno}" if ours else ""
    )


def _told(error: Exception, step: str, resources: dict[str, Any]) -> GradekitError:
    if isinstance(error, GradekitError):
        return error
    if isinstance(error, DBAPIError):
        return refused(error, resources["nbgrader"]["db_url"])
    if is_machines(error):
        return storage_error(error)
    what = f"{type(error).__name__}: {one_line(error, 200)}"
    return GraderError(f"{kits_line(error)}: {step}: {what}")
