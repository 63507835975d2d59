"""The grader's own time and memory for a check: a hand-in's values may make it loop for ever.

The reference's time counts as well: such a loop may ask it ever new questions.
"""

import time
from contextlib import AbstractContextManager

from gradekit.grading.reference.client import ReferenceClient
from gradekit.workers.client import Clock, ProbeClient
from gradekit.workers.deadlines.last_resort import RESTART_SECONDS, LastResort, Running
from gradekit.workers.deadlines.thread_limit import FAR_SECONDS, ThreadLimit, ThreadTimeUp

# One check may take so many seconds at least, or so many times what it takes for the reference.
LEAST_OWN_SECONDS, OWN_TIMES = 2.0, 4.0
# A test cell of a hand-in that has used up its time; it may look at what is there already.
LEAST_LEFT_SECONDS = 0.2
REFERENCE_SECONDS = 120.0  # of processor time, for new answers that it needs in a hand-in's place
TOO_COSTLY = (
    "to look at the values that were given takes far more processor time than right ones do"
)
# A check may take as much memory as a worker, and so much at least: a frame of values fits.
LEAST_OWN_MEMORY_BYTES = 2**30
TOO_LARGE = (
    "to look at the values that were given takes more than the {mib} MiB of memory that a check has"
)


def own_memory_bytes(worker_mib: int) -> int:
    """Return what a check may take of memory where a worker has some MiB."""
    return max(LEAST_OWN_MEMORY_BYTES, worker_mib * 2**20)


def _least_own_seconds(clock: Clock) -> float:
    return max(LEAST_OWN_SECONDS, clock.least_seconds)


class OwnTime:
    """What a check takes of the grader's own processor time, and what it asks the reference for.

    What the reference is asked for the first time counts as well, and is charged to nobody: it may
    be for the whole class. `last_resort` is for a process that may be ended.
    """

    def __init__(self, reference: ReferenceClient, last_resort: LastResort | None = None) -> None:
        self._reference, self._last_resort = reference, last_resort
        self._limit = ThreadLimit(last_resort)
        self._before = self._thread_before = self._workers_before = self._earlier = 0.0

    def begin(self, running: Running, earlier_seconds: float) -> None:
        """Begin with a check, in the thread that runs it.

        New answers of the reference took `earlier_seconds` in this hand-in's other checks.
        """
        self._before, self._earlier = time.thread_time(), earlier_seconds
        self._thread_before = self._reference.thread_seconds
        self._workers_before = self._reference.new_cpu_seconds
        self._reference.asked_cpu_seconds.clear()
        self._limit.has_interrupted = False
        if self._last_resort:
            self._last_resort.note(running)

    @property
    def seconds(self) -> float:
        """What the check has taken so far, asked in the thread that runs it."""
        return time.thread_time() - self._before - self._threads

    @property
    def new_seconds(self) -> float:
        """What new answers of the reference have taken since the check began."""
        return self._threads + self._workers

    @property
    def worth_seconds(self) -> float:
        """What all answers of the reference take that the check asked for, new or not."""
        return sum(self._reference.asked_cpu_seconds.values())

    def limited(self, student: ProbeClient, allowed: float | None) -> AbstractContextManager[None]:
        """Interrupt what runs within when it has taken as much as one question may take itself.

        Or, with new answers of the reference, what is left of a hand-in's time; with `allowed` it
        is when it has taken so many seconds. The reference in a hand-in's place gets time of its
        own for new answers.
        """
        free = REFERENCE_SECONDS if student is self._reference else 0.0

        def may_take() -> float:
            clock = student.clock
            left = max(LEAST_OWN_SECONDS, clock.total_seconds - clock.used_seconds - self._earlier)
            counted = max(0.0, self.new_seconds - free)
            own = _least_own_seconds(clock)
            most = min(own, left - counted) if allowed is None else allowed - counted
            return self._before + self._threads + most

        return self._limit.interrupting(may_take)

    @staticmethod
    def of_stopped(clock: Clock) -> float:
        """Return what a check took, at most, that let nothing interrupt it."""
        return _least_own_seconds(clock) + FAR_SECONDS + RESTART_SECONDS

    def end(self, error: BaseException | None) -> tuple[bool, BaseException | None]:
        """Return whether the check was interrupted, and how it ended.

        One that swallows it and goes on has not looked at what it was to look at.
        """
        self._limit.call_off()
        if not self._limit.has_interrupted or isinstance(error, ThreadTimeUp):
            return self._limit.has_interrupted, error
        return True, ThreadTimeUp().with_traceback(error.__traceback__ if error else None)

    def told_memory(self, error: BaseException | None) -> str:
        """Return that an exception came from a check's limit of memory; "" where it did not.

        It may have been the machine that had no more.
        """
        while error is not None and not isinstance(error, MemoryError):
            error = error.__cause__ or error.__context__
        limits = self._last_resort
        if error is None or limits is None or not limits.machine_has_memory():
            return ""
        return TOO_LARGE.format(mib=limits.memory_bytes // 2**20)

    def close(self) -> None:
        """End the watching."""
        self._limit.close()

    @property
    def _threads(self) -> float:
        return self._reference.thread_seconds - self._thread_before

    @property
    def _workers(self) -> float:
        return self._reference.new_cpu_seconds - self._workers_before
