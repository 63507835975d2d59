"""All that grading needs of an assignment, as data that can travel to another machine."""

import hashlib
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from gradekit import __version__
from gradekit.authoring.mistakes import KnownMistake, read_mistakes
from gradekit.authoring.regions import find_regions, solve
from gradekit.course import Assignment, read_text
from gradekit.report import AuthoringError, Item

Files = Mapping[str, bytes]
MISTAKES = "mistakes.toml"
VERIFYING = "verify"  # the folder of what checks are verified with, which is no check


@dataclass(frozen=True)
class GradingKit:
    """An assignment's items, hidden checks, reference and provided modules, by relative path.

    `student_files` are the modules that the student completes: those with a solution region;
    `mistakes` are known ones, which are told by name.
    """

    assignment: str
    items: tuple[Item, ...]
    checks: Files
    reference: Files
    student_files: tuple[str, ...]
    mistakes: tuple[KnownMistake, ...] = ()

    @property
    def provided(self) -> dict[str, bytes]:
        """The modules that every hand-in is graded with, whatever it holds in their place."""
        return {k: v for k, v in self.reference.items() if k not in self.student_files}

    @cached_property
    def key(self) -> str:
        """The hash of everything that a grade depends on but the hand-in."""
        digest = hashlib.sha256()
        versions = (__version__, np.__version__, platform.python_version())
        facts = (repr(self.items), repr(self.mistakes))
        for part in (*versions, *facts, hash_files(self.checks), hash_files(self.reference)):
            digest.update(part.encode() + b"\0")
        return digest.hexdigest()


def load_kit(assignment: Assignment) -> GradingKit:
    """Return the grading kit of an assignment from a course's folders."""
    sources = {str(p.relative_to(assignment.source)): read_text(p) for p in assignment.modules}
    reference = {
        name: solve(text, str(assignment.source / name)).encode("utf-8")
        for name, text in sources.items()
    }
    students = tuple(name for name, text in sources.items() if find_regions(text, name))
    checks = _checks(assignment)
    solved = {name: reference[name].decode() for name in students}
    mistakes = _mistakes(assignment, solved)
    return GradingKit(assignment.name, assignment.items(), checks, reference, students, mistakes)


def _checks(assignment: Assignment) -> dict[str, bytes]:
    folder = assignment.graders
    paths = {path.relative_to(folder): path for path in sorted(folder.rglob("*.py"))}
    checks = {str(n): p.read_bytes() for n, p in paths.items() if n.parts[0] != VERIFYING}
    if "probes.py" not in checks:
        raise AuthoringError(f"{folder}: no probes.py, so there is nothing to grade with")
    return checks


def _mistakes(assignment: Assignment, solved: dict[str, str]) -> tuple[KnownMistake, ...]:
    path = assignment.graders / MISTAKES
    return read_mistakes(read_text(path), str(path), solved) if path.is_file() else ()


def hash_files(files: Files) -> str:
    """Return the SHA-256 of some files' names and contents, in hexadecimal."""
    digest = hashlib.sha256()
    for name in sorted(files):
        # Names of files need not be UTF-8.
        head = f"{name}\0{len(files[name])}\0".encode(errors="surrogateescape")
        digest.update(head + files[name])
    return digest.hexdigest()


def write_files(folder: Path, files: Files) -> None:
    """Write files below a folder, which need not be there."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
