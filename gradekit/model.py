"""The facts of grading: items, outcomes, results, reports."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """How a check ended; only PASS earns points, and ERROR means that there is no grade."""

    PASS = "PASS"
    FAIL = "FAIL"
    CRASH = "CRASH"
    TIMEOUT = "TIMEOUT"
    MEMORY = "MEMORY"
    PROTOCOL = "PROTOCOL"
    ERROR = "ERROR"


# The outcome that stands for an item whose checks ended differently: the first of these.
SEVERITY = (
    Outcome.ERROR,
    Outcome.TIMEOUT,
    Outcome.MEMORY,
    Outcome.PROTOCOL,
    Outcome.CRASH,
    Outcome.FAIL,
    Outcome.PASS,
)


class ItemKind(StrEnum):
    """Who decides on an item, and where: checks, or a person who reads an answer or a task."""

    CODE = "code"
    ANSWER = "answer"
    TASK = "task"


@dataclass(frozen=True)
class Item:
    """One thing that points are given for, as the source notebook defines it.

    `manual` says that a person gives the points, `task` that what is read is not one cell's text
    but what stands around it. The points of a `bonus` count on top of the maximum. `notebook` and
    `cell` are the names that nbgrader has for where it stands; `name` is unique in the assignment.
    """

    name: str
    points: float
    title: str
    manual: bool = False
    task: bool = False
    bonus: bool = False
    notebook: str = ""
    cell: str = ""

    @property
    def kind(self) -> ItemKind:
        """Who decides on it."""
        if self.task:
            return ItemKind.TASK
        return ItemKind.ANSWER if self.manual else ItemKind.CODE


def items_in(items: Iterable[Item], notebook: str) -> tuple[Item, ...]:
    """Return the items of one notebook; one that says none, as in older reports, is in any."""
    return tuple(item for item in items if item.notebook in ("", notebook))


def most_points(items: Iterable[Item]) -> float:
    """Return how many points there are altogether; a bonus is on top of that."""
    return math.fsum(item.points for item in items if not item.bonus)


@dataclass(frozen=True)
class Result:
    """How one check of one item ended; `message` may be shown to the student.

    `trace` is where an exception came from that is no outcome of a check, for staff, as Python
    tells it. `key` is the hash of everything that it depends on. A check that passes with right
    parts only names in `excused` the functions that were put in, and in `unexcused` and
    `unexcused_outcome` says how it ended before. `may_be_machines` says that the machine may have
    led to its end, such as by a full disk: then it says nothing about an assignment's source. A
    check that passes in part has `earned` that share of its weight. `compared_by` are operators
    that the student's own class decides in it, such as "== <": then it can be forged.
    """

    item: str
    check: str
    title: str
    outcome: Outcome
    message: str = ""
    weight: float = 1.0
    seconds: float = 0.0
    staff_message: str = ""
    trace: str = ""
    key: str = ""
    excused: tuple[str, ...] = ()
    unexcused: str = ""
    unexcused_outcome: Outcome = Outcome.FAIL
    may_be_machines: bool = False
    earned: float = 1.0
    compared_by: str = ""


class PdfState(StrEnum):
    """How a part of the PDF that was handed in compares with the notebook."""

    SAME = "same"
    DIFFERS = "differs"
    MISSING = "missing"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class PdfFinding:
    """How one part of the PDF compares; `what` says in one line what is wrong, if anything.

    `picture` is the path, below the course's folder, of a picture that shows both side by side;
    `for_staff` says that it is no matter of the student's, who is not told.
    """

    part: str
    state: PdfState
    what: str = ""
    picture: str = ""
    for_staff: bool = False


@dataclass(frozen=True)
class Report:
    """All that grading one hand-in found; `key` is the hash of everything that it depends on.

    `kit_version` is the kit that made it, `code` the hash of that kit's code, "" in reports of 0.1.
    `pdf` has what comparing the PDF with the notebook found, which costs no points. `snapshot` is
    the hash of the files that were graded, `sandbox` says what held its workers;
    `student_cpu_seconds` is the processor time that the hand-in's own code took of `seconds`.
    """

    assignment: str
    student: str
    key: str
    items: tuple[Item, ...]
    results: tuple[Result, ...]
    notes: tuple[str, ...] = ()
    pdf: tuple[PdfFinding, ...] = ()
    snapshot: str = ""
    sandbox: str = ""
    kit_version: str = ""
    code: str = ""
    seconds: float = 0.0
    student_cpu_seconds: float = 0.0

    def results_of(self, item: str) -> tuple[Result, ...]:
        """Return the results of one item's checks, in their order."""
        return tuple(result for result in self.results if result.item == item)

    def outcome(self, item: str) -> Outcome:
        """Return the outcome that stands for an item; without any result it is ERROR."""
        return worst(result.outcome for result in self.results_of(item))

    def score(self, item: Item) -> float | None:
        """Return points × weight of passed checks ÷ weight of all; None where there is no grade."""
        results = self.results_of(item.name)
        if item.manual or self.outcome(item.name) is Outcome.ERROR:
            return None
        passed = sum(r.weight * r.earned for r in results if r.outcome is Outcome.PASS)
        return item.points * passed / sum(result.weight for result in results)

    @property
    def automatic_items(self) -> tuple[Item, ...]:
        """The items that checks decide, in the notebook's order."""
        return tuple(item for item in self.items if not item.manual)

    @property
    def has_errors(self) -> bool:
        """Whether any automatic item has no grade through the grader's own fault."""
        return any(self.outcome(item.name) is Outcome.ERROR for item in self.automatic_items)


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """Return the gravest of some outcomes; of none it is ERROR, for a missing result is no pass."""
    return min(outcomes, key=SEVERITY.index, default=Outcome.ERROR)
