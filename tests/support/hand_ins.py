"""Puts hand-ins into a course, made from its release."""

import shutil
from collections.abc import Callable
from pathlib import Path

from gradekit.course import Assignment
from gradekit.grading.bundle import load_bundle


class HandIns:
    """Puts hand-ins into a course's submitted/, made from the release."""

    def __init__(self, assignment: Assignment) -> None:
        self.assignment = assignment

    def add(self, student: str, modules: dict[str, str] | None = None) -> Path:
        """Hand in the release with some modules replaced; return the hand-in's folder."""
        folder = self.assignment.submission(student)
        ignored = shutil.ignore_patterns("*.whl", "requirements.txt")
        shutil.copytree(self.assignment.release, folder, ignore=ignored)
        for name, text in (modules or {}).items():
            (folder / name).write_text(text, encoding="utf-8")
        return folder

    def add_solved(self, student: str, keep: Callable[[str], bool] = lambda _: True) -> Path:
        """Hand in the release with the reference's modules, or those that `keep` says."""
        reference = load_bundle(self.assignment).reference
        return self.add(student, {k: v.decode() for k, v in reference.items() if keep(k)})
