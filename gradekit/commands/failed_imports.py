"""Which hand-ins got no further than an import: one missing file must not look like a blank one."""

import re

from gradekit.model import Outcome, Report, Result
from gradekit.names import CELL_ENDED, NOT_DONE
from gradekit.workers.packages import is_installed

# What Python says where a file or a package is not there, or has not what is asked of it.
MISSING = ("ModuleNotFoundError", "ImportError", "FileNotFoundError")
# What keeps a module from running at all, so that even a single check tells it.
UNREADABLE = ("SyntaxError", "IndentationError", "TabError")
# A module that a function misses when a test calls it: the test's line stands before that.
_MISSED_LATE = re.compile(r": (ModuleNotFoundError: No module named '[\w.]{1,200}')")
_NO_MODULE = re.compile(r"ModuleNotFoundError: No module named '(\w{1,200})'")


def import_fault(report: Report) -> str:
    """Return what keeps a hand-in's checks from running, as Python says it to staff; else "".

    That is an exception which ended every check in the same place, as an import does, or a module
    or file that was not there for one of them.
    """
    results = [result for result in report.results if result.outcome is not Outcome.ERROR]
    said = {what_stopped(result) for result in results}
    only = said.pop() if len(said) == 1 else ""
    if only and (len(results) > 1 or only.startswith(MISSING + UNREADABLE)):
        return only
    missing = (one for one in map(what_stopped, results) if one.startswith(MISSING))
    return next(missing, "")


def what_stopped(result: Result) -> str:
    """Return the exception of the student's that ended a check, as staff read it; else ""."""
    crashed = result.outcome is Outcome.CRASH
    # A name that a test asks for may not be there because its cell could not be run.
    before, _, of_cell = result.staff_message.rpartition(CELL_ENDED)
    cell = before.rpartition("; ")[2]
    said = of_cell if cell in of_cell else f"{of_cell} ({cell})"
    late = _MISSED_LATE.search(result.staff_message)
    said = said if before else late[1] if late else result.staff_message
    return said if crashed and not said.startswith(NOT_DONE) else ""


def what_to_do(fault: str) -> str:
    """Return what staff can do about an import that failed: of a package that is installed here."""
    found = _NO_MODULE.match(fault)
    if not found or not is_installed(found[1]):
        return ""
    return (
        f"; {found[1]} is installed, but is none of this assignment's packages: where answers may "
        "use it, add it to `[grading] packages` in assignment.toml and grade again"
    )
