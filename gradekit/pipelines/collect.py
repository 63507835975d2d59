"""Zips and folders → submitted/, one hand-in at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gradekit.course import Assignment
from gradekit.grading.kit import load_kit
from gradekit.handin.box import open_box
from gradekit.handin.intake import Taken, take_in
from gradekit.handin.oneline import one_line
from gradekit.handin.released import Released, read_released
from gradekit.handin.uploads import uploads
from gradekit.report import HandinError


@dataclass
class Collected:
    """What was taken in, and a line for each hand-in that was not."""

    taken: list[Taken] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def collect_all(assignment: Assignment, paths: Sequence[Path], replace: bool) -> Collected:
    """Take the hand-ins in that some paths hold, each of them one or a class's download.

    What is wrong with one hand-in stops no other.
    """
    result, released = Collected(), released_of(assignment)
    for path in paths:
        try:
            _collect(path, assignment, replace, released, result)
        except HandinError as error:
            result.refused.append(one_line(error))
    return result


def released_of(assignment: Assignment) -> Released:
    """Return what hand-ins of an assignment are compared with."""
    modules = load_kit(assignment).student_files
    return read_released(assignment.release, assignment.name, modules)


def _collect(
    path: Path, assignment: Assignment, replace: bool, released: Released, result: Collected
) -> None:
    name, submitted = assignment.name, assignment.root / "submitted"
    settled: set[str] = set()
    with open_box(path) as box:
        for upload in uploads(path, box, name):
            try:
                one = take_in(
                    upload, name, submitted, replace=replace, released=released, settled=settled
                )
                result.taken.append(one)
                settled.add(one.student)
            except HandinError as error:
                result.refused.append(str(error))
