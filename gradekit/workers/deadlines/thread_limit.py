"""Interrupts Python code of this process's own that takes more processor time than it may.

A check is such code, and loops over values that a hand-in sent. The kernel counts the time of its
thread, so it does not matter how busy the machine is.
"""

import contextlib
import ctypes
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from gradekit.workers.deadlines.last_resort import LastResort

LOOK_SECONDS = 0.1  # so often is looked at what the thread has taken
AGAIN_SECONDS = 0.5  # code that swallows the exception gets it once more after so long
# Code that went on for so long beyond what it may take has its process ended, and code that slept
# for so long is as one that took too much.
FAR_SECONDS, ASLEEP_SECONDS = 1.0, 10.0
_here = threading.local()


class ThreadTimeUp(BaseException):
    """Raised into code that took more processor time than it may; `except Exception` lets it by."""

    def __str__(self) -> str:
        """Return what happened."""
        return "took more of the grader's own processor time than there is for a hand-in"


class ThreadLimit:
    """Watches one thread at a time, from another one, which ends with `close`.

    `has_interrupted` says that it did; who begins with other code sets it back. With a
    `last_resort` this process is ended where the thread lets nothing interrupt it, and has so much
    memory meanwhile.
    """

    def __init__(self, last_resort: LastResort | None = None) -> None:
        self._last_resort = last_resort
        self._slept = self._looked_seconds = 0.0
        self._state = Path("/dev/null")
        self._lock, self._wake = threading.Lock(), threading.Event()
        self._may_take: Callable[[], float] | None = None
        self._holders = set[object]()
        self._thread = self._clock = 0
        self._next_seconds = 0.0
        self._watcher: threading.Thread | None = None
        self._closed = self._is_due = False
        self.has_interrupted = False

    @contextmanager
    def interrupting(self, may_take: Callable[[], float]) -> Iterator[None]:
        """Raise ThreadTimeUp in what runs within, in this thread, as soon as it took too much.

        `may_take` gives what `time.thread_time` of this thread may come to, in seconds. Within
        another one it does nothing.
        """
        if self._may_take is not None:
            yield
            return
        try:
            self._begin(may_take)
            yield
        finally:
            self.call_off()

    def call_off(self) -> None:
        """Interrupt nothing from now on, be it on its way already; for the watched thread."""
        done = False
        while not done:
            try:
                if self._last_resort:
                    self._last_resort.free_memory()
                with self._lock:
                    self._may_take = None
                    self._holders.clear()
                    self._is_due = False
                    if self._last_resort:
                        self._last_resort.call_off()
                # What is on its way is raised here, where Python looks next, and not taken back:
                # in Python 3.11 that has its evaluation look for it for ever, and code that is
                # traced no longer ends.
                _let_it_arrive()
                done = True
            except ThreadTimeUp:
                continue

    def close(self) -> None:
        """End the thread that watches."""
        self._closed = True
        self._wake.set()

    def hold(self, holder: object) -> None:
        """Interrupt nothing until `release` is called."""
        with self._lock:
            self._holders.add(holder)

    def release(self, holder: object) -> None:
        """End what `hold` began."""
        with self._lock:
            self._holders.discard(holder)
            self._raise_if_due()  # code that is hardly ever not held

    def _begin(self, may_take: Callable[[], float]) -> None:
        _here.limit = self
        self._thread = threading.get_ident()
        self._clock = time.pthread_getcpuclockid(self._thread)
        self._next_seconds = self._slept = self._looked_seconds = 0.0
        self._state = Path(f"/proc/self/task/{threading.get_native_id()}/stat")
        if self._last_resort:
            self._last_resort.limit_memory()
            self._last_resort.allow(may_take() - time.thread_time() + FAR_SECONDS)
        if self._watcher is None:
            self._watcher = threading.Thread(target=self._watch, daemon=True)
            self._watcher.start()
        self._may_take = may_take
        self._wake.set()

    def _watch(self) -> None:
        while not self._closed:
            if self._may_take is None:
                self._wake.clear()
                if self._may_take is None:
                    self._wake.wait()
            time.sleep(LOOK_SECONDS)
            # The watched code may have taken all memory; it is looked at again.
            with contextlib.suppress(MemoryError), self._lock:
                if self._may_take is not None:
                    self._look(self._may_take())

    def _look(self, most_seconds: float) -> None:
        taken = time.clock_gettime(self._clock)
        if self._last_resort:  # what it may take grows by what others are asked for
            self._last_resort.allow(most_seconds - taken + FAR_SECONDS)
        idle = taken - self._looked_seconds < LOOK_SECONDS / 2
        if idle and not self._holders and self._is_asleep():
            self._slept += LOOK_SECONDS
        self._looked_seconds = taken
        over = max(taken - most_seconds, self._slept - ASLEEP_SECONDS)
        if over > 0 and taken + self._slept > self._next_seconds:
            self.has_interrupted = True
            self._next_seconds = taken + self._slept + AGAIN_SECONDS
            self._is_due = True
            self._raise_if_due()
        if over > FAR_SECONDS and self._last_resort:
            self._last_resort.end()

    def _raise_if_due(self) -> None:
        if self._is_due and not self._holders:
            self._is_due = False
            _raise_in(self._thread, ThreadTimeUp)

    def _is_asleep(self) -> bool:
        return self._state.read_bytes().rpartition(b") ")[2].startswith(b"S")


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Keep what runs within from being interrupted: what it holds would be left by halves."""
    limit: ThreadLimit | None = getattr(_here, "limit", None)
    if limit is None:
        yield
        return
    holder = object()
    try:
        limit.hold(holder)
        yield
    finally:
        limit.release(holder)


def _let_it_arrive() -> None:
    """Do nothing: Python raises what waits for this thread when a function begins."""


def _raise_in(thread: int, kind: type[BaseException]) -> None:
    """Have a thread raise an exception at its next step."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(kind))
