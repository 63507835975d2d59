"""The grader's own processor time for a check: a hand-in's values may make it loop for ever."""

import time
from contextlib import AbstractContextManager

from gradekit.grading.reference import ReferenceClient
from gradekit.workers.client import ProbeClient
from gradekit.workers.thread_limit import ThreadLimit, ThreadTimeUp

# One check may take so many seconds at least, or so many times what it takes for the reference.
LEAST_OWN_SECONDS, OWN_TIMES = 2.0, 4.0
TOO_COSTLY = (
    "to look at the values that were given takes more than the {seconds:g} s of processor time "
    "that this hand-in has"
)


class OwnTime:
    """What a check takes of the grader's own processor time, without new answers of the reference.

    These are for the whole class.
    """

    def __init__(self, reference: ReferenceClient) -> None:
        self._reference, self._limit = reference, ThreadLimit()
        self._before = self._reference_before = 0.0

    def begin(self) -> None:
        """Begin with a check, in the thread that runs it."""
        self._before, self._reference_before = time.thread_time(), self._reference.thread_seconds
        self._limit.has_interrupted = False

    @property
    def seconds(self) -> float:
        """What the check has taken so far, asked in the thread that runs it."""
        return time.thread_time() - self._before - self._references

    def limited(
        self, student: ProbeClient, allowed: float | None = None
    ) -> AbstractContextManager[None]:
        """Interrupt what runs within when it has taken what is left of a hand-in's time.

        With `allowed` it is when it has taken so many seconds.
        """

        def may_take() -> float:
            left = max(LEAST_OWN_SECONDS, student.clock.total_seconds - student.clock.used_seconds)
            return self._before + self._references + (left if allowed is None else allowed)

        return self._limit.interrupting(may_take)

    def end(self, error: BaseException | None) -> tuple[bool, BaseException | None]:
        """Return whether the check was interrupted, and how it ended.

        One that swallows it and goes on has not looked at what it was to look at.
        """
        self._limit.call_off()
        if not self._limit.has_interrupted or isinstance(error, ThreadTimeUp):
            return self._limit.has_interrupted, error
        return True, ThreadTimeUp().with_traceback(error.__traceback__ if error else None)

    def close(self) -> None:
        """End the watching."""
        self._limit.close()

    @property
    def _references(self) -> float:
        return self._reference.thread_seconds - self._reference_before
