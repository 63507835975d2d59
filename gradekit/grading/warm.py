"""Warm processes for a pool: none outlives the process that started it, however that ends."""

import multiprocessing
import os
import signal
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.util import Finalize
from typing import Any

from gradekit.sandbox.privileges import end_with_parent

Close = Callable[[], None]
SECONDS_TO_CLOSE = 5


def warm_processes(jobs: int, begin: Callable[..., Close], *arguments: Any) -> ProcessPoolExecutor:
    """Return an executor whose processes each call `begin` once, and end with this process.

    `begin` returns what is to be called at the end, whichever way it comes.
    """
    context = multiprocessing.get_context("spawn")
    initial = (os.getpid(), begin, *arguments)
    return ProcessPoolExecutor(jobs, context, initializer=_start, initargs=initial)


def abandon(executor: ProcessPoolExecutor) -> None:
    """End an executor's processes now, whatever they are at; what they have given stays."""
    executor.shutdown(wait=False, cancel_futures=True)
    for process in multiprocessing.active_children():
        process.terminate()


def _start(parent: int, begin: Callable[..., Close], *arguments: Any) -> None:
    end_with_parent(signal.SIGTERM)
    if os.getppid() != parent:  # it has ended meanwhile
        os._exit(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the command that began this
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
