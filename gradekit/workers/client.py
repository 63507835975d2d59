"""A client asks a worker to run probes on a submission: values come back, or a fault."""

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from gradekit.errors import (
    CheckFailed,
    CheckOutcome,
    GraderError,
    StudentCrash,
    StudentMemory,
    StudentProtocol,
    StudentTimeout,
)
from gradekit.files import says_machines
from gradekit.model import Outcome
from gradekit.workers import wire
from gradekit.workers.deadlines.clock import Clock, OutOfTime, Spent, Watch
from gradekit.workers.deadlines.thread_limit import uninterrupted
from gradekit.workers.earlier_questions import EarlierQuestions
from gradekit.workers.messages import describe_crash, describe_to_staff, not_there, plain
from gradekit.workers.pool import Worker, WorkerPool, how_it_ended, ran_out_of_cpu, was_killed
from gradekit.workers.probe_code import probes_of
from gradekit.workers.values import (
    Arguments,
    Question,
    Shape,
    StudentValues,
    UpTo,
    Values,
    bytes_of,
)

__all__ = ["Arguments", "Clock", "ProbeClient", "Question", "StudentValues", "UpTo", "Values"]

# Raised by what stands in for a module that does not finish importing.
HANGING_IMPORT = "HangingImportError"
# An exception's type is told as it is only if it is one of these: a few bits, whatever was hidden.
TOLD_TYPES = frozenset(
    [
        "ArithmeticError",
        "AssertionError",
        "AttributeError",
        "FloatingPointError",
        "IndexError",
        "KeyError",
        "NameError",
        "NotImplementedError",
        "OverflowError",
        "RecursionError",
        "RuntimeError",
        "TypeError",
        "UnboundLocalError",
        "UnicodeError",
        "ValueError",
        "ZeroDivisionError",
    ]
)

# Answers up to so many bytes are read in any case, larger ones only beside the reference's size.
ANY_FRAME_BYTES, MOST_TIMES_LARGER = 4 * 2**20, 16


class RightAnswers(Protocol):
    """What a client knows of right answers: their shapes, how long they take, what they call."""

    def ask_many(self, probe: str, calls: Sequence[Arguments]) -> Sequence[Values]:
        """Return the reference's arrays."""

    def cpu_seconds_of(self, probe: str, calls: Sequence[Arguments]) -> float:
        """Return the processor time that the reference takes for a message."""

    def released(self) -> Mapping[str, str]:
        """Return the files of what the modules define on top that students get, by name."""

    def functions_called(self, question: Question) -> Mapping[str, str]:
        """Return the files of the student's functions that a question calls, by qualified names."""


