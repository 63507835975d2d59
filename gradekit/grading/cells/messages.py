"""What students, and authors, read of how a test cell ended."""

import re

from gradekit.assignment.spec import DUNDERS
from gradekit.grading.cells.running.runner import CellEnd
from gradekit.model import Outcome
from gradekit.text import one_line
from gradekit.workers.remote.in_test.answers.answer_facts import PROBLEMS

NO_TIME = "does not pass; no time was left to say where"
HIDDEN = {
    Outcome.FAIL: "passes the tests that you see; a hidden test does not hold",
    Outcome.CRASH: "passes the tests that you see; a hidden test ends with an exception",
}
MOST_MESSAGE = 300
_COMPARES = re.compile(
    r"NotAsked: __(eq|ne|lt|le|gt|ge)__ of an object of the student's class (\w{1,60}) "
)


def message_of(end: CellEnd, seen: CellEnd | None) -> str:
    """Return what a student may read: from a run that knew nothing hidden."""
    if end.text in PROBLEMS:
        return end.text
    if end.outcome not in HIDDEN:
        return one_line(end.text.partition(": ")[2] or end.text, MOST_MESSAGE)
    if seen is not None and seen.outcome is Outcome.TIMEOUT:
        return NO_TIME
    if seen is None or seen.outcome is Outcome.PASS:
        return HIDDEN[end.outcome]
    where = f"line {seen.line} of the test, `{seen.statement}`: " if seen.line else ""
    return one_line(f"{where}{seen.text}", MOST_MESSAGE)


def how_to_declare(text: str) -> str:
    """Return what an author can do about a comparison that is asked of no object."""
    found = _COMPARES.match(text)
    sign = next((sign for sign, name in DUNDERS.items() if found and name == found[1]), "")
    line = f'; [operators] {found[2]} = ["{sign}"] in assignment.toml has it asked' if found else ""
    return f"{line}, and can be forged then" if line else ""
