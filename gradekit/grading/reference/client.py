"""The client of the reference: it is asked what a hand-in is asked, and each question once."""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from gradekit.errors import CheckOutcome, GraderError
from gradekit.files import hash_texts
from gradekit.grading.reference.answers_cache import ReferenceAnswers
from gradekit.grading.reference.mistaken import MistakenClient
from gradekit.workers import wire
from gradekit.workers.client import Clock
from gradekit.workers.deadlines.thread_limit import uninterrupted
from gradekit.workers.pool import WorkerPool
from gradekit.workers.probe_code import probe_place
from gradekit.workers.remote.in_test.answers.wrong_answers import WrongAt
from gradekit.workers.remote.in_test.confined import StudentClient
from gradekit.workers.values import Arguments, Question, Values, question_key

CALLED_PROBE = "functions_called_"


class ReferenceFails(GraderError):
    """The reference has no answer to a question, which a hand-in's values may have led to.

    `trace` is where it failed, as Python tells it. Whether that may be the machine's doing, what it
    comes from says.
    """

    may_be_machines = False

    def __init__(self, message: str, trace: str = "") -> None:
        super().__init__(message, trace)
        self.message, self.trace = message, trace

    def __str__(self) -> str:
        """Return the message alone."""
        return self.message


def new_clock() -> Clock:
    """Return the time that the reference has, which is far more than a hand-in's."""
    return Clock(call_seconds=120.0, total_seconds=3600.0, wall_seconds=1200.0)


class ReferenceClient(StudentClient):
    """The client of the reference: its faults are the grader's, its `answers` are kept.

    `seconds` is the time that it has taken for new answers in all, and `thread_seconds` that of the
    grader's own processor for them; `new_cpu_seconds` is that of its workers.
    `asked_cpu_seconds` has what each answer took, new or not, by its question, until somebody
    clears it. `released` has the functions that students get, by file;
    `slips` gives the mistaken references of some functions.
    """

    def __init__(
        self,
        pool: WorkerPool,
        snapshot: Path,
        probes: wire.Probes | str,
        answers: ReferenceAnswers | None = None,
        released: Mapping[str, Collection[str]] | None = None,
    ) -> None:
        super().__init__(pool, snapshot, probes, new_clock())
        self.answers = answers or ReferenceAnswers()
        self._released = released or {}
        self.seconds = self.thread_seconds = self.new_cpu_seconds = 0.0
        self.asked_cpu_seconds: dict[str, float] = {}
        self.slips: Callable[[Sequence[str]], Iterable[MistakenClient]] = lambda _: ()

    @uninterrupted()
    def ask_many(self, probe: str, calls: Sequence[Arguments]) -> list[Values]:
        """Return the reference's arrays; raise ReferenceFails where it has none."""
        started, thread_started = time.monotonic(), time.thread_time()
        key, taken, is_new = question_key(probe, calls), list[float](), False
        used_before = self.clock.used_seconds

        def compute() -> Sequence[Values]:
            nonlocal is_new
            is_new = True
            values = super(ReferenceClient, self).ask_many(probe, calls)
            taken.append(self.clock.used_seconds - used_before)
            return values

        try:
            kept = self.answers.get(key, compute)
            if key not in self.asked_cpu_seconds:
                self.asked_cpu_seconds[key] = self._keep_time(key, taken[0] if taken else 0.0)
        except CheckOutcome as error:
            place = probe_place(self._probes, probe)
            told = f"the reference fails in probe {probe}{f' ({place})' if place else ''}: {error}"
            raise ReferenceFails(f"{told} [{self.staff_message}]", self.staff_trace) from error
        finally:
            if is_new:  # a check that asks for the same again and again takes its own time
                self.seconds += time.monotonic() - started
                self.thread_seconds += time.thread_time() - thread_started
                self.new_cpu_seconds += self.clock.used_seconds - used_before
        return [{name: array.copy() for name, array in values.items()} for values in kept]

    def cpu_seconds_of(self, probe: str, calls: Sequence[Arguments]) -> float:
        """Return the processor time that the reference took for a message, in seconds.

        Raises ReferenceFails where it has no answer to it.
        """
        self.ask_many(probe, calls)
        return self._keep_time(question_key(probe, calls), 0.0)

    @contextmanager
    def in_the_place_of_a_submission(self, wrong: WrongAt | None = None) -> Iterator[None]:
        """Let a check use the reference's modules by their names, as it does a hand-in's.

        Some of its answers come `wrong`.
        """
        self._stands_in = True
        try:
            with self.answers_wrong(wrong):
                yield
        finally:
            self._stands_in = False

    def __getattr__(self, name: str) -> Any:
        """Return a module of the reference where it stands in the place of a hand-in.

        Elsewhere there is none: checks ask an AskedReference, whose faults are no student's.
        """
        if not vars(self).get("_stands_in"):
            raise AttributeError(f"the reference has no {name}: ask it with a probe")
        return super().__getattr__(name)

    def released(self) -> dict[str, str]:
        """Return the files of what the modules define on top that students get, by name."""
        return {
            name: file
            for file, names in self._released.items()
            for name in names
            if "." not in name and not name.startswith("_")
        }

    def functions_called(self, question: Question) -> dict[str, str]:
        """Return the files of the released functions that a question calls, by qualified names.

        Raises ReferenceFails where there is no answer to it.
        """
        asked = {"probe_": question.probe, **question.arguments}
        names = self.ask(CALLED_PROBE, **asked)["names"].tobytes().decode().split("\n")
        pairs = [name.partition("\t") for name in names]
        return {name: file for file, _, name in pairs if name in self._released.get(file, ())}

    def _keep_time(self, key: str, seconds: float) -> float:
        kept = self.answers.get(
            hash_texts("cpu seconds", key), lambda: [{"cpu_seconds": np.array(seconds)}]
        )
        return float(kept[0]["cpu_seconds"])

    def _crash(self, fault: wire.Fault, question: Question) -> str:  # noqa: ARG002
        return fault.type_name or "an exception"
