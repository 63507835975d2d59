"""How a test cell ends that has run more than once, or whose answers are held against others."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from gradekit.errors import StudentTimeout
from gradekit.grading.cells.running.cell_end import CellEnd
from gradekit.model import Outcome
from gradekit.workers.deadlines.clock import Clock
from gradekit.workers.remote.in_test.answers.answer_facts import GIVEN_CHANGED

# All runs of a hand-in's notebooks may take so many times what their first ones may, or so many
# times what the solution takes to run once: an answer of twice that runs again as often as any may.
FURTHER_TIMES, SOLUTION_TIMES = 7 / 6, 2 * 17
# Where a student's own class compares, and a notebook takes more than this part of the time, it
# may take so many times as long: 24 s where it is 12 s else.
SLOW_PART, COMPARING_TIMES = 1 / 14, 12 / 7


def all_with_changes(
    ends: Sequence[CellEnd],
    others: Sequence[CellEnd],
    wanted: Collection[str] | None,
    reading: Collection[str],
) -> list[CellEnd]:
    """Return how tests end that must pass whatever becomes of the arguments that were changed.

    `others` are their ends with these changed, where they may find that they ought not to be, as do
    later tests that are `reading` them; without, what is wrong else. Of tests that are `wanted` to
    see changes the other counts. Where None are known, as it is the solution's, it is such a test
    if it passes with changes alone, be they its own or those of a test before it.
    """
    pairs = zip(ends, others, strict=True)
    return [_with_changes(*pair, wanted, reads_them=pair[0].name in reading) for pair in pairs]


def _with_changes(
    end: CellEnd, other: CellEnd, wanted: Collection[str] | None, *, reads_them: bool
) -> CellEnd:
    passes, with_them = (one.outcome is Outcome.PASS for one in (end, other))
    if wanted is None and with_them and not passes:
        return replace(other, wants_changes=True)
    if wanted is not None and end.name in wanted:
        return other
    if not passes:
        return end
    if end.changed or (reads_them and other.outcome in (Outcome.FAIL, Outcome.CRASH)):
        return least(end, other)
    return end


def with_data_as_left(
    end: CellEnd, other: CellEnd, wants: Mapping[str, bool], *, is_solution: bool
) -> CellEnd:
    """Return how a test ends that reads data of staff's which the student's code has changed.

    `other` is its end with these data as they were left. A test that the solution passes with them
    alone `wants` them, and one that it does not pass with them never sees them; of all others the
    end counts that earns less.
    """
    if not end.given_changed:
        return end
    passes, passes_so = (one.outcome is Outcome.PASS for one in (end, other))
    if is_solution:
        wanted = not passes if passes_so else False
        alike = passes and passes_so
        return replace(other if wanted else end, wants_left=None if alike else wanted)
    if end.name in wants:
        return other if wants[end.name] else end
    if passes and other.outcome in (Outcome.FAIL, Outcome.CRASH):
        return replace(end, outcome=Outcome.FAIL, line=0, text=GIVEN_CHANGED)
    return least(end, other) if passes else end


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


@contextmanager
def for_further_runs(clock: Clock, solution_seconds: float) -> Iterator[None]:
    """Let a hand-in whose notebooks have run once have a sixth of its time more, to run again.

    More where the solution itself takes long: what is right must not run out of time by that.
    """
    before = clock.total_seconds
    clock.total_seconds = max(FURTHER_TIMES * before, round(SOLUTION_TIMES * solution_seconds, 1))
    try:
        yield
    finally:
        clock.total_seconds = before


@contextmanager
def for_comparisons(clock: Clock, seconds: float) -> Iterator[bool]:
    """Let comparisons of a notebook be tried that took some seconds to run; tell if that is slow.

    What is right, and slow or asleep, has time then to be tried as often as it must be.
    """
    before, asleep = clock.total_seconds, clock.asleep_seconds
    is_slow = seconds > SLOW_PART * before
    if is_slow:
        clock.total_seconds = round(COMPARING_TIMES * before, 1)
        clock.asleep_seconds = COMPARING_TIMES * asleep
    try:
        yield is_slow
    finally:
        clock.total_seconds, clock.asleep_seconds = before, asleep


def why_not_again(clock: Clock) -> str:
    """Return why a notebook does not run again: its hand-in has no time left; "" where it has."""
    try:
        clock.require_left(lambda: 0.0)
    except StudentTimeout as error:
        return str(error)
    return ""
