"""Builds the wheel of the kit's student side, which goes into each release."""

import re
import shutil
import tempfile
from importlib.metadata import requires
from pathlib import Path

from hatchling.builders.wheel import WheelBuilder

import gradekit
from gradekit.errors import AuthoringError

# The student side, as files and folders of the package; nothing of the staff's side.
STUDENT_PARTS = (
    "__init__.py",
    "__main__.py",
    "bounds.py",
    "errors.py",
    "fault_log.py",
    "files.py",
    "formats.py",
    "imports.py",
    "model.py",
    "names.py",
    "python_tree.py",
    "text.py",
    "notebook",
    "assignment",
    "submission",
    "cli/__init__.py",
    "cli/app.py",
    "cli/entry.py",
    "cli/interrupts.py",
    "cli/student.py",
)
STUDENT_PACKAGES = frozenset(
    [
        "ipykernel",
        "jupyterlab",
        "manimgx-fonts",
        "manimgx-fonts-cjk",
        "matplotlib",
        "msgspec",
        "nbclient",
        "nbconvert",
        "nbformat",
        "numpy",
        "pillow",
        "pypandoc-binary",
        "pypdf",
        "resvg-py",
        "rich",
        "tqdm",
        "typer",
        "typst",
    ]
)
WHEEL = re.compile(r"gradekit_student-[\w.]+-py3-none-any\.whl")
_REQUIRED_NAME = re.compile(r"[A-Za-z0-9_.-]+")
_SEPARATORS = re.compile(r"[-_.]+")
PROJECT = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "gradekit-student"
version = "{version}"
description = "Checks and packs an assignment before it is handed in."
requires-python = ">=3.11"
license = "BSD-3-Clause"
dependencies = [
{dependencies}
]

[project.scripts]
gradekit = "gradekit.cli.entry:student"

[project.entry-points."nbconvert.exporters"]
gradekit-pdf = "gradekit.submission.exporter:CommandPDFExporter"
Hand_in_PDF = "gradekit.submission.exporter:HandinPDFExporter"

[tool.hatch.build.targets.wheel]
packages = ["gradekit"]
"""


def build_wheel(destination: Path) -> Path:
    """Build the student's wheel into a folder, the same bytes each time; return its path."""
    with tempfile.TemporaryDirectory(prefix="gradekit-wheel-") as folder:
        root = Path(folder)
        _copy_parts(root / "gradekit")
        text = PROJECT.format(
            version=gradekit.__version__,
            dependencies="\n".join(f'    "{line}",' for line in student_requirements()),
        )
        (root / "pyproject.toml").write_text(text, encoding="utf-8")
        built = Path(next(iter(WheelBuilder(str(root)).build(directory=str(root / "dist")))))
        destination.mkdir(parents=True, exist_ok=True)
        return Path(shutil.copyfile(built, destination / built.name))


def student_requirements() -> list[str]:
    """Return the student side's requirements, with the ranges that the kit itself declares."""
    declared = requires("gradekit") or []
    chosen = sorted(line for line in declared if _name(line) in STUDENT_PACKAGES)
    missing = STUDENT_PACKAGES - {_name(line) for line in chosen}
    if missing:
        raise AuthoringError(
            f"gradekit's metadata lacks {', '.join(sorted(missing))}; install it again"
        )
    return chosen


def _name(requirement: str) -> str:
    name = _REQUIRED_NAME.match(requirement)
    return _SEPARATORS.sub("-", name[0]).lower() if name else ""


def _copy_parts(target: Path) -> None:
    package = Path(gradekit.__file__).parent
    for part in STUDENT_PARTS:
        source = package / part
        (target / part).parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, target / part)
