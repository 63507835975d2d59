"""Grades many hand-ins side by side, each in one of a backend's warm processes."""

import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    CancelledError,
    Future,
    ThreadPoolExecutor,
    wait,
)
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from gradekit.batch.grading_process import (
    CheckStopped,
    GradingProcess,
    ProcessDied,
    ProcessEnded,
    Task,
)
from gradekit.errors import GraderError
from gradekit.fault_log import traced
from gradekit.files import is_machines, storage_error
from gradekit.grading.bundle import GradingBundle
from gradekit.grading.grader import MetWallClock
from gradekit.model import Report
from gradekit.workers.deadlines.last_resort import MOST_STOPPED, Stopped
from gradekit.workers.selftest import open_pool

__all__ = ["GradingBackend", "Task", "Ungraded", "grade_all", "grade_one", "local_backend"]

# So many tasks for each process are under way: the next one is there when one is done, and no more
# than these are in memory.
AHEAD = 3
LOOK_SECONDS = 0.2


@dataclass(frozen=True)
class Ungraded:
    """A hand-in that has no report, through no fault of its own: why, and where that came from."""

    student: str
    reason: str
    trace: str = field(default="", compare=False)


@dataclass(frozen=True)
class GradingBackend:
    """Some processes that grade: how they are given a task, and how many they are."""

    submit: Callable[[Task], Future[Report]]
    size: int


def grade_all(
    tasks: Iterable[Task],
    backend: GradingBackend,
    meanwhile: Callable[[], None] = lambda: None,
) -> Iterator[Report | Ungraded]:
    """Yield the report of each task as soon as it is there, in no particular order.

    Tasks are taken as they are needed. `meanwhile` is called a few times a second for as long as
    none comes. A hand-in that was waited for in vain, or whose process ended, is graded again at
    the end, alone: what kept it may have been the others. What had been found of it by then stays.
    """
    waiting: dict[Future[Report], Task] = {}
    again = _Again()
    for task in tasks:
        waiting[backend.submit(again.known_to(task))] = task
        yield from _finished(waiting, AHEAD * backend.size - 1, meanwhile, again)
    yield from _finished(waiting, 0, meanwhile, again)
    while again.tasks:
        task = again.known_to(again.tasks.pop(0))
        waiting[backend.submit(task)] = task
        yield from _finished(waiting, 0, meanwhile, again)


def grade_one(task: Task, grade: Callable[[Task], Report]) -> Report:
    """Return the report of a task, beside which no other is graded; raise why it has none."""
    again = _Again()
    while True:
        try:
            return grade(task)
        except GraderError as error:
            if not again.takes(task, error):
                raise
            task = again.known_to(again.tasks.pop())


class _Again:
    """The tasks that must be graded once more, and the checks that end for nobody."""

    def __init__(self) -> None:
        self.tasks: list[Task] = []
        self._endless = set[Stopped]()

    def known_to(self, task: Task) -> Task:
        """Return a task that knows which checks end for nobody."""
        new = sorted(self._endless.difference(task.stopped), key=lambda one: one.check)
        return replace(task, stopped=(*task.stopped, *new)) if new else task

    def takes(self, task: Task, error: BaseException | None) -> bool:
        """Take what a task is to be graded with once more; whether it is to be."""
        if not isinstance(error, ProcessEnded | MetWallClock):
            return False
        again = replace(task, alone=True)
        if isinstance(error, MetWallClock):
            self.tasks += [again] * (not task.alone)
            return not task.alone
        again = replace(again, progress=error.progress)
        if isinstance(error, CheckStopped) or _died_twice(task, error):
            stopped = _stopped(error)
            again = replace(again, stopped=(*task.stopped, stopped), died=None)
            self._endless |= {stopped} if stopped.for_reference else set()
            takes = len(task.stopped) < MOST_STOPPED
        else:
            running = error.running if isinstance(error, ProcessDied) else None
            again = replace(again, died=running)
            takes = running is not None or not task.alone
        self.tasks += [again] * takes
        return takes


def _died_twice(task: Task, error: BaseException | None) -> bool:
    """Whether a process died during the check that one died of before, with no other beside it.

    Of a hand-in that ended one so each further check is believed the first time.
    """
    if not isinstance(error, ProcessDied) or not error.running or not task.alone:
        return False
    known = any(one.died and not one.for_reference for one in task.stopped)
    return error.running == task.died or (known and not error.running.for_reference)


def _stopped(error: ProcessEnded) -> Stopped:
    if isinstance(error, CheckStopped):
        return error.stopped
    running = error.running if isinstance(error, ProcessDied) else None
    assert running, "it died of no check"
    return Stopped(running.check, running.for_reference, died=True)


def _finished(
    waiting: dict[Future[Report], Task],
    most: int,
    meanwhile: Callable[[], None],
    again: _Again,
) -> Iterator[Report | Ungraded]:
    """Yield what is done, and wait until no more than `most` are waiting.

    What must be graded once more goes into `again`.
    """
    while waiting:
        full = len(waiting) > most
        done, _ = wait(waiting, LOOK_SECONDS if full else 0, FIRST_COMPLETED)
        if not done and not full:
            return
        if not done:
            meanwhile()
        for future in done:
            task = waiting.pop(future)
            if future.cancelled() or not again.takes(task, future.exception()):
                yield _outcome(task.submission.student, future)


@contextmanager
def local_backend(
    bundle: GradingBundle, jobs: int, answers: Path | None = None
) -> Iterator[GradingBackend]:
    """Keep some processes of this machine that grade; they start when there is a task.

    They share the references' answers in a folder, `answers`, if one is given. Where one process
    dies, another takes its place, and only what it was at is lost.
    Raises GraderError, before anything is graded, where the sandbox does not hold here.
    """
    here, processes, tried = threading.local(), list[GradingProcess](), False
    threads = ThreadPoolExecutor(jobs)

    def grade(task: Task) -> Report:
        if not hasattr(here, "process"):
            here.process = GradingProcess(bundle, answers)
            processes.append(here.process)
        process: GradingProcess = here.process
        return process.grade(task)

    def submit(task: Task) -> Future[Report]:
        nonlocal tried
        if not tried:
            open_pool().close()
            tried = True
        return threads.submit(grade, task)

    try:
        yield GradingBackend(submit, jobs)
    except BaseException:
        threads.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.abandon()
        raise
    for process in processes:
        process.close()
    threads.shutdown()


def _outcome(student: str, future: "Future[Report]") -> Report | Ungraded:
    """Return what became of a hand-in; raise StorageError where none would fare better."""
    try:
        return future.result()
    except GraderError as error:
        return Ungraded(student, str(error), traced(error))
    except CancelledError:
        return Ungraded(student, "the cluster gave it up; grade again")
    except Exception as error:  # whatever it is, it is one hand-in's and stops no other
        if is_machines(error):
            raise storage_error(error, error.filename or tempfile.gettempdir()) from error
        return Ungraded(student, f"{type(error).__name__}: {error}", traced(error))
