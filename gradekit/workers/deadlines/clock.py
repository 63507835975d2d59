"""The time that a hand-in may take: processor time, as the kernel counts it.

Seconds on the wall say more of the machine than of a hand-in. They count only where it sleeps, and
as the last resort, far off.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from gradekit.errors import StudentTimeout
from gradekit.workers.deadlines.meter import Meter
from gradekit.workers.wire import WireTimeout

LOOK_SECONDS = 0.1  # so often is looked at what a worker has taken


class Spent(StrEnum):
    """What a hand-in had no more of, when it was not waited for any longer.

    It is told with the bound, and not with what was measured, which is another each time.
    """

    CPU = (
        "took more than {seconds:g} s of processor time, and many times as long as the reference: "
        "is there an endless loop?"
    )
    TOTAL = (
        "the checks of this hand-in took more than {seconds:g} s of processor time in all, and "
        "many times as long as the reference"
    )
    ASLEEP = "slept or waited for more than {seconds:g} s, and gave no answer"
    WALL = "no answer after {seconds:g} s"


class OutOfTime(WireTimeout):
    """A worker is not waited for any longer; `spent` is what it had no more of than `seconds`."""

    def __init__(self, spent: Spent, seconds: float) -> None:
        super().__init__(spent.format(seconds=seconds))
        self.spent = spent


@dataclass
class Clock:
    """What one hand-in may take, and how much of that it has taken.

    `call_seconds` of processor time for one message and `total_seconds` for all together, or, where
    that is more, `call_times` and `total_times` what the reference takes for the same. After one
    that did not end, it is `later_seconds` for each: several may hang, and the rest is graded. It
    may sleep for `asleep_seconds` in one message, and twice that in all. The last resort are
    `wall_seconds` for one message, or `wall_times` times the processor time that it may take.
    A clock that goes on from another one has in `earlier_reference_seconds` what the reference took
    until then. `noted` is called with a clock that has changed.
    """

    call_seconds: float = 5.0
    total_seconds: float = 12.0
    asleep_seconds: float = 10.0
    wall_seconds: float = 60.0
    later_seconds: float = 2.0
    call_times: float = 60.0  # loops in plain Python take some forty times as long as NumPy
    total_times: float = 30.0
    wall_times: float = 15.0
    hung: int = 0
    used_seconds: float = 0.0
    slept_seconds: float = 0.0
    met_wall: bool = False  # so what was told may be the machine's doing
    earlier_reference_seconds: float = 0.0
    noted: Callable[["Clock"], None] = lambda _: None

    def require_left(self, together: Callable[[], float]) -> None:
        """Raise StudentTimeout where no time is left.

        `together` gives the reference's processor time, in seconds, for all messages so far; it is
        asked only where a hand-in takes long.
        """
        if self.used_seconds >= self.total_seconds and self.used_seconds >= self.total(together):
            raise StudentTimeout(
                f"not run: the checks before it used all {self.total_seconds:g} s of processor "
                "time that this hand-in has"
            )
        if self.slept_seconds >= 2 * self.asleep_seconds:
            raise StudentTimeout(
                f"not run: the checks before it slept for {2 * self.asleep_seconds:g} s"
            )

    def spend(self, cpu_seconds: float, slept_seconds: float = 0.0) -> None:
        """Take seconds from what the hand-in has."""
        self.used_seconds += max(0.0, cpu_seconds)
        self.slept_seconds += slept_seconds
        self.noted(self)

    def call(self, one: Callable[[], float]) -> float:
        """Return the processor time in seconds that one message may take."""
        return max(self.least_seconds, self.call_times * one())

    @property
    def least_seconds(self) -> float:
        """The processor time in seconds that any message may take."""
        return min(self.later_seconds, self.call_seconds) if self.hung else self.call_seconds

    def total(self, together: Callable[[], float]) -> float:
        """Return the processor time in seconds that all messages may take."""
        reference_seconds = self.earlier_reference_seconds + together()
        return max(self.total_seconds, self.total_times * reference_seconds)


class Watch:
    """Watches a worker while it is waited for; `end` puts what it took on the clock.

    `one` and `together` give the reference's processor time, in seconds, for this message and for
    all so far; they are asked only where a hand-in takes long.
    """

    def __init__(
        self,
        clock: Clock,
        meter: Meter,
        one: Callable[[], float],
        together: Callable[[], float],
    ) -> None:
        self._clock, self._meter, self._one, self._together = clock, meter, one, together
        self._cpu_before, self._began = meter.cpu_seconds(), time.monotonic()
        self._looked, self._looked_cpu, self._slept = self._began, self._cpu_before, 0.0
        self._ended = False

    @property
    def cpu_seconds(self) -> float:
        """The processor time that the worker has taken since the watch began."""
        return self._meter.cpu_seconds() - self._cpu_before

    def look(self) -> float:
        """Return for how many seconds the worker may be waited for before it is looked at again.

        Raises OutOfTime where it may not be waited for.
        """
        clock, now = self._clock, time.monotonic()
        if now - self._looked >= LOOK_SECONDS / 2:
            self._note_sleep(now)
            self._require(clock, self.cpu_seconds, now - self._began)
        return LOOK_SECONDS

    def end(self, cpu_seconds: float | None = None) -> None:
        """Put what the worker took on the clock, once; `cpu_seconds` is all of it, if known."""
        if self._ended:
            return
        self._ended = True
        taken = self.cpu_seconds if cpu_seconds is None else cpu_seconds - self._cpu_before
        self._clock.spend(taken, self._slept)

    def _note_sleep(self, now: float) -> None:
        cpu = self._meter.cpu_seconds()
        if self._meter.is_asleep():
            # For as long as the grader itself did not get to look, nobody knows who waited.
            passed = min(now - self._looked, 2 * LOOK_SECONDS)
            self._slept += max(0.0, passed - (cpu - self._looked_cpu))
        self._looked, self._looked_cpu = now, cpu

    def _require(self, clock: Clock, cpu: float, wall: float) -> None:
        if cpu > clock.least_seconds and cpu > clock.call(self._one):
            raise OutOfTime(Spent.CPU, clock.least_seconds)
        used = clock.used_seconds + cpu
        if used > clock.total_seconds and used > clock.total(self._together):
            raise OutOfTime(Spent.TOTAL, clock.total_seconds)
        if self._slept > clock.asleep_seconds:
            raise OutOfTime(Spent.ASLEEP, clock.asleep_seconds)
        if wall > clock.wall_seconds and wall > clock.wall_times * clock.call(self._one):
            clock.met_wall = True
            raise OutOfTime(Spent.WALL, clock.wall_seconds)


class Until:
    """Waits until a time of `time.monotonic`, whatever the other end does."""

    def __init__(self, deadline: float) -> None:
        self._deadline = deadline

    def look(self) -> float:
        """Return the seconds that are left; raises WireTimeout where none are."""
        remaining = self._deadline - time.monotonic()
        if remaining <= 0:
            raise WireTimeout
        return remaining


def within(seconds: float) -> Until:
    """Return what waits for some seconds from now."""
    return Until(time.monotonic() + seconds)
