"""Runs nbgrader's own converters on a course, with its errors as one line each."""

import logging
import os
import sys
import sysconfig
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nbformat.warnings import DuplicateCellId, MissingIDFieldWarning
from nbgrader.converters import Autograde, GenerateAssignment, GenerateFeedback
from nbgrader.converters.base import BaseConverter, NbGraderException
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import SAWarning
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from gradekit.gradebook.config import configure
from gradekit.report import GradekitError, GraderError

CONFIG_FILE = "nbgrader_config.py"


def generate_assignment(root: Path, assignment: str, release_directory: str) -> None:
    """Make an assignment's release in a folder of the course, and its cells in the gradebook."""
    config = course_config(root)
    config.CourseDirectory.release_directory = release_directory
    _run(GenerateAssignment, config, assignment, student=None)


def autograde(root: Path, assignment: str, student: str, submitted_directory: str) -> None:
    """Write one hand-in's points into the gradebook, and its notebook into autograded/."""
    config = course_config(root)
    config.CourseDirectory.submitted_directory = submitted_directory
    _run(Autograde, config, assignment, student)


def generate_feedback(root: Path, assignment: str, student: str) -> None:
    """Write one student's feedback."""
    _run(GenerateFeedback, course_config(root), assignment, student)


def course_config(root: Path) -> Config:
    """Return the course's nbgrader configuration: its own file's, or else the kit's."""
    if (root / CONFIG_FILE).is_file():
        config: Config = PyFileConfigLoader(CONFIG_FILE, path=str(root)).load_config()
    else:
        config = configure(Config(), root)
    config.CourseDirectory.root = str(root)
    return config


def _run(kind: type[BaseConverter], config: Config, assignment: str, student: str | None) -> None:
    courses = CourseDirectory(config=config)
    courses.assignment_id = assignment
    if student is not None:
        courses.student_id = student
    with _log() as (log, heard), _scripts_on_path(), _quiet():
        converter = kind(coursedir=courses, config=config, log=log)
        converter.force = True
        try:
            converter.start()
        except NbGraderException as error:
            raise heard.cause(str(error)) from error


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence warnings about what is not ours: nbgrader's way of adding rows, cells without ids."""
    with warnings.catch_warnings():
        for kind in (SAWarning, DuplicateCellId, MissingIDFieldWarning):
            warnings.simplefilter("ignore", kind)
        yield


@contextmanager
def _scripts_on_path() -> Iterator[None]:
    """Let nbgrader find alembic, which it runs by name, in an environment that is not activated."""
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = os.pathsep.join([sysconfig.get_path("scripts"), before])
    try:
        yield
    finally:
        os.environ["PATH"] = before


class _Heard(logging.Handler):
    """Keeps the exceptions that nbgrader logs before it raises one that only points at the log."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.errors: list[BaseException] = []
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the exception that is being handled, and the message."""
        error = sys.exc_info()[1]
        if error is not None and error not in self.errors:
            self.errors.append(error)
        self.lines.append(record.getMessage())

    def cause(self, otherwise: str) -> GradekitError:
        """Return the first of our own errors, or what else was said, as one line."""
        for error in self.errors:
            if isinstance(error, GradekitError):
                return error
        texts = [f"{type(error).__name__}: {error}" for error in self.errors] or self.lines
        return GraderError("nbgrader: " + " ".join((texts or [otherwise])[0].split()))


@contextmanager
def _log() -> Iterator[tuple[logging.Logger, _Heard]]:
    log = logging.getLogger("gradekit.nbgrader")
    log.propagate = False
    log.setLevel(logging.WARNING)
    heard = _Heard()
    log.addHandler(heard)
    try:
        yield log, heard
    finally:
        log.removeHandler(heard)
