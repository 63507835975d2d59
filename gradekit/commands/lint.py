"""What in an assignment would be better otherwise, in one list."""

from collections.abc import Iterator

from gradekit.course import Assignment
from gradekit.errors import AuthoringError
from gradekit.grading.items_match_checks import check_agreement
from gradekit.release.build import check_source
from gradekit.verification.quick import verify_quickly
from gradekit.verification.test_cells import limits


def lint(assignment: Assignment) -> list[str]:
    """Return one line for each thing, with its place; what keeps the rest from being looked at
    stands alone.
    """
    try:
        check_source(assignment)
        check_agreement(assignment)
    except AuthoringError as error:
        return [str(error)]
    return list(_found(assignment))


def _found(assignment: Assignment) -> Iterator[str]:
    yield from limits(assignment)
    yield from verify_quickly(assignment)
