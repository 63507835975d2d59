"""How a test cell ends: passed, stopped, or with what was raised."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from gradekit.assignment.code_cells.cells import SourceCell
from gradekit.assignment.code_cells.steps import hidden_lines
from gradekit.grading.cells.running.code import ends_in_value
from gradekit.model import Outcome
from gradekit.text import whole_characters
from gradekit.workers.deadlines.last_resort import Stopped
from gradekit.workers.deadlines.thread_limit import ThreadTimeUp
from gradekit.workers.remote.in_test.answers.answer_facts import AnswerFacts

MOST_TOLD = 300
DIED = "SystemError: the values that were given end the process that looks at them"


@dataclass(frozen=True)
class CellEnd:
    """How a test cell ended: `points` is its last value, where that is a number.

    `has_value` says that the cell ends in an expression, whose value may be its points.
    `line` is the line of the cell that it ended in, 0 where it did not end early; `is_hidden` says
    that students do not get that line. `text` is the exception's own, which may hold what is
    hidden. `gave` is the hash of what the student's code gave until then, where it is wanted.
    `changed` says that arguments were changed which the test went on with as they had been.
    `wants_changes` says so of a test that the solution passes with these changes alone.
    `given_changed` says that the student's code has changed data of staff's in place which the test
    reads; `wants_left` whether the solution passes it with these data alone, or never with them.
    `facts` are those of the answers that it has taken.
    `own_seconds` is the processor time of the test itself, without the student's code.
    """

    name: str
    outcome: Outcome
    points: float | None = None
    has_value: bool = False
    line: int = 0
    statement: str = ""
    is_hidden: bool = False
    type_name: str = ""
    text: str = ""
    trace: str = ""
    printed: str = ""
    gave: str = ""
    changed: bool = False
    wants_changes: bool = False
    given_changed: bool = False
    wants_left: bool | None = None
    facts: AnswerFacts = field(default_factory=AnswerFacts)
    own_seconds: float = 0.0


def statement_of(cell: SourceCell, line: int) -> str:
    """Return a line of a cell, bounded."""
    lines = cell.python.split("\n")
    return lines[line - 1].strip()[:MOST_TOLD] if 0 < line <= len(lines) else ""


def stopped_end(cell: SourceCell, stopped: Stopped) -> CellEnd:
    """Return the end of a test that let nothing interrupt it, or that its process died of."""
    if stopped.died:
        return CellEnd(cell.name, Outcome.CRASH, type_name="SystemError", text=DIED)
    line, error = stopped.line, ThreadTimeUp()
    return CellEnd(
        cell.name,
        Outcome.TIMEOUT,
        line=line,
        statement=statement_of(cell, line),
        is_hidden=line in hidden_lines(cell.python),
        type_name=type(error).__name__,
        text=f"{error_line(error)}, and could not be interrupted",
    )


def passed_end(cell: SourceCell, value: object) -> CellEnd:
    """Return the end of a test that ran through, with the number that is its last value."""
    is_number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    points = float(value) if is_number and not isinstance(value, complex) else None  # type: ignore[arg-type]
    return CellEnd(cell.name, Outcome.PASS, points=points, has_value=ends_in_value(cell.python))


def is_pytests(error: BaseException) -> bool:
    """Whether an exception is how pytest says that a test fails: `pytest.raises`, `pytest.fail`."""
    return any(kind.__module__ == "_pytest.outcomes" for kind in type(error).__mro__)


def error_line(error: BaseException) -> str:
    """Return an exception's class and text in one line, bounded."""
    try:
        text = whole_characters(str(error)[: 4 * MOST_TOLD])
    except Exception:
        text = ""
    return " ".join(f"{type(error).__name__}: {text}".split())[:MOST_TOLD]


# How alike two names are of which one may be meant as the other, and how many are compared.
LIKE, MOST_COMPARED, MOST_LIKE = 0.8, 1000, 60


def most_alike(name: str, others: Iterable[str]) -> list[str]:
    """Return the one of some names that is most like another, if any is like it."""
    short = sorted(other for other in others if len(other) <= MOST_LIKE)[:MOST_COMPARED]
    return difflib.get_close_matches(name[:MOST_LIKE], short, n=1, cutoff=LIKE)
