"""Warm processes for a pool: none outlives the process that started it, however that ends."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.util import Finalize
from typing import Any, ParamSpec, TypeVar

from gradekit.sandbox.privileges import end_with_parent

Close = Callable[[], None]
P = ParamSpec("P")
T = TypeVar("T")
# Who presses Ctrl-C waits no longer than that.
SECONDS_TO_CLOSE = 1


def warm_processes(jobs: int, begin: Callable[..., Close], *arguments: Any) -> ProcessPoolExecutor:
    """Return an executor whose processes each call `begin` once, and end with this process.

    `begin` returns what is to be called at the end, whichever way it comes.
    """
    context = multiprocessing.get_context("spawn")
    initial = (os.getpid(), begin, *arguments)
    return _Executor(jobs, context, initializer=_start, initargs=initial)


def abandon(executor: ProcessPoolExecutor) -> None:
    """End an executor's processes now, whatever they are at; what they have given stays."""
    executor.shutdown(wait=False, cancel_futures=True)
    for process in multiprocessing.active_children():
        process.terminate()


@contextmanager
def without_ctrl_c() -> Iterator[None]:
    """Start processes within that never hear of Ctrl-C: it is for the command that began them."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Executor(ProcessPoolExecutor):
    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Submit a task; a process that is started for it does not hear of Ctrl-C."""
        with without_ctrl_c():
            return super().submit(fn, *args, **kwargs)


def _start(parent: int, begin: Callable[..., Close], *arguments: Any) -> None:
    end_with_parent(signal.SIGTERM)
    if os.getppid() != parent:  # it has ended meanwhile
        os._exit(1)
    close = begin(*arguments)
    # A pool's processes end without running atexit, but they do run multiprocessing's finalizers.
    Finalize(None, close, exitpriority=1)
    signal.signal(signal.SIGTERM, lambda *_: _end(close))


def _end(close: Close) -> None:
    # An exception would be taken for the task's own, and the process would wait for the next one.
    signal.alarm(SECONDS_TO_CLOSE)
    try:
        close()
    finally:
        os._exit(1)
