"""Holds an assignment's items and its hidden checks against each other."""

from collections.abc import Collection, Iterator
from difflib import get_close_matches

from gradekit.course import Assignment
from gradekit.errors import AuthoringError, GraderError, raise_first
from gradekit.grading.bundle import check_texts
from gradekit.grading.deciding_cells import deciding_cells
from gradekit.grading.pytest_session.collection import collect


def check_agreement(assignment: Assignment) -> None:
    """Raise AuthoringError unless every automatic item has a check or a test cell, and every
    check an item.

    Raises GraderError where the machine keeps the checks from being collected.
    """
    raise_first(disagreements(assignment), assignment.name)


def disagreements(assignment: Assignment) -> Iterator[AuthoringError]:
    """Yield what stands against that: checks that cannot be collected, items without a check, and
    checks of no item.

    Raises GraderError where the machine keeps the checks from being collected.
    """
    items = {item.name for item in assignment.found_items() if not item.manual}
    try:
        checks = collect(assignment.graders)
    except GraderError as error:
        if error.__cause__ is not None:  # the machine's: see `collect`
            raise
        fault = AuthoringError(f"{assignment.graders}: {error}")
        fault.__cause__ = error
        yield fault
        return
    unchecked = items - {check.item for check in checks}
    for check in checks:
        if check.item not in items:
            file, _, name = check.check.partition("::")
            where = f"{assignment.graders}/{file}.py: {name}"
            item = _with_guess(check.item, unchecked)
            yield AuthoringError(f"{where}: no automatic item of the notebooks is called {item}")
    found = assignment.found_items()
    undecided = unchecked - set(deciding_cells(assignment, found, check_texts(assignment))[0])
    if undecided:
        names = ", ".join(sorted(undecided))
        told = f"no check names these items: {names}; write one for each, or give it no points"
        yield AuthoringError(f"{assignment.graders}: {told}")


def _with_guess(name: str, known: Collection[str]) -> str:
    """Return a name, and the one that it is like."""
    like = get_close_matches(name, sorted(known), n=1)
    return f"{name} (is {like[0]} meant?)" if like else name
