"""The facts of grading: items, outcomes, results, reports, and the tree of errors.

GradekitError                 something the caller must look at            exit 1
├── UsageError                the command was asked for something unknown  exit 2
├── AuthoringError            the source of an assignment is wrong         exit 1
├── HandinError               a hand-in cannot be taken or made            exit 1
├── StorageError              a disk or a gradebook refuses to be used     exit 1
├── GraderError               the grader's own fault: no grade             exit 3
└── CheckOutcome              how a check ended, other than by passing
    ├── CheckFailed           FAIL: the values differ
    ├── StudentCrash          CRASH: the student's code raised, or its process died
    ├── StudentTimeout        TIMEOUT: no answer before the deadline
    ├── StudentMemory         MEMORY: more memory than allowed
    └── StudentProtocol       PROTOCOL: an answer that is none
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar


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


class GradekitError(Exception):
    """Something that the caller must look at, said in one line."""

    exit_code: ClassVar[int] = 1


class UsageError(GradekitError):
    """The command was asked for something that does not exist."""

    exit_code = 2


class AuthoringError(GradekitError):
    """The source of an assignment is wrong; the message names the file and the line."""


class HandinError(GradekitError):
    """A hand-in cannot be taken in, or cannot be made."""


class StorageError(GradekitError):
    """A disk or a gradebook cannot be used just now: full, read-only, locked, not there."""


class GraderError(GradekitError):
    """The grader's own fault: it gives no grade, neither points nor a zero."""

    exit_code = 3
    may_be_machines: ClassVar[bool] = True  # such as a sandbox that does not hold


class CheckOutcome(GradekitError):
    """How a check ended, other than by passing; the message is safe to show to the student.

    `may_be_machines` says that the machine may have led to it: a right answer may end so as well.
    """

    outcome: ClassVar[Outcome] = Outcome.ERROR
    may_be_machines: bool = False


class CheckFailed(CheckOutcome):
    """The student's values are not the right ones."""

    outcome = Outcome.FAIL


class StudentCrash(CheckOutcome):
    """The student's code raised an exception, or its process died."""

    outcome = Outcome.CRASH


class StudentTimeout(CheckOutcome):
    """The student's code gave no answer before the deadline."""

    outcome = Outcome.TIMEOUT
    may_be_machines = True


class StudentMemory(CheckOutcome):
    """The student's code asked for more memory than it may have."""

    outcome = Outcome.MEMORY
    may_be_machines = True


class StudentProtocol(CheckOutcome):
    """The student's process sent something that is no answer."""

    outcome = Outcome.PROTOCOL


@dataclass(frozen=True)
class Item:
    """One thing that points are given for, as the source notebook defines it."""

    name: str
    points: float
    title: str
    manual: bool = False


@dataclass(frozen=True)
class Result:
    """How one check of one item ended; `message` may be shown to the student.

    `trace` is where an exception came from that is no outcome of a check, for staff, as Python
    tells it. `key` is the hash of everything that it depends on. A check that passes with right
    parts only names in `excused` the functions that were put in, and in `unexcused` and
    `unexcused_outcome` says how it ended before. `may_be_machines` says that the machine may have
    led to its end, such as by a full disk: then it says nothing about an assignment's source.
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


class PdfState(StrEnum):
    """How a part of the PDF that was handed in compares with the notebook."""

    SAME = "same"
    DIFFERS = "differs"
    MISSING = "missing"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class PdfFinding:
    """How one part of the PDF compares; `what` says in one line what is wrong, if anything.

    `picture` is the path, below the course's folder, of a picture that shows both side by side.
    """

    part: str
    state: PdfState
    what: str = ""
    picture: str = ""


@dataclass(frozen=True)
class Report:
    """All that grading one hand-in found; `key` is the hash of everything that it depends on.

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
        passed = sum(result.weight for result in results if result.outcome is Outcome.PASS)
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
