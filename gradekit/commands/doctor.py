"""What is installed, and what the sandbox enforces here."""

import platform
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from gradekit.assignment.spec import read_spec
from gradekit.batch.report_store import items_compared_by_students
from gradekit.course import NBGRADERS, Course
from gradekit.errors import GradekitError, GraderError
from gradekit.gradebook.convert import course_config, course_of
from gradekit.gradebook.steps.late import CONFIG_FILE
from gradekit.release.leaks import require_no_leak
from gradekit.workers import selftest
from gradekit.workers.pool import WorkerPool

PACKAGES = [
    "gradekit",
    "numpy",
    "nbgrader",
    "nbconvert",
    "jupyterlab",
    "pytest",
    "matplotlib",
    "msgspec",
    "typst",
    "pypandoc_binary",
    "pypdf",
    "pypdfium2",
    "pillow",
    "resvg_py",
]


@dataclass(frozen=True)
class Examination:
    """What was found, as (what, finding) in the order to read it, why nothing can be graded, and
    what is wrong with the course.
    """

    findings: tuple[tuple[str, str], ...]
    problem: str = ""
    course_problems: tuple[str, ...] = ()


def examine(root: Path) -> Examination:
    """Return what is installed, what the sandbox enforces here as attempts have shown, and, where
    `root` is a course, whether its configuration and its releases are as they should be.
    """
    findings, problem = list(_versions()), ""
    try:
        findings += _sandbox()
    except GraderError as error:
        problem = str(error)
        findings.append(("sandbox", "does not hold: nothing can be graded here"))
    is_course = (root / CONFIG_FILE).is_file() or (root / NBGRADERS.source).is_dir()
    course = list(_course(root)) if is_course else []
    findings += [(what, finding or "as it should be") for what, finding in course]
    findings += _forgeable(root) if is_course else []
    return Examination(tuple(findings), problem, tuple(wrong for _, wrong in course if wrong))


def _course(root: Path) -> Iterator[tuple[str, str]]:
    """Yield what of a course was looked at, and what is wrong with it, if anything."""
    yield "configuration", _wrong(lambda: course_config(root))
    try:
        course = course_of(root)
    except GradekitError:  # told
        course = Course(root)
    for name in course.assignment_names():
        assignment = course.assignment(name)
        if assignment.release.is_dir():
            yield f"release {name}", _wrong(partial(require_no_leak, assignment))


def _forgeable(root: Path) -> Iterator[tuple[str, str]]:
    """Yield the items whose tests run beside the student's code, by their assignments."""
    try:
        course = course_of(root)
        for name in course.assignment_names():
            assignment, what = course.assignment(name), f"can be forged in {name}"
            items = ", ".join(assignment.forgeable())
            if items:
                yield what, f"{items}: their tests run inside the sandbox"
            sources = ", ".join(assignment.items_by_source())
            if sources:
                yield what, f"{sources}: their tests read the student's source"
            classes = ", ".join(read_spec(assignment.source).operators)
            if classes:
                yield what, f"tests that compare objects of {classes}, which decide that themselves"
            own = ", ".join(items_compared_by_students(assignment))
            if own:
                yield what, f"{own}: their tests compare by the student's own class"
    except GradekitError:  # told as what is wrong with the course
        return


def _wrong(look: Callable[[], object]) -> str:
    try:
        look()
    except GradekitError as error:
        return str(error)
    return ""


def _versions() -> Iterator[tuple[str, str]]:
    yield "python", sys.version.split()[0]
    yield "system", f"{platform.system()} {platform.release()} {platform.machine()}"
    for package in PACKAGES:
        try:
            yield package, version(package)
        except PackageNotFoundError:
            yield package, "not installed"


def _sandbox() -> list[tuple[str, str]]:
    started = time.monotonic()
    with WorkerPool() as pool:
        ready = time.monotonic()
        found = selftest.escapes(pool)
        layers = pool.layers
    selftest.require_none(found, layers)
    stopped = sum(not wrong for wrong in found.values())
    findings = [("sandbox", str(layers)), ("escapes", f"{len(found)} tried, {stopped} stopped")]
    findings += [("", f"not stopped: {name}") for name, wrong in found.items() if wrong]
    took = f"{ready - started:.2f} s to start, {time.monotonic() - ready:.2f} s to try the escapes"
    return [*findings, ("workers", took)]
