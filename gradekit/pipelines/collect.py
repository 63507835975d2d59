"""Zips and folders → submitted/."""

from collections.abc import Sequence
from pathlib import Path

from gradekit.course import Assignment
from gradekit.grading.kit import load_kit
from gradekit.handin.intake import Taken, take_in
from gradekit.report import HandinError


def collect_all(
    assignment: Assignment, paths: Sequence[Path], replace: bool
) -> tuple[list[Taken], list[str]]:
    """Take hand-ins in one by one; return what was taken, and a line for each that was not."""
    taken: list[Taken] = []
    refused: list[str] = []
    submitted, modules = assignment.root / "submitted", load_kit(assignment).student_files
    for path in paths:
        try:
            one = take_in(path, assignment.name, submitted, replace=replace, modules=modules)
            taken.append(one)
        except HandinError as error:
            refused.append(str(error))
    return taken, refused
