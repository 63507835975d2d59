"""How a test cell ends that has run more than once, or whose answers are held against others."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace

from gradekit.grading.cells.running.runner import CellEnd
from gradekit.model import Outcome
from gradekit.workers.deadlines.clock import Clock


def may_be_granted(end: CellEnd) -> bool:
    """Whether a test may end otherwise with what it is granted because of the source's solution."""
    return bool(end.facts.refused) or (end.changed and end.outcome is not Outcome.PASS)


def with_changes(end: CellEnd, other: CellEnd, wanted: Collection[str] | None) -> CellEnd:
    """Return how a test ends that must pass whatever becomes of the arguments that were changed.

    `other` is its end with them changed, where it may find that they ought not to be; without, what
    is wrong else. Of tests that are `wanted` to see changes the other counts. Where None are known,
    as it is the solution's, it is such a test if it passes with changes alone.
    """
    if (
        wanted is None
        and end.changed
        and end.outcome is not Outcome.PASS
        and other.outcome is Outcome.PASS
    ):
        return replace(other, wants_changes=True)
    if wanted is not None and end.name in wanted:
        return other
    if not end.changed or end.outcome is not Outcome.PASS:
        return end
    return least(end, other)


def least(end: CellEnd, other: CellEnd) -> CellEnd:
    """Return that of two ends of a test which has passed once that earns less."""
    if other.outcome is not Outcome.PASS:
        return other
    if end.points is None or other.points is None:
        return end
    return min(end, other, key=lambda one: one.points or 0.0)


def if_something(end: CellEnd, right: CellEnd | None) -> CellEnd:
    """Return a test's end: a FAIL where it has passed and nothing was there to be tested.

    One that gives a part of its points has found that something is wrong: it has tested.
    """
    if right is None or end.outcome is not Outcome.PASS:
        return end
    if end.points is not None and right.points is not None and end.points < right.points:
        return end
    problem = end.facts.problem(right.facts)
    return replace(end, outcome=Outcome.FAIL, text=problem) if problem else end


class MoreRuns:
    """The time of all runs of a hand-in's notebooks but the first ones: twice its own, together."""

    def __init__(self) -> None:
        self.used_seconds = 0.0

    @contextmanager
    def clock(self, first: Clock) -> Iterator[Clock]:
        """Keep a clock for one more run, like that of the `first` one."""
        late = max(0.0, self.used_seconds - first.total_seconds)
        clock = replace(first, hung=0, used_seconds=late, slept_seconds=0.0, noted=lambda _: None)
        try:
            yield clock
        finally:
            self.used_seconds += clock.used_seconds - late
