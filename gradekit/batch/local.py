"""Grades many hand-ins side by side, each in one of a backend's warm processes."""

import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from gradekit.errors import GraderError
from gradekit.fault_log import traced
from gradekit.files import is_machines, storage_error
from gradekit.grading.bundle import GradingBundle
from gradekit.grading.grader import Grader, Handin, MetWallClock
from gradekit.grading.reference_cache import ReferenceAnswers
from gradekit.model import Report, Result
from gradekit.processes import abandon, reusable_processes
from gradekit.workers.selftest import open_pool

# So many tasks for each process are under way: the next one is there when one is done, and no more
# than these are in memory.
AHEAD = 3
LOOK_SECONDS = 0.2


@dataclass(frozen=True)
class Task:
    """A hand-in to grade, and earlier results of it: those that are current are kept.

    `alone` says that no other is graded meanwhile.
    """

    handin: Handin
    earlier: tuple[Result, ...] = ()
    alone: bool = False


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


class ReusableGrader:
    """A grader that is opened when it is first needed, and anew after a fault of its own."""

    def __init__(self, bundle: GradingBundle, answers: ReferenceAnswers | None = None) -> None:
        self.bundle, self._answers = bundle, answers
        self._grader: Grader | None = None

    def grade(self, task: Task) -> Report:
        """Return the report of a task; raise GraderError where nothing could be graded."""
        if self._grader is None:
            self._grader = Grader(self.bundle, self._answers)
        try:
            return self._grader.grade(task.handin, task.earlier, alone=task.alone)
        except MetWallClock:
            raise
        except GraderError:
            self.close()
            raise

    def grade_patiently(self, task: Task) -> Report:
        """Return the report of a task, beside which no other is graded."""
        try:
            return self.grade(task)
        except MetWallClock:
            return self.grade(replace(task, alone=True))

    def close(self) -> None:
        """Close the grader, if there is one."""
        grader, self._grader = self._grader, None
        if grader:
            grader.close()


def grade_all(
    tasks: Iterable[Task | Report],
    backend: GradingBackend,
    meanwhile: Callable[[], None] = lambda: None,
) -> Iterator[Report | Ungraded]:
    """Yield the report of each task as soon as it is there, in no particular order.

    Tasks are taken as they are needed; a report among them is there already. `meanwhile` is called
    a few times a second for as long as none comes. A hand-in that was waited for in vain is graded
    once more at the end, alone: what kept it may have been the others.
    """
    waiting: dict[Future[Report], Task] = {}
    again: list[Task] = []
    for task in tasks:
        if isinstance(task, Report):
            yield task
            continue
        waiting[backend.submit(task)] = task
        yield from _finished(waiting, AHEAD * backend.size - 1, meanwhile, again)
    yield from _finished(waiting, 0, meanwhile, again)
    for task in again:
        waiting[backend.submit(replace(task, alone=True))] = task
        yield from _finished(waiting, 0, meanwhile, [])


def _finished(
    waiting: dict[Future[Report], Task],
    most: int,
    meanwhile: Callable[[], None],
    again: list[Task],
) -> Iterator[Report | Ungraded]:
    """Yield what is done, and wait until no more than `most` are waiting.

    What must be graded once more is put into `again`.
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
            if not future.cancelled() and isinstance(future.exception(), MetWallClock):
                again.append(task)
            else:
                yield _outcome(task.handin.student, future)


@contextmanager
def local_backend(
    bundle: GradingBundle, jobs: int, answers: Path | None = None
) -> Iterator[GradingBackend]:
    """Keep some processes of this machine that grade; they start when there is a task.

    They share the references' answers in a folder, `answers`, if one is given. Where one process
    dies, others take their place, and only what was under way is lost.
    Raises GraderError, before anything is graded, where the sandbox does not hold here.
    """
    with ExitStack() as started:
        executor = started.enter_context(reusable_processes(jobs, _start, bundle, answers))
        tried = False

        def submit(task: Task) -> Future[Report]:
            nonlocal tried, executor
            if not tried:
                open_pool().close()
                tried = True
            try:
                return executor.submit(_grade, task)
            except BrokenProcessPool:
                executor = started.enter_context(reusable_processes(jobs, _start, bundle, answers))
                return executor.submit(_grade, task)

        try:
            yield GradingBackend(submit, jobs)
        except BaseException:
            abandon(executor)
            raise


def _outcome(student: str, future: "Future[Report]") -> Report | Ungraded:
    """Return what became of a hand-in; raise StorageError where none would fare better."""
    try:
        return future.result()
    except GraderError as error:
        return Ungraded(student, str(error), traced(error))
    except BrokenProcessPool:
        return Ungraded(student, "the grading process died; grade again")
    except CancelledError:
        return Ungraded(student, "the cluster gave it up; grade again")
    except Exception as error:  # whatever it is, it is one hand-in's and stops no other
        if is_machines(error):
            raise storage_error(error, error.filename or tempfile.gettempdir()) from error
        return Ungraded(student, f"{type(error).__name__}: {error}", traced(error))


_grader: ReusableGrader | None = None


def _start(bundle: GradingBundle, answers: Path | None) -> Callable[[], None]:
    global _grader
    _grader = ReusableGrader(bundle, ReferenceAnswers(answers))
    return _grader.close


def _grade(task: Task) -> Report:
    assert _grader, "the process was not started by a backend"
    return _grader.grade(task)
