"""Counts a mistake once: what only follows from it, in an item that builds on another, passes.

Teachers call it error carried forward. A check of a whole (a layer that goes through its own steps,
a model made of layers) compares with the reference. Where that fails, the whole is held against the
student's own parts, put together by a probe: parts that are wrong cost their own items alone.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradekit.grading.bench import Bench
from gradekit.grading.expect import expect_close
from gradekit.report import CheckFailed, CheckOutcome

FOLLOWS = "right for your own {}: what is wrong there is counted there"
RIGHT_AS_SUCH = "right as it is, though not the numerical gradient of {}"
RIGHT_ELSEWHERE = "right where {} is right: what is wrong there is counted there"
NUDGE = 0.5
LEAST_EFFECT = 1e-6

Values = Mapping[str, np.ndarray]
Case = Mapping[str, Any]


@dataclass(frozen=True)
class Parts:
    """What a whole is made of: how a side's parts are put together, for which case.

    `name` tells students which parts; values closer than `bound` are the same. `through` names the
    inputs that the parts' values must depend on: parts that are constant, or that forget what came
    before, would agree with a whole that is so too. `given` are the parts of these parts, which
    must be right; `right` is how the reference's values are had where that is quicker.

    `put_together` asks the bench for parts only, and does the rest itself, in this process. A
    hand-in could answer anything to a probe that did so, and agree with itself.
    """

    name: str
    put_together: Callable[[Bench, Case], Values]
    case: Case
    bound: float
    through: Sequence[str] = ()
    given: "Parts | None" = None
    right: Callable[[Bench, Case], Values] | None = None

    def of(self, bench: Bench) -> Values:
        """Return what the parts of one side give."""
        return self.put_together(bench, self.case)

    def are_wrong(self, student: Bench, reference: Bench) -> bool:
        """Whether the student's parts give other values than the reference's."""
        return self.differ(self.of(student), reference)

    def differ(self, own: Values, reference: Bench) -> bool:
        """Whether what the parts of a student gave is not what the reference's give."""
        right = (self.right or self.put_together)(reference, self.case)
        return not agree(own, right, self.bound)

    def depend(self, student: Bench, first: Values) -> bool:
        """Whether each input named in `through` changes what the student's parts give."""
        others = (self.put_together(student, self._nudged(name)) for name in self.through)
        return not any(agree(other, first, LEAST_EFFECT) for other in others)

    def _nudged(self, name: str) -> dict[str, Any]:
        array = np.asarray(self.case[name])
        waves = NUDGE * np.cos(np.arange(array.size)).reshape(array.shape)
        return {**self.case, name: array + waves}


def asked(probe: str) -> Callable[[Bench, Case], Values]:
    """Return how a part is had that is a probe's answer as it is."""
    return lambda bench, case: bench.ask(probe, **case)


@contextmanager
def following(student: Bench, reference: Bench, got: Values, parts: Parts | None) -> Iterator[None]:
    """Let a failure inside pass where the parts are wrong and `got` is just what they give.

    Where the parts are right, or there are none, the failure stands: the mistake is the whole's.
    """
    if parts is None:
        yield
        return

    def follows() -> bool:
        if parts.given and parts.given.are_wrong(student, reference):
            return False
        own = parts.of(student)
        told = {name: value for name, value in own.items() if name in got}
        alike = bool(told) and agree(got, told, parts.bound)
        return alike and parts.differ(own, reference) and parts.depend(student, own)

    with _excused(student, FOLLOWS.format(parts.name), follows):
        yield


@contextmanager
def despite(student: Bench, got: Values, want: Values, bound: float, name: str) -> Iterator[None]:
    """Let a failure inside pass where `got` is right, whatever it was held against: its name.

    So a backward pass that is right is not failed by the numerical gradient of a forward that is
    wrong, or that rounds.
    """
    with _excused(student, RIGHT_AS_SUCH.format(name), lambda: agree(got, want, bound)):
        yield


@contextmanager
def elsewhere(
    student: Bench, reference: Bench, whole: Parts, parts: Parts, again: Parts
) -> Iterator[None]:
    """Let a failure inside pass where the parts are wrong, and the whole is right where they are.

    `again` asks for the same parts with other inputs, for which `whole` is asked too.
    """

    def right() -> bool:
        wrong = parts.are_wrong(student, reference)
        return wrong and not any(one.are_wrong(student, reference) for one in (again, whole))

    with _excused(student, RIGHT_ELSEWHERE.format(parts.name), right):
        yield


@contextmanager
def _excused(student: Bench, remark: str, holds: Callable[[], bool]) -> Iterator[None]:
    try:
        yield
    except CheckFailed:
        try:
            excused = holds()
        except CheckOutcome:  # parts that give no values excuse nothing
            excused = False
        if not excused:
            raise
        student.remark = remark


def agree(got: Values, want: Values, bound: float) -> bool:
    """Whether each array of `want` is met within a bound, as `expect_close` compares."""
    try:
        expect_close(got, want, bound)
    except CheckFailed:
        return False
    return True
