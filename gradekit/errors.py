"""The tree of errors, and the exit codes that they end a command with.

GradekitError                 something the caller must look at            exit 1
├── UsageError                the command was asked for something unknown  exit 2
├── AuthoringError            the source of an assignment is wrong         exit 1
├── SubmissionError               a hand-in cannot be taken or made            exit 1
├── StorageError              a disk or a gradebook refuses to be used     exit 1
├── GraderError               the grader's own fault: no grade             exit 3
└── CheckOutcome              how a check ended, other than by passing
    ├── CheckFailed           FAIL: the values differ
    ├── StudentCrash          CRASH: the student's code raised, or its process died
    ├── StudentTimeout        TIMEOUT: no answer before the deadline
    ├── StudentMemory         MEMORY: more memory than allowed
    └── StudentProtocol       PROTOCOL: an answer that is none
"""

import shlex
from collections.abc import Iterable
from itertools import islice
from typing import ClassVar

from gradekit.model import Outcome


class GradekitError(Exception):
    """Something that the caller must look at, said in one line."""

    exit_code: ClassVar[int] = 1


class UsageError(GradekitError):
    """The command was asked for something that does not exist."""

    exit_code = 2


class AuthoringError(GradekitError):
    """The source of an assignment is wrong; the message names the file and the line."""


def raise_first(faults: Iterable[AuthoringError], assignment: str = "") -> None:
    """Raise the first of some faults of a source, if there is one.

    With an assignment's name it says how many more there are, and what lists them.
    """
    found = list(faults) if assignment else list(islice(faults, 1))
    if len(found) > 1:
        raise AuthoringError(
            f"{found[0]} (and {len(found) - 1} more: see `gradekit lint {shlex.quote(assignment)}`)"
        ) from found[0].__cause__
    if found:
        raise found[0]


class SubmissionError(GradekitError):
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
