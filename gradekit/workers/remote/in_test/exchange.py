"""How a session asks a worker, and how a check ends with what that raises."""

from collections.abc import Callable
from typing import Protocol

from gradekit.errors import CheckOutcome, GradekitError
from gradekit.workers import wire
from gradekit.workers.remote import protocol

AnswerBack = Callable[[protocol.CallBack | protocol.ReadLine], protocol.Returned]


class Exchange(Protocol):
    """Sends an operation and returns its reply; asks `answer` for what the worker asks back."""

    def exchange(self, operation: protocol.Operation, answer: AnswerBack) -> protocol.Finished:
        """Return a worker's reply; raise a CheckOutcome where it gives none."""

    def describe(self, fault: wire.Fault) -> GradekitError:
        """Return how a check ends that does not expect an exception of the student's.

        What is no CheckOutcome is no student's, and no outcome.
        """


def outcome_of(error: BaseException) -> CheckOutcome | None:
    """Return how a check ends with an exception of the student's; None for any other exception."""
    found = getattr(error, "gradekit_outcome", None)
    return found if isinstance(found, CheckOutcome) else None
