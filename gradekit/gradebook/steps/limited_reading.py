"""Has nbgrader's own commands and formgrader read hand-ins' notebooks within limits.

Each notebook is converted in a child process that has a deadline and a memory limit, as
`gradekit grade` reads it. What the child meets is one line, and the other hand-ins go on.
"""

import html
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nbgrader.converters import Autograde
from nbgrader.converters.base import BaseConverter, NbGraderException
from nbgrader.utils import rmtree

from gradekit.batch.report_cache import current_report
from gradekit.batch.report_store import load_report
from gradekit.course import Course
from gradekit.errors import GradekitError, SubmissionError
from gradekit.gradebook.nbgrader_patches import converting, replace_page_exporter
from gradekit.gradebook.steps.base import folders_of, giving
from gradekit.model import Report
from gradekit.sandbox.guard import guarded
from gradekit.text import one_line

_HAS_LIMITS = "_gradekit_has_limits"


def has_limits(converter: BaseConverter) -> None:
    """Note that whoever runs a converter limits it as a whole, so that it needs no children."""
    setattr(converter, _HAS_LIMITS, True)


def convert_within_limits(converter: BaseConverter) -> None:
    """Convert hand-ins, each in a child; raise NbGraderException at the end where one failed."""
    if converter.__dict__.get(_HAS_LIMITS):
        BaseConverter.convert_notebooks(converter)
        return
    failed: list[str] = []
    convert = converter.convert_single_notebook
    with converting(converter, lambda path: _in_child(converter, convert, path, failed)):
        BaseConverter.convert_notebooks(converter)
    if failed:
        raise NbGraderException(f"{len(failed)} hand-ins failed, the first: {failed[0]}")


def _in_child(
    converter: BaseConverter, convert: Callable[[str], None], path: str, failed: list[str]
) -> None:
    """Convert one notebook, and remove what was begun where that fails."""
    where = converter.init_single_notebook_resources(path)["nbgrader"]
    assignment, student = where["assignment"], where["student"]
    try:
        with giving(converter, _report(converter, assignment, student, Path(path).parent)):
            _convert_in_child(convert, path)
    except (GradekitError, OSError) as error:
        reason = one_line(error, 300)
        named = reason if path in reason or student in reason else f"{path}: {reason}"
        command = f"gradekit grade {shlex.quote(assignment)} {student}"
        line = f"{named}: run `{command}`, which keeps what it can"
        converter.log.error("not taken: %s", line)
        for note in getattr(error, "__notes__", ()):
            converter.log.debug("%s", note)
        failed.append(line)
        rmtree(converter._format_dest(assignment, student))


def _report(converter: BaseConverter, assignment: str, student: str, folder: Path) -> Report | None:
    """Return the report that a converter's steps need: to grade is to have a current one."""
    found = Course(Path.cwd(), folders_of(converter.config)).assignment(assignment)
    if isinstance(converter, Autograde):
        # The grading itself has limits of its own, and keeps its workers warm in this process.
        return current_report(found, student, folder)
    return load_report(found.report_file(student))


def _convert_in_child(convert: Callable[[str], None], path: str) -> None:
    def read(one: str) -> bool:
        convert(one)
        return True

    (outcome,) = guarded([path], read, bool)
    outcome.result()


def limit_pages() -> None:
    """Have formgrader, where it runs in this process, make a hand-in's page within limits, too."""
    replace_page_exporter(_Limited())


class _Limited:
    """A handler's exporter, whose work is done in a child."""

    def __get__(self, handler: Any, _: type | None = None) -> Any:
        return self if handler is None else _Exporter(handler.settings["nbgrader_exporter"])


class _Exporter:
    """Makes a page in a child."""

    def __init__(self, exporter: Any) -> None:
        self._exporter = exporter

    def from_filename(self, filename: str, resources: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """Return a notebook's page; one that says why where there is none within the limits."""
        read = lambda one: str(self._exporter.from_filename(one, resources=resources)[0])  # noqa: E731
        (outcome,) = guarded([filename], read, str)
        try:
            return outcome.result(), resources
        except (SubmissionError, OSError) as error:
            told = f"{filename}: {one_line(error, 300)}: look at what was handed in"
            return f"<!DOCTYPE html><title>no page</title><p>{html.escape(told)}</p>", resources
