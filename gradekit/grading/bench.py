"""A bench asks a worker to run probes on a hand-in; what comes back is values or a fault."""

import hashlib
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from gradekit.grading import wire
from gradekit.grading.messages import describe_crash, plain, source_line
from gradekit.grading.pool import Worker, WorkerPool, how_it_ended, ran_out_of_cpu, was_killed
from gradekit.report import (
    CheckFailed,
    CheckOutcome,
    StudentCrash,
    StudentMemory,
    StudentProtocol,
    StudentTimeout,
)

# Raised by what stands in for a module that does not finish importing.
HANGING_IMPORT = "HangingImportError"

Values = dict[str, np.ndarray]
Arguments = Mapping[str, Any]


@dataclass(frozen=True)
class Question:
    """What a bench is asked: a probe's name, and its arguments."""

    probe: str
    arguments: Arguments

    @cached_property
    def key(self) -> str:
        """The hash of all of it."""
        return question_key(self.probe, [self.arguments])


class StudentValues(Values):
    """The arrays that a hand-in gave by name; to ask for one that it has not given is a FAIL."""

    def __init__(self, arrays: Values, question: Question | None = None) -> None:
        super().__init__(arrays)
        self.question = question

    def __missing__(self, name: str) -> np.ndarray:
        raise CheckFailed(f"{name} is missing")


@dataclass
class Clock:
    """The time that a hand-in may take: seconds for one message, and for all of them together."""

    call_seconds: float = 10.0
    total_seconds: float = 180.0
    used_seconds: float = 0.0

    @property
    def next_seconds(self) -> float:
        """How long the next message may take; raises StudentTimeout where nothing is left."""
        remaining = self.total_seconds - self.used_seconds
        if remaining <= 0:
            raise StudentTimeout(
                f"not run: the checks before it took all {self.total_seconds:g} s of this hand-in"
            )
        return min(self.call_seconds, remaining)


class Bench:
    """Runs probes on one snapshot of a hand-in; a worker that fails is never asked again."""

    def __init__(self, pool: WorkerPool, snapshot: Path, probes: str, clock: Clock | None = None):
        self._pool, self._snapshot, self._probes = pool, snapshot, probes
        self._clock = clock or Clock()
        self.missing_files: tuple[str, ...] = ()
        self._worker: Worker | None = None
        self._number = 0
        self.staff_message = ""
        self.remark = ""  # what a check that passes tells the student
        self.excused: tuple[str, ...] = ()  # the functions whose mistakes such a check leaves out
        self.unexcused = ""  # what it says where these are right
        self.cpu_seconds = 0.0  # what workers that have ended took for the hand-in's code

    def ask(self, probe: str, /, **arguments: Any) -> Values:
        """Return the arrays that a probe gives on some arguments."""
        return self.ask_many(probe, [arguments])[0]

    def ask_many(self, probe: str, calls: Sequence[Arguments]) -> list[Values]:
        """Return the arrays of several calls of one probe, sent in one message.

        Raises a CheckOutcome whose text may be shown to the student: no value is in it.
        """
        self._number += 1
        reply = self._exchange(wire.Request(self._number, probe, wire.to_calls(calls)))
        with self._protocol():
            return [
                StudentValues(
                    {k: wire.from_array(v) for k, v in answer.items()}, Question(probe, call)
                )
                for answer, call in zip(reply.answers, calls, strict=True)
            ]

    @property
    def snapshot(self) -> Path:
        """The folder of the files that are asked."""
        return self._snapshot

    def on(self, snapshot: Path) -> "Bench":
        """Return a bench on other files, whose time is taken from this one's."""
        return Bench(self._pool, snapshot, self._probes, self._clock)

    def renew(self) -> None:
        """End the worker: the next question goes to a fresh one."""
        if self._worker:
            self._end(self._worker)

    def _exchange(self, request: wire.Request) -> wire.Reply:
        seconds = self._clock.next_seconds
        self._current()  # the time that a worker takes to start is not the student's
        started = time.monotonic()
        try:
            payload = self._send_and_receive(request, started + seconds)
        except wire.WireTimeout as error:
            self.renew()
            raise StudentTimeout(
                f"no answer after {seconds:.0f} s: is there an endless loop?"
            ) from error
        except wire.WireClosed as error:
            raise self._death() from error
        finally:
            self._clock.used_seconds += time.monotonic() - started
        with self._protocol():
            reply = wire.decode_reply(payload, request.number, len(request.calls))
            if self._current().channel.has_more():
                raise wire.WireError("more than one answer")
        if reply.fault:
            raise self._fault(reply.fault)
        return reply

    def _send_and_receive(self, request: wire.Request, deadline: float) -> bytes:
        channel = self._current().channel
        channel.send(wire.encode(request), deadline)
        with self._protocol():
            return channel.receive(deadline)

    def _current(self) -> Worker:
        if not self._worker:
            self._worker = self._pool.spawn(self._snapshot, self._probes)
        return self._worker

    @contextmanager
    def _protocol(self) -> Iterator[None]:
        try:
            yield
        except wire.WireClosed:
            raise
        except wire.WireError as error:
            self.renew()
            self.staff_message = str(error)
            raise StudentProtocol("the answer is not made of plain arrays of numbers") from error

    def _end(self, worker: Worker) -> int:
        self._worker = None
        ended = self._pool.end(worker)
        self.cpu_seconds += ended.cpu_seconds - worker.start_cpu_seconds
        return ended.status

    def _death(self) -> CheckOutcome:
        worker = self._current()
        status = self._end(worker)
        self.staff_message = plain(how_it_ended(status), bytes(worker.channel.heard))
        if ran_out_of_cpu(status):
            return StudentTimeout("used up its processor time: is there an endless loop?")
        if was_killed(status):  # by the pool, just now: until then it lived
            return StudentProtocol("closed its connection to the grader before it gave an answer")
        return StudentCrash("the process that ran the code ended before it gave an answer")

    def _fault(self, fault: wire.Fault) -> CheckOutcome:
        self.staff_message = plain(f"{fault.type_name}: {fault.text} ({fault.file}:{fault.line})")
        if fault.kind == "memory":
            return StudentMemory("asked for more memory than the grader gives")
        if fault.kind == "answer":
            return StudentProtocol("the answer is not made of plain arrays of numbers")
        if fault.type_name == HANGING_IMPORT:
            known = source_line(self._snapshot, fault.file, fault.line)[0]
            name = fault.file if known else "a module"
            return StudentTimeout(f"{name} does not finish importing: is there an endless loop?")
        if fault.type_name == "ModuleNotFoundError" and self.missing_files:
            return StudentCrash(f"not in the hand-in: {', '.join(self.missing_files)}")
        return StudentCrash(describe_crash(fault, self._snapshot))


def question_key(probe: str, calls: Sequence[Arguments]) -> str:
    """Return the hash of a probe's name and the arguments of its calls, in hexadecimal."""
    request = wire.Request(0, probe, wire.to_calls(calls))
    return hashlib.sha256(wire.encode(request)).hexdigest()
