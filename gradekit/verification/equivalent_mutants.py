"""Reads the mutants that are known to behave as the reference does, and why."""

import tomllib

from gradekit.course import Assignment
from gradekit.errors import AuthoringError
from gradekit.grading.check_files import VERIFYING

EQUIVALENT_MUTANTS = f"{VERIFYING}/equivalent_mutants.toml"


def read_equivalent_mutants(assignment: Assignment) -> dict[str, str]:
    """Return the differences of mutants that behave as the reference does, with the reasons.

    Raises AuthoringError for a list that cannot be read.
    """
    path = assignment.graders / EQUIVALENT_MUTANTS
    if not path.is_file():
        return {}
    try:
        listed = tomllib.loads(path.read_text(encoding="utf-8"))["mutant"]
        return {str(one["difference"]).strip(): str(one["reason"]) for one in listed}
    except (ValueError, KeyError, TypeError) as error:
        raise AuthoringError(
            f"{path}: each [[mutant]] needs a difference and a reason ({error})"
        ) from error
