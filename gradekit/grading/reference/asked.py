"""The reference as a check asks it: with probes, and by the names of its modules and notebooks.

What is asked by name has a worker of its own, in which no hand-in is: what comes is what a literal
in the check would be, whoever is held against it.
"""

import contextlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from gradekit.errors import CheckOutcome, GradekitError, GraderError
from gradekit.grading.reference.client import ReferenceClient, ReferenceFails, new_clock
from gradekit.grading.reference.mistaken import MistakenClient
from gradekit.workers import wire
from gradekit.workers.remote import protocol
from gradekit.workers.remote.in_test.confined import (
    ConfinedExchange,
    StudentClient,
    confined_session,
)
from gradekit.workers.remote.in_test.session import RemoteSession
from gradekit.workers.values import Arguments, Question, Shape, Values


class AskedReference(StudentClient):
    """What a check's `reference` is; where it has no answer, that is no hand-in's fault."""

    def __init__(self, reference: ReferenceClient) -> None:
        super().__init__(reference.pool, reference.snapshot, reference.probes, new_clock())
        self._client = reference
        self.cells, self.session_options = reference.cells, reference.session_options

    def ask_many(self, probe: str, calls: Sequence[Arguments]) -> list[Values]:
        """Return the reference's arrays; raise ReferenceFails where it has none."""
        return self._client.ask_many(probe, calls)

    def ask_shaped(self, probe: str, shapes: Mapping[str, Shape], /, **arguments: object) -> Values:
        """Return the arrays that a probe gives; the reference's have the shapes that it gives."""
        return self._client.ask_shaped(probe, shapes, **arguments)

    @property
    def slips(self) -> Callable[[Sequence[str]], Iterable[MistakenClient]]:
        """What gives the mistaken references of some functions."""
        return self._client.slips

    def functions_called(self, question: Question) -> Mapping[str, str]:
        """Return the files of the released functions that a question calls."""
        return self._client.functions_called(question)

    @cached_property
    def remote(self) -> RemoteSession:
        """What the check that runs now holds of the reference's objects."""
        return confined_session(self, _ReferenceExchange(self), **self.session_options)

    def _import_crash(self, module: str, name: str) -> str:  # noqa: ARG002
        return ""  # of a hand-in


class AskedInChecks:
    """Gives checks what their `reference` is; it is made where the first one takes it."""

    def __init__(self, reference: ReferenceClient) -> None:
        self._reference = reference
        self._asked: AskedReference | None = None

    def in_check(self) -> AskedReference:
        """Return the reference for another check, which holds nothing of the one before."""
        if self._asked is None:
            self._asked = AskedReference(self._reference)
        self._asked.begin_check()
        return self._asked

    def begin_turn(self) -> None:
        """Begin with another hand-in, or none: each meets the reference as fresh as the others."""
        if self._asked is not None:
            self._asked.renew()
            self._asked.clock = new_clock()

    def close(self) -> None:
        """End the worker, if the fork server has not ended it before."""
        with contextlib.suppress(GraderError):
            self.begin_turn()


class _ReferenceExchange(ConfinedExchange):
    """Asks the reference's worker; that it gives no answer is never how a hand-in's check ends."""

    def exchange(
        self,
        operation: protocol.Operation,
        answer: Callable[[Any], protocol.Returned],
    ) -> protocol.Finished:
        """Return the worker's reply; raise ReferenceFails where it gives none."""
        try:
            return super().exchange(operation, answer)
        except CheckOutcome as error:
            raise ReferenceFails(f"the reference gives no answer: {error}") from error

    def describe(self, fault: wire.Fault) -> GradekitError:
        """Return what a check ends with that has not expected what the reference raises."""
        told = super().describe(fault)
        return ReferenceFails(f"the reference fails: {told}", fault.trace)
