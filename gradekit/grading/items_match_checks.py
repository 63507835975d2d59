"""Holds an assignment's items and its hidden checks against each other."""

from gradekit.course import Assignment
from gradekit.errors import AuthoringError, GraderError
from gradekit.grading.bundle import load_bundle
from gradekit.grading.collection import collect


def check_agreement(assignment: Assignment) -> None:
    """Raise AuthoringError unless every automatic item has a check or a test cell, and every
    check an item.

    Raises GraderError where the machine keeps the checks from being collected.
    """
    items = {item.name for item in assignment.items() if not item.manual}
    try:
        checked = {check.item for check in collect(assignment.graders)}
    except GraderError as error:
        if error.__cause__ is not None:  # the machine's: see `collect`
            raise
        raise AuthoringError(f"{assignment.graders}: {error}") from error
    undecided = items - checked - set(load_bundle(assignment).by_cells)
    if undecided:
        names = ", ".join(sorted(undecided))
        raise AuthoringError(f"{assignment.graders}: no check names these items: {names}")
    if checked - items:
        names = ", ".join(sorted(checked - items))
        raise AuthoringError(
            f"{assignment.source}: no such items, though checks name them: {names}"
        )