class ProbeClient:
    """Runs probes on one snapshot of a hand-in; a worker that fails is never asked again.

    `reference` is held beside it, if it is there: values have the shapes that it gives, and take
    at most so many times as long.
    """

    def __init__(
        self,
        pool: WorkerPool,
        snapshot: Path,
        probes: wire.Probes | str,
        clock: Clock | None = None,
        reference: RightAnswers | None = None,
    ) -> None:
        self._pool, self._snapshot, self._reference = pool, snapshot, reference
        self._probes = probes_of(probes) if isinstance(probes, str) else probes
        self.clock, self.packages = clock or Clock(), pool.packages
        self.missing_files: tuple[str, ...] = ()
        self.hanging_files: tuple[str, ...] = ()
        self._worker: Worker | None = None
        self._public: ProbeClient | None = None
        self._told: dict[object, str] = {}
        self._earlier = EarlierQuestions(self._called)
        self._tells = True
        self._number = 0
        self.staff_message = ""
        self.staff_trace = ""  # where an exception came from, as Python tells it
        self.remark = ""  # what a check that passes tells the student
        self.excused: tuple[str, ...] = ()  # the functions whose mistakes such a check leaves out
        self.unexcused = ""  # what it says where these are right, and how it ends then
        self.unexcused_outcome = Outcome.FAIL
        self.cpu_seconds = 0.0  # what workers that have ended took for the hand-in's code

    def ask(self, probe: str, /, **arguments: object) -> Values:
        """Return the arrays that a probe gives on some arguments."""
        return self.ask_many(probe, [arguments])[0]

    def ask_shaped(self, probe: str, shapes: Mapping[str, Shape], /, **arguments: object) -> Values:
        """Return the arrays that a probe gives, of which some have shapes that are told here.

        An axis whose length is the hand-in's to choose is an `UpTo`. All other arrays have the
        shapes of the reference's.
        """
        return self._ask_many(probe, [arguments], shapes)[0]

    def ask_many(self, probe: str, calls: Sequence[Arguments]) -> list[Values]:
        """Return the arrays of several calls of one probe, sent in one message.

        To take an array that is not of the shape and kind of the reference's is a FAIL. Raises a
        CheckOutcome whose text may be shown to the student: no value is in it.
        """
        return self._ask_many(probe, calls, {})

    @property
    def pool(self) -> WorkerPool:
        """What its workers come from."""
        return self._pool

    @property
    def probes(self) -> wire.Probes:
        """What its workers can be asked."""
        return self._probes

    @property
    def snapshot(self) -> Path:
        """The folder of the files that are asked."""
        return self._snapshot

    def with_right(self, functions: Collection[str], snapshot: Path) -> "ProbeClient":
        """Return a client on the same files with some functions from the reference in their place.

        Its time is taken from this one's, and it tells nothing of what is raised there.
        """
        client = type(self)(self._pool, snapshot, self._probes, self.clock, self._reference)
        client._earlier = self._earlier.with_right(functions)
        client._tells = False
        return client

    def renew(self) -> None:
        """End the worker: the next question goes to a fresh one."""
        with uninterrupted():
            if self._worker:
                self._end(self._worker)
            if self._public:
                self._public.renew()
                self.cpu_seconds += self._public.cpu_seconds
                self._public = None

    def charge(self, cpu_seconds: float) -> None:
        """Put processor time that the grader itself took for this hand-in on its clock."""
        self.clock.spend(cpu_seconds)

    @uninterrupted()
    def _ask_many(
        self, probe: str, calls: Sequence[Arguments], shapes: Mapping[str, Shape]
    ) -> list[Values]:
        first = Question(probe, calls[0] if calls else {})
        self._earlier.require_hope(first)
        reply = self._exchange(probe, calls, shapes)
        if reply.fault:
            raise self._fault(reply.fault, first)
        self._earlier.note_answered(first)
        with self._protocol():
            return [
                StudentValues(
                    {k: wire.from_array(v) for k, v in answer.items()},
                    Question(probe, call),
                    lambda: self._wanted(first),
                    shapes,
                )
                for answer, call in zip(reply.answers, calls, strict=True)
            ]

    def _wanted(self, question: Question) -> Values:
        if self._reference is None:
            return {}
        return self._reference.ask_many(question.probe, [question.arguments])[0]

    def _exchange(
        self, probe: str, calls: Sequence[Arguments], shapes: Mapping[str, Shape] | None = None
    ) -> wire.Reply:
        """Return a worker's reply, be it a fault; raise a CheckOutcome where it gives none."""
        self._number += 1
        request = wire.Request(self._number, probe, wire.to_calls(calls))
        watch = self._watch(probe, calls)
        try:
            with self._protocol():
                payload = self._send_and_receive(
                    request, watch, lambda length: self._require_fit(length, probe, calls, shapes)
                )
                reply = wire.decode_reply(payload, request.number, len(request.calls))
                if self._current().channel.has_more():
                    raise wire.WireError("more than one answer")
        except OutOfTime as error:
            raise self._out_of_time(error, Question(probe, calls[0])) from error
        except wire.WireClosed as error:
            raise self._death(watch) from error
        finally:
            watch.end()
        return reply

    def reference_seconds(self) -> float:
        """Return the processor time that the reference takes for all that was asked."""
        return self._taken(self._earlier.questions)

    def _watch(self, probe: str, calls: Sequence[Arguments]) -> Watch:
        self._earlier.questions.append((probe, calls))
        self.clock.require_left(self.reference_seconds)
        meter = self._current().meter  # the time that a worker takes to start is not the student's
        one = [(probe, calls)]
        return Watch(self.clock, meter, lambda: self._taken(one), self.reference_seconds)

    def _taken(self, asked: Sequence[tuple[str, Sequence[Arguments]]]) -> float:
        if self._reference is None:
            return 0.0
        try:
            return sum(self._reference.cpu_seconds_of(*question) for question in asked)
        except GraderError:  # it has no answer to what only this hand-in is asked
            return 0.0

    def _send_and_receive(
        self, request: wire.Request, watch: Watch, require: Callable[[int], None]
    ) -> bytes:
        channel = self._current().channel
        channel.send(wire.encode(request), watch)
        return channel.receive(watch, require)

    def _require_fit(
        self,
        length: int,
        probe: str,
        calls: Sequence[Arguments],
        shapes: Mapping[str, Shape] | None,
    ) -> None:
        """Raise CheckFailed for an answer that is many times as long as the reference's.

        It is looked at before anything of it is read: nobody keeps or compares what fits nowhere.
        """
        if length <= ANY_FRAME_BYTES or self._reference is None:
            return
        try:
            wanted = self._wanted(Question(probe, calls[0]))
        except GraderError:  # it has no answer to what only this hand-in is asked
            return
        own = sum(array.nbytes for array in wanted.values())
        chosen = sum(map(bytes_of, (shapes or {}).values()))
        if length > ANY_FRAME_BYTES + len(calls) * (MOST_TIMES_LARGER * own + chosen):
            self.renew()
            raise CheckFailed("gives many times as many numbers as were asked for")

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

    def _end(self, worker: Worker) -> tuple[int, float]:
        """End a worker; return its wait status and the processor time that it took in all."""
        self._worker = None
        ended = self._pool.end(worker)
        self.cpu_seconds += ended.cpu_seconds - worker.start_cpu_seconds
        return ended.status, ended.cpu_seconds

    def _out_of_time(self, error: OutOfTime, question: Question) -> StudentTimeout:
        self.renew()
        if error.spent is not Spent.TOTAL:
            self.clock.hung += 1
            self._earlier.note_hung(question)
        return StudentTimeout(str(error))

    def _called(self, question: Question) -> Mapping[str, str]:
        try:
            return self._reference.functions_called(question) if self._reference else {}
        except GraderError:
            return {}

    def _death(self, watch: Watch) -> CheckOutcome:
        worker = self._current()
        status, cpu_seconds = self._end(worker)
        watch.end(cpu_seconds)
        self.staff_message = plain(how_it_ended(status), bytes(worker.channel.heard))
        if ran_out_of_cpu(status):
            return StudentTimeout("used up its processor time: is there an endless loop?")
        if was_killed(status):  # by the pool, just now: until then it lived
            return _machines(
                StudentProtocol("closed its connection to the grader before it gave an answer")
            )
        ended = StudentCrash("the process that ran the code ended before it gave an answer")
        return _machines(ended) if os.WIFSIGNALED(status) else ended

    def _fault(self, fault: wire.Fault, question: Question) -> CheckOutcome:
        self.staff_message = describe_to_staff(fault)
        self.staff_trace = fault.trace
        if fault.kind == "memory":
            return StudentMemory("asked for more memory than the grader gives")
        if fault.kind == "answer":
            self.staff_message = plain(fault.text)
            return StudentProtocol("the answer is not made of plain arrays of numbers")
        if fault.type_name == HANGING_IMPORT and self.hanging_files:
            names = ", ".join(self.hanging_files)
            return StudentTimeout(f"{names} does not finish importing: is there an endless loop?")
        crash = StudentCrash(self._crash(fault, question) if self._tells else "")
        return _machines(crash) if says_machines(fault.text) else crash

    def _crash(self, fault: wire.Fault, question: Question) -> str:
        """Return what may be told of an exception: what the same code does with public inputs.

        So neither the type nor the line that are told can say anything of what was hidden.
        """
        if question.way not in self._told:
            public = self._public_fault(question)
            if public is None:
                name = fault.type_name if fault.type_name in TOLD_TYPES else "an exception"
                return f"{name} was raised, which other inputs of these sizes do not raise"
            self._told[question.way] = self._describe(public, question)
        return self._told[question.way]

    def _describe(self, fault: wire.Fault, question: Question) -> str:
        if fault.type_name in ("ModuleNotFoundError", "ImportError") and self.missing_files:
            return f"not in the hand-in: {', '.join(self.missing_files)}"
        if fault.type_name in ("ImportError", "AttributeError"):
            # What cannot be imported may be needed by the module, and not by this question.
            imported = fault.type_name == "ImportError" and self._reference
            names = imported.released() if imported else {}
            missing = not_there({**names, **self._called(question)}, self._snapshot)
            if missing:
                return missing
        return describe_crash(fault, self._snapshot)

    def _public_fault(self, question: Question) -> wire.Fault | None:
        """Return what goes wrong in a worker that never had any hidden input; None for nothing."""
        if self._public is None:
            self._public = ProbeClient(self._pool, self._snapshot, self._probes, self.clock)
        try:
            public = question.with_public_inputs()
            reply = self._public._exchange(public.probe, [public.arguments])
        except CheckOutcome:
            return None
        return reply.fault if reply.fault and reply.fault.kind == "exception" else None


def _machines(outcome: CheckOutcome) -> CheckOutcome:
    """Note that the machine may have led to an outcome, such as where memory has run out."""
    outcome.may_be_machines = True
    return outcome
