"""Starts a grading process in which the machine refuses something, from its nth turn on."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from gradekit.batch import grading_process
from gradekit.grading.reference.client import ReferenceClient
from gradekit.workers.pool import WorkerPool

START = grading_process._start
METHODS: dict[str, tuple[type, str]] = {
    "spawn": (WorkerPool, "spawn"),
    "ask": (ReferenceClient, "ask_many"),
}


@dataclass(frozen=True)
class Fault:
    """What fails in the process: a method, from its nth call on, by an error.

    Without an error, the fork server is killed before the call.
    """

    method: str
    turn: int
    error: BaseException | None = None


def with_fault(monkeypatch: pytest.MonkeyPatch, fault: Fault) -> None:
    """Have grading processes start with a fault."""
    monkeypatch.setattr(grading_process, "_start", partial(start, fault))


def start(fault: Fault, *given: Any) -> Callable[[], None]:
    """Begin as a grading process does, with a fault."""
    owner, name = METHODS[fault.method]
    method, calls = getattr(owner, name), [0]

    def called(self: Any, *arguments: Any, **named: Any) -> Any:
        calls[0] += 1
        if calls[0] >= fault.turn and fault.error:
            raise fault.error
        if calls[0] >= fault.turn:
            self._process.kill()
            self._process.wait()
        return method(self, *arguments, **named)

    setattr(owner, name, called)
    return START(*given)
