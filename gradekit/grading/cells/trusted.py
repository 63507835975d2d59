"""The process that test cells run in: a child of the grader's, with limits, for one submission."""

import builtins
import contextlib
import importlib
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import TypeVar

from gradekit.assignment.import_stubs import add_notebook_names
from gradekit.grading.cells.stand_ins import NOSE
from gradekit.sandbox import landlock, privileges
from gradekit.sandbox.guard import ReadingLimits, guarded
from gradekit.workers.thread_limit import ThreadTimeUp

Found = TypeVar("Found")

SYSTEM = ("/usr", "/lib", "/lib64", "/bin", "/etc", "/opt", "/proc", "/dev", "/sys/devices")
MOST_CPU_SECONDS = 300  # the last resort; each cell has a limit of its own
MEMORY_BYTES = 4 * 2**30


def in_trusted_child(
    folder: Path, landlock_version: int, work: Callable[[], Found], kind: type[Found]
) -> Found:
    """Do some work in a child that reads the machine's programs and `folder`, its working folder.

    It writes nowhere but into a folder that goes with it. Returns what `work` gave, as data; raises
    what `guarded` raises.
    """
    limits = ReadingLimits(MOST_CPU_SECONDS, 10.0 * MOST_CPU_SECONDS, MEMORY_BYTES)
    with tempfile.TemporaryDirectory(prefix="gradekit-tests-") as scratch:

        def confined(_: int) -> Found:
            _prepare(folder, Path(scratch), landlock_version)
            return work()

        (outcome,) = guarded([0], confined, kind, limits)
        return outcome.result()


@contextlib.contextmanager
def within_cpu_seconds(seconds: float) -> Iterator[None]:
    """Raise ThreadTimeUp in what runs within when this process has worked for too long."""
    over = False

    def expire(_: int, __: FrameType | None) -> None:
        if not over:
            raise ThreadTimeUp

    before = signal.signal(signal.SIGPROF, expire)
    try:
        # Again each second: the first one may come where an exception is not let through.
        signal.setitimer(signal.ITIMER_PROF, seconds, 1.0)
        yield
    finally:
        over = True
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _prepare(folder: Path, scratch: Path, landlock_version: int) -> None:
    os.environ.update(MPLBACKEND="Agg", MPLCONFIGDIR=str(scratch), TMPDIR=str(scratch))
    tempfile.tempdir = None
    os.chdir(folder)
    sys.path.insert(0, str(folder))
    sys.dont_write_bytecode = True
    importlib.invalidate_caches()
    add_notebook_names()
    exec(NOSE, {"__name__": "gradekit_stand_ins", "__builtins__": builtins})  # the kit's own
    _confine(folder, scratch, landlock_version)


def _confine(folder: Path, scratch: Path, landlock_version: int) -> None:
    import gradekit

    own = (sys.prefix, sys.base_prefix, *sys.path, str(Path(gradekit.__file__).parent))
    readable = [Path(one) for one in (*SYSTEM, *own) if one and Path(one).exists()]
    everything = (1 << 13) - 1
    places = [landlock.open_place(path) for path in (*readable, folder)]
    places.append(landlock.open_place(Path(os.devnull), landlock.READ_FILE | landlock.WRITE_FILE))
    places.append(landlock.open_place(scratch, everything))
    privileges.give_up()
    landlock.restrict(places, landlock_version)
