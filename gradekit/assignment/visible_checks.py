"""The checks of a notebook, and how they can end."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How the check of an item ended."""

    PASSED = "passed"
    FAILED = "failed"
    TODO = "not done yet"
    TIMED_OUT = "timed out"
    NOT_RUN = "not run"


@dataclass(frozen=True)
class Check:
    """The check of one item, as the notebook holds it."""

    item: str
    title: str
    points: float
    source: str


@dataclass(frozen=True)
class CheckResult:
    """How one item's check ended; `what` says in one line why it did not pass.

    `may_be_machines` says that the computer may have led to that, such as where memory runs out.
    """

    item: str
    title: str
    points: float
    state: State
    what: str = ""
    seconds: float = 0.0
    may_be_machines: bool = False
