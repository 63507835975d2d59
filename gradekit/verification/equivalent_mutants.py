"""Reads the mutants that are known to behave as the reference does, and why."""

from gradekit.assignment.toml_lists import read_tables
from gradekit.course import Assignment, read_text
from gradekit.errors import AuthoringError
from gradekit.grading.check_files import VERIFYING

EQUIVALENT_MUTANTS = f"{VERIFYING}/equivalent_mutants.toml"
_KEYS = ("difference", "reason")


def read_equivalent_mutants(assignment: Assignment) -> dict[str, str]:
    """Return the differences of mutants that behave as the reference does, with the reasons.

    Raises AuthoringError for a list that cannot be read.
    """
    path = assignment.graders / EQUIVALENT_MUTANTS
    if not path.is_file():
        return {}
    listed = read_tables(read_text(path), str(path), "mutant", _KEYS)
    for number, one in enumerate(listed, start=1):
        lacks = [key for key in _KEYS if not isinstance(one.get(key), str)]
        if lacks:
            what = "each [[mutant]] needs a difference and a reason, both text"
            raise AuthoringError(f"{path}: {what}: mutant {number} has no {' and no '.join(lacks)}")
    return {one["difference"].strip(): one["reason"] for one in listed}
