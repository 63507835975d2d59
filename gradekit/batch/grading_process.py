"""A process that grades one hand-in after another, and may be ended by a check at any time.

Its parent learns which check that was, and where it was then. The process is started when it is
first needed, and anew when it has ended; whoever is graded elsewhere meanwhile notices nothing.
"""

import tempfile
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from gradekit.errors import GraderError
from gradekit.files import Files
from gradekit.grading.bundle import GradingBundle
from gradekit.grading.grader import Grader, MetWallClock, Submission
from gradekit.grading.own_time import own_memory_bytes
from gradekit.grading.progress import NO_PROGRESS, Progress, ProgressLog, read_progress
from gradekit.grading.reference.answers_cache import ReferenceAnswers
from gradekit.model import Report, Result
from gradekit.processes import abandon, reusable_processes
from gradekit.workers.deadlines.last_resort import LastResort, Running, Stopped, read_record

_Done = TypeVar("_Done")
# The names of the files in which a process keeps what it runs, and what came of that.
RECORD, PROGRESS = "record", "progress"


@dataclass(frozen=True)
class Task:
    """A hand-in to grade, and earlier results of it: those that are current are kept.

    `alone` says that no other is graded meanwhile; `stopped` are checks that ended a process, and
    `progress` is what had been found by then. `died` is the check during which one died once.
    """

    submission: Submission
    earlier: tuple[Result, ...] = ()
    alone: bool = False
    stopped: tuple[Stopped, ...] = ()
    progress: Progress = NO_PROGRESS
    died: Running | None = None


class ProcessEnded(GraderError):
    """A grading process is gone, and with it no more than the check that it was at.

    `progress` is what it had found.
    """

    def __init__(self, message: str, progress: Progress = NO_PROGRESS) -> None:
        super().__init__(message, progress)
        self.message, self.progress = message, progress

    def __str__(self) -> str:
        """Return the message alone."""
        return self.message


class CheckStopped(ProcessEnded):
    """A check took far more than it may, and its process was ended: grade again without it."""

    def __init__(self, message: str, stopped: Stopped, progress: Progress = NO_PROGRESS) -> None:
        super().__init__(message, progress)
        self.args, self.stopped = (message, stopped, progress), stopped


class ProcessDied(ProcessEnded):
    """A process died of whatever, while it was `running` a check: grade alone."""

    def __init__(
        self, message: str, running: Running | None = None, progress: Progress = NO_PROGRESS
    ) -> None:
        super().__init__(message, progress)
        self.args, self.running = (message, running, progress), running


class GradingProcess:
    """One process that grades, which has a folder, `answers`, or what is `known` of answers."""

    def __init__(
        self, bundle: GradingBundle, answers: Path | None = None, known: Files | None = None
    ) -> None:
        self._given = bundle, answers, known
        self._open()

    def grade(self, task: Task) -> Report:
        """Return the report of a task; raise what `Grader.grade` raises.

        Raises CheckStopped or ProcessDied where the process has ended.
        """
        return self._call(_grade, task)

    def reference_answers(self) -> Files:
        """Return the reference's answers to the questions of all checks, as files by name."""
        return self._call(_reference_answers)

    def close(self) -> None:
        """End the process when it is done."""
        self._executor.shutdown()

    def abandon(self) -> None:
        """End the process now."""
        abandon(self._executor)

    def _open(self) -> None:
        self._executor = reusable_processes(1, _start, *self._given)

    def _call(self, ask: Callable[..., _Done], *arguments: object) -> _Done:
        try:
            future = self._executor.submit(ask, *arguments)
        except BrokenProcessPool:  # it ended while it had nothing to do
            self._open()
            future = self._executor.submit(ask, *arguments)
        try:
            return future.result()
        except BrokenProcessPool as error:
            folder = self._executor.folder
            ended = _why(*read_record(folder / RECORD), read_progress(folder / PROGRESS))
            self._open()
            raise ended from error


def _why(running: Running, stopped: Stopped | None, progress: Progress) -> ProcessEnded:
    if stopped:
        place = f" ({stopped.place})" if stopped.place else ""
        return CheckStopped(
            f"{stopped.check}{place} took far more processor time than there is, and could not be "
            "interrupted",
            stopped,
            progress,
        )
    during = f" during {running.check}" if running.check else ""
    told = f"the grading process died{during}; grade again"
    return ProcessDied(told, running if running.check else None, progress)


_grader: "_ReusableGrader | None" = None


class _ReusableGrader:
    """A grader that is opened when it is first needed, and anew after a fault of its own."""

    def __init__(
        self,
        bundle: GradingBundle,
        answers: ReferenceAnswers,
        last_resort: LastResort,
        log: ProgressLog,
    ) -> None:
        self._bundle, self.answers, self._last_resort = bundle, answers, last_resort
        self._log = log
        self._grader: Grader | None = None

    def grade(self, task: Task) -> Report:
        """Return the report of a task; raise GraderError where nothing could be graded."""
        if self._grader is None:
            self._grader = Grader(
                self._bundle, self.answers, last_resort=self._last_resort, log=self._log
            )
        try:
            return self._grader.grade(
                task.submission,
                task.earlier,
                alone=task.alone,
                stopped=task.stopped,
                progress=task.progress,
            )
        except MetWallClock:
            raise
        except GraderError:
            self.close()
            raise
        finally:
            self._last_resort.note(Running())

    def grade_reference(self) -> None:
        """Have the reference answer the questions of all checks."""
        modules = {name: self._bundle.reference[name] for name in self._bundle.student_files}
        self.grade(Task(Submission("reference", modules)))

    def close(self) -> None:
        """Close the grader, if there is one."""
        grader, self._grader = self._grader, None
        if grader:
            grader.close()


def _start(bundle: GradingBundle, folder: Path | None, known: Files | None) -> Callable[[], None]:
    global _grader
    record, progress = (Path(tempfile.gettempdir()) / name for name in (RECORD, PROGRESS))
    limits = LastResort(record, own_memory_bytes(bundle.spec.grading.memory_mib))
    answers = ReferenceAnswers(folder, known)
    _grader = grader = _ReusableGrader(bundle, answers, limits, ProgressLog(progress))

    def close() -> None:
        grader.close()
        record.unlink(missing_ok=True)
        progress.unlink(missing_ok=True)

    return close


def _grade(task: Task) -> Report:
    assert _grader, "the process was not started by a backend"
    return _grader.grade(task)


def _reference_answers() -> Files:
    assert _grader, "the process was not started by a backend"
    _grader.grade_reference()
    return _grader.answers.files()
