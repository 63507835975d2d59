"""What is installed, and what the sandbox enforces here."""

import platform
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from gradekit.grading import selftest
from gradekit.grading.pool import WorkerPool
from gradekit.report import GraderError

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
]


@dataclass(frozen=True)
class Examination:
    """What was found, as (what, finding) in the order to read it, and why nothing can be graded."""

    findings: tuple[tuple[str, str], ...]
    problem: str = ""


def examine() -> Examination:
    """Return what is installed, and what the sandbox enforces here as attempts have shown."""
    findings, problem = list(_versions()), ""
    try:
        findings += _sandbox()
    except GraderError as error:
        problem = str(error)
        findings.append(("sandbox", "does not hold: nothing can be graded here"))
    return Examination(tuple(findings), problem)


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
