"""What is installed, and what the sandbox enforces here."""

import platform
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from gradekit.grading.bench import Bench
from gradekit.grading.grade import SANDBOX
from gradekit.grading.pool import WorkerPool
from gradekit.report import GradekitError

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
PROBE = "def alive():\n    return {'answer': 1}\n"


def examine() -> list[tuple[str, str]]:
    """Return what was found, as (what, finding) in the order to read it."""
    return [*_versions(), ("workers", _workers())]


def _versions() -> Iterator[tuple[str, str]]:
    yield "python", sys.version.split()[0]
    yield "system", f"{platform.system()} {platform.machine()}"
    for package in PACKAGES:
        try:
            yield package, version(package)
        except PackageNotFoundError:
            yield package, "not installed"


def _workers() -> str:
    if sys.platform != "linux":
        return "grading needs Linux; use a container here"
    try:
        with tempfile.TemporaryDirectory() as folder, WorkerPool() as pool:
            bench = Bench(pool, Path(folder), PROBE)
            bench.ask("alive")
            bench.renew()
    except GradekitError as error:
        return f"do not answer: {error}"
    return SANDBOX
