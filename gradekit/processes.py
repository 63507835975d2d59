"""Processes for a pool that are used again; none outlives the one that started it."""

import contextlib
import multiprocessing
import os
import pickle
import shutil
import signal
import sys
import tempfile
import threading
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import forkserver, resource_tracker
from multiprocessing.context import BaseContext
from multiprocessing.util import Finalize
from pathlib import Path
from types import ModuleType
from typing import Any, ParamSpec, TypeVar

from gradekit.imports import pass_over_slow_imports
from gradekit.sandbox.privileges import end_with_parent

Close = Callable[[], None]
P = ParamSpec("P")
_T = TypeVar("_T")
# Who presses Ctrl-C waits no longer than that.
SECONDS_TO_CLOSE = 1
# A process that others are forked from listens at a socket of about this name, where the path may
# be no longer than that (unix(7)).
SOCKET_NAME = "pymp-12345678/listener-12345678"
MOST_SOCKET_PATH_BYTES = 107


def reusable_processes(
    jobs: int, begin: Callable[..., Close], *arguments: Any, imports: str = ""
) -> "ReusableProcesses":
    """Return an executor whose processes each call `begin` once, and end with this process.

    `begin` returns what is to be called at the end, whichever way it comes. Temporary files of the
    processes are in a folder of this process's, and so are gone when it ends, if they were killed.
    Where `imports` names a module, one process imports it, and each of the pool's is forked from
    there: what takes seconds to import is imported once. That module must let its process end with
    this one. Where the path of temporary files is too long for a socket each process imports it.
    """
    return ReusableProcesses(jobs, begin, arguments, imports)


def abandon(executor: ProcessPoolExecutor) -> None:
    """End an executor's processes now, whatever they are at; what they have given stays."""
    executor.shutdown(wait=False, cancel_futures=True)
    for process in multiprocessing.active_children():
        process.terminate()


@contextlib.contextmanager
def without_ctrl_c() -> Iterator[None]:
    """Within, Ctrl-C waits, and processes that are started never hear of it.

    It is for the command that began them, and amid the making of what is to be removed it would
    leave that behind.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class ReusableProcesses(ProcessPoolExecutor):
    """A pool's processes; what they have in temporary files is in `folder`, as long as it lives."""

    def __init__(
        self, jobs: int, begin: Callable[..., Close], arguments: tuple[Any, ...], imports: str
    ) -> None:
        # Started within, it would end the waiting of Ctrl-C.
        resource_tracker.ensure_running()
        with without_ctrl_c():
            folder = tempfile.mkdtemp(prefix="gradekit-")
            self.folder = Path(folder)
            # At this process's exit the pool's processes have been waited for.
            weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
            # Opened there, when it is settled what is imported.
            initial = (dict(os.environ), folder, pickle.dumps((begin, arguments)))
            context = _context(imports)
            super().__init__(jobs, context, initializer=_start, initargs=initial)
        self._is_forked = context.get_start_method() == "forkserver"

    def prepare(self) -> None:
        """Begin with the imports, where one process does them for all; this takes no time here."""
        if self._is_forked:
            with without_ctrl_c():
                forkserver.ensure_running()

    def submit(self, fn: Callable[P, _T], /, *args: P.args, **kwargs: P.kwargs) -> Future[_T]:
        """Submit a task; a process that is started for it does not hear of Ctrl-C."""
        with without_ctrl_c(), _free_to_start():
            return super().submit(fn, *args, **kwargs)


def _context(imports: str) -> BaseContext:
    socket_path = Path(tempfile.gettempdir()) / SOCKET_NAME
    if not imports or len(os.fsencode(socket_path)) > MOST_SOCKET_PATH_BYTES:
        return multiprocessing.get_context("spawn")
    forkserver.set_forkserver_preload([imports])
    return multiprocessing.get_context("forkserver")


_starting = threading.Lock()


@contextlib.contextmanager
def _free_to_start() -> Iterator[None]:
    """Within, a process may be started whatever this one is.

    Dask's workers are such that multiprocessing lets them have no children; these end with their
    parent all the same. A new process would run the main module of this one as well, which may be
    anybody's script, and needs nothing of it.
    """
    with _starting:
        here, main = multiprocessing.current_process(), sys.modules["__main__"]
        daemon = here.daemon
        try:
            here._config["daemon"] = False  # type: ignore[attr-defined]
            sys.modules["__main__"] = ModuleType("__main__")
            yield
        finally:
            sys.modules["__main__"] = main
            here._config["daemon"] = daemon  # type: ignore[attr-defined]


def _start(environment: dict[str, str], folder: str, task: bytes) -> None:
    end_with_parent(signal.SIGTERM)
    starter = multiprocessing.parent_process()
    if not starter or not starter.is_alive():  # it has ended meanwhile
        os._exit(1)
    # A process that others are forked from keeps what it was when it began.
    os.environ.clear()
    os.environ.update(environment)
    tempfile.tempdir = folder
    pass_over_slow_imports()
    begin, arguments = pickle.loads(task)
    close = begin(*arguments)
    # A pool's processes end without running atexit, but they do run multiprocessing's finalizers.
    Finalize(None, close, exitpriority=1)
    signal.signal(signal.SIGTERM, lambda *_: _end(folder, close))


def _end(folder: str, close: Close) -> None:
    # When a command is killed, the end of each of its threads is a signal of its own.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.alarm(SECONDS_TO_CLOSE)
    # An exception would be taken for the task's own, and the process would wait for the next one.
    try:
        close()
        with contextlib.suppress(OSError):  # others may have files there still
            Path(folder).rmdir()
    finally:
        os._exit(1)
