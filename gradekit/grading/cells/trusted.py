"""The process that test cells run in: a child of the grader's, with limits, for one submission."""

import builtins
import contextlib
import importlib
import os
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from gradekit.assignment.import_stubs import add_notebook_names
from gradekit.grading.cells.running.stand_ins import NOSE
from gradekit.grading.cells.running.work_folder import WorkFolder
from gradekit.grading.progress import EndsSoFar, ProgressLog, read_ended
from gradekit.sandbox import landlock, privileges
from gradekit.sandbox.guard import Exceeded, ReadingLimits, guarded
from gradekit.workers.deadlines.last_resort import LastResort, Running, Stopped, read_record
from gradekit.workers.deadlines.thread_limit import ThreadLimit, ThreadTimeUp
from gradekit.workers.remote.in_test.mirrors.doctests import run_doctests_there
from gradekit.workers.remote.in_test.mirrors.functions import know_students_code

_Found = TypeVar("_Found")

SYSTEM = ("/usr", "/lib", "/lib64", "/bin", "/etc", "/opt", "/proc", "/dev", "/sys/devices")
MOST_CPU_SECONDS = 300  # the last resort; each cell has a limit of its own
MEMORY_BYTES = 4 * 2**30


class CellStopped(Exception):
    """A cell let nothing interrupt it, and has ended the child that it ran in: `stopped` says it.

    The rest can be had in another child, without that cell; what the child has kept in its log is
    read by `ended`.
    """

    def __init__(self, stopped: Stopped, ended: Callable[[Any], EndsSoFar[Any]]) -> None:
        super().__init__(stopped)
        self.stopped, self.ended = stopped, ended


class CellLimits:
    """What each of staff's cells may take in this process.

    `record` is what its parent reads, and so is the file of the `log`. `files` are what tests read.
    """

    def __init__(self, record: Path, log: Path, files: WorkFolder) -> None:
        self.log, self.files = ProgressLog(log), files
        self._last_resort = LastResort(record, MEMORY_BYTES)
        self._limit = ThreadLimit(self._last_resort)

    @contextlib.contextmanager
    def within(self, label: str, may_take: Callable[[], float]) -> Iterator[None]:
        """Raise ThreadTimeUp in what runs within, a cell of this label, when it takes too long.

        `may_take` gives how many seconds it has, and is asked again and again. Where the cell
        swallows that, it is raised at the end.
        """
        self._last_resort.note(Running(check=label))
        self._limit.has_interrupted, began = False, time.thread_time()
        try:
            with self._limit.interrupting(lambda: began + may_take()):
                yield
        finally:
            self._last_resort.note(Running())
            if self._limit.has_interrupted and not isinstance(sys.exception(), ThreadTimeUp):
                raise ThreadTimeUp


def load_for_tests(modules: Iterable[str]) -> None:
    """Import what test cells need in this process, so that no child has to; nothing draws.

    What cannot be imported, or has no such module, is missed by the cells that need it.
    """
    before = os.environ.get("MPLBACKEND")
    os.environ["MPLBACKEND"] = before or "Agg"  # matplotlib looks for it when it is imported
    for name in ("unittest", *modules):  # the stand-in for nose needs it
        with contextlib.suppress(Exception), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            importlib.import_module(name)
    if before is None:  # what this process starts later may draw elsewhere
        del os.environ["MPLBACKEND"]


def in_trusted_child(
    folder: Path, landlock_version: int, work: Callable[[CellLimits], _Found], kind: type[_Found]
) -> _Found:
    """Do some work in a child that reads the machine's programs and `folder`.

    Its working folder has the same files, and goes with it: it writes nowhere else. Returns what
    `work` gave, as data; raises what `guarded` raises, and CellStopped where a cell has ended the
    child.
    """
    limits = ReadingLimits(MOST_CPU_SECONDS, 10.0 * MOST_CPU_SECONDS, MEMORY_BYTES)
    with tempfile.TemporaryDirectory(prefix="gradekit-tests-") as made:
        scratch, record, log = (Path(made) / name for name in ("scratch", "record", "log"))
        work_folder = scratch / "work"
        work_folder.mkdir(parents=True)

        def confined(_: int) -> _Found:
            cell_limits = CellLimits(record, log, WorkFolder(work_folder, folder))
            _be_silent()
            _prepare(folder, scratch, work_folder, landlock_version)
            cell_limits.files.watch()
            return work(cell_limits)

        (outcome,) = guarded([0], confined, kind, limits)
        if isinstance(outcome.error, Exceeded):
            running, stopped = read_record(record)
            if stopped is None and running.check:
                stopped = Stopped(running.check, for_reference=False, died=True)
            if stopped:
                kept = log.read_bytes()
                raise CellStopped(stopped, lambda kind: read_ended(kept, kind))
        return outcome.result()


def _be_silent() -> None:
    """Have nothing that is printed reach the terminal: a hand-in may choose what it is."""
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (1, 2):
        os.dup2(null, descriptor)
    sys.stdout = sys.stderr = os.fdopen(null, "w", encoding="utf-8", errors="replace")


def _prepare(folder: Path, scratch: Path, work_folder: Path, landlock_version: int) -> None:
    os.environ.update(MPLBACKEND="Agg", MPLCONFIGDIR=str(scratch), TMPDIR=str(scratch))
    tempfile.tempdir = str(work_folder.resolve())  # where the student's code finds it as well
    os.chdir(work_folder)
    # Helpers are those of the source: nothing is imported from the working folder.
    sys.path[:] = [str(folder), *(entry for entry in sys.path if Path(entry).is_absolute())]
    sys.dont_write_bytecode = True
    importlib.invalidate_caches()
    add_notebook_names()
    know_students_code()
    run_doctests_there()
    exec(NOSE, {"__name__": "gradekit_stand_ins", "__builtins__": builtins})  # the kit's own
    _confine(folder, scratch, landlock_version)


def _confine(folder: Path, scratch: Path, landlock_version: int) -> None:
    import gradekit

    own = (sys.prefix, sys.base_prefix, *sys.path, str(Path(gradekit.__file__).parent))
    readable = [Path(one) for one in (*SYSTEM, *own) if one and Path(one).exists()]
    places = [landlock.open_place(path) for path in (*readable, folder)]
    places.append(landlock.open_place(Path(os.devnull), landlock.READ_FILE | landlock.WRITE_FILE))
    places.append(landlock.open_place(scratch, landlock.all_rights(landlock_version)))
    privileges.give_up()
    landlock.restrict(places, landlock_version)
