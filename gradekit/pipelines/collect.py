"""Zips and folders → submitted/."""

from collections.abc import Sequence
from pathlib import Path

from gradekit.course import Assignment
from gradekit.handin.intake import Taken, take_in
from gradekit.report import HandinError


def collect_all(
    assignment: Assignment, paths: Sequence[Path], replace: bool
) -> tuple[list[Taken], list[str]]:
    """Take hand-ins in one by one; return what was taken, and a line for each that was not."""
    taken: list[Taken] = []
    refused: list[str] = []
    for path in paths:
        try:
            submitted = assignment.root / "submitted"
            taken.append(take_in(path, assignment.name, submitted, replace=replace))
        except HandinError as error:
            refused.append(str(error))
    return taken, refused
