"""Runs nbgrader's own converters on a course, with its errors as one line each."""

import contextlib
import logging
import sys
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nbformat.warnings import DuplicateCellId, MissingIDFieldWarning
from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import BaseConverter, NbGraderException
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import DBAPIError, SAWarning
from traitlets.config import Config

from gradekit.course import Course
from gradekit.errors import GradekitError, GraderError
from gradekit.files import is_machines, storage_error
from gradekit.gradebook.config import NEEDED
from gradekit.gradebook.config_files import LOADERS, config_files
from gradekit.gradebook.steps.base import folders_of, giving, is_kits_fault, kits_line
from gradekit.gradebook.steps.in_place import (
    ADD,
    NotInPlace,
    keep_in_place,
    require_folders,
    require_steps,
)
from gradekit.gradebook.steps.late import CONFIG_FILE, check_late_rule
from gradekit.gradebook.steps.limited_reading import has_limits
from gradekit.gradebook.store.database import refused
from gradekit.model import Report
from gradekit.text import one_line


def generate_assignment(root: Path, assignment: str, release_directory: str) -> None:
    """Make an assignment's release in a folder of the course, and its cells in the gradebook."""
    Converter(GenerateAssignment, root, assignment).run(release_directory=release_directory)


def course_config(root: Path) -> Config:
    """Return the course's nbgrader configuration, as its files and one's own give it to nbgrader.

    Raises GradekitError where a file cannot be read as one, the kit's steps are not in place, or a
    setting of the rule for late hand-ins is wrong.
    """
    config = Config()
    if not (root / CONFIG_FILE).is_file():
        raise NotInPlace(f"{root / CONFIG_FILE} is not there: make it, and let it say {ADD}")
    for path in config_files(root):
        config.merge(_loaded(root, path))
    require_steps(NEEDED, config)
    keep_in_place(NEEDED)
    config.CourseDirectory.root = str(root)
    require_folders(CourseDirectory(config=config))
    check_late_rule(config)
    return config


def course_of(root: Path) -> Course:
    """Return a course with the folders that its configuration names.

    Without a configuration they are nbgrader's. Raises GradekitError as `course_config` does.
    """
    if not (root / CONFIG_FILE).is_file():
        return Course(root)
    return Course(root, folders_of(course_config(root)))


def _loaded(root: Path, path: Path) -> Config:
    # It says what holds for the folder that it is read in.
    folder = "." if path.parent == root else str(path.parent)
    with contextlib.chdir(root):
        try:
            config: Config = LOADERS[path.suffix](path.name, path=folder).load_config()
        except GradekitError:
            raise
        except (Exception, SystemExit) as error:  # whatever the course's own code raises
            if is_machines(error):
                raise storage_error(error, error.filename or path) from error
            # A SyntaxError's own text names the place once more.
            said = error.msg if isinstance(error, SyntaxError) else error
            what = f"{type(error).__name__}: {one_line(said, 200)}"
            raise GradekitError(f"{_place(path, error)}: {what}") from error
    return config


def _place(path: Path, error: BaseException) -> str:
    """Return where in a course's configuration an error arose, as FILE:LINE where that is known."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if Path(frame.filename).name == path.name]
    if isinstance(error, SyntaxError):
        lines.append(error.lineno)
    return f"{path}:{lines[-1]}" if lines else str(path)


def gradebook_url(root: Path) -> str:
    """Return the address of a course's gradebook, as its configuration gives it to nbgrader."""
    return str(CourseDirectory(config=course_config(root)).db_url)


class Converter:
    """One of nbgrader's converters, which stays warm from one hand-in to the next.

    `gradebook_url` is the database that it works with, by default the course's own.
    """

    def __init__(
        self, kind: type[BaseConverter], root: Path, assignment: str, gradebook_url: str = ""
    ) -> None:
        self._kind, self._config = kind, course_config(root)
        self._config.Exporter.optimistic_validation = True  # once, and not after every step
        if gradebook_url:
            self._config.CourseDirectory.db_url = gradebook_url
            # Who has it aside keeps that, when it is in the course's own.
            self._config.SaveReport.keeps_seen = False
        self._courses = CourseDirectory(config=self._config)
        self._courses.assignment_id = assignment
        self._warm: BaseConverter | None = None

    def run(self, report: Report | None = None, **directories: str) -> None:
        """Convert the hand-in of a report, or a source; raise one line where that fails."""
        if report:
            self._courses.student_id = report.student
        for name, directory in directories.items():
            setattr(self._courses, name, directory)
            self._config.CourseDirectory[name] = directory
        with _log() as (log, heard), _quiet():
            try:
                self._convert(log, report)
            except GradekitError:
                raise
            except NbGraderException as error:
                raise heard.cause(error, self._courses) from error

    def _convert(self, log: logging.Logger, report: Report | None) -> None:
        if self._warm is None:
            warm = self._kind(coursedir=self._courses, config=self._config, log=log)
            warm.force = True
            has_limits(warm)
            with giving(warm, report):
                warm.start()
            self._warm = warm
        else:
            self._warm.init_notebooks()
            with contextlib.chdir(self._courses.root), giving(self._warm, report):
                self._warm.convert_notebooks()


class NbgraderFailed(GraderError):
    """Something in nbgrader, or in a package below it, fails with a notebook."""


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence warnings about what is not ours: nbgrader's way of adding rows, cells without ids."""
    with warnings.catch_warnings():
        for kind in (SAWarning, DuplicateCellId, MissingIDFieldWarning):
            warnings.simplefilter("ignore", kind)
        yield


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

    def cause(self, otherwise: Exception, courses: CourseDirectory) -> GradekitError:
        """Return the first of our own errors, or what else was said, as one line."""
        for error in self.errors:
            if isinstance(error, GradekitError):
                return error
            if isinstance(error, DBAPIError):
                return refused(error, courses.db_url)
            if is_machines(error):
                return storage_error(error, error.filename2 or error.filename or courses.root)
        if self.errors and is_kits_fault(self.errors[0]):
            error = self.errors[0]
            return GraderError(
                f"{kits_line(error)}: {type(error).__name__}: {one_line(error, 200)}"
            )
        texts = [f"{type(error).__name__}: {error}" for error in self.errors] or self.lines
        return NbgraderFailed("nbgrader: " + " ".join((texts or [str(otherwise)])[0].split()))


@contextmanager
def _log() -> Iterator[tuple[logging.Logger, _Heard]]:
    # nbgrader tells what a database refused to tornado's log, and not to its own.
    logs = [logging.getLogger(name) for name in ("gradekit.nbgrader", "tornado.application")]
    heard = _Heard()
    for log in logs:
        log.propagate = False
        log.setLevel(logging.WARNING)
        log.addHandler(heard)
    try:
        yield logs[0], heard
    finally:
        for log in logs:
            log.removeHandler(heard)
