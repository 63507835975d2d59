"""Measures processor time so that a busy machine does not decide a test."""

import time
from collections.abc import Callable


def least_cpu_seconds(use: Callable[[str], object], text: str, runs: int = 1) -> float:
    """Return the least processor time of some runs on a text.

    A machine that is busy can make one run slow, and does not make the least of several so.
    """
    taken = []
    for _ in range(runs):
        started = time.process_time()
        use(text)
        taken.append(time.process_time() - started)
    return min(taken)
