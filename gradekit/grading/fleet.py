"""Grades many hand-ins side by side, each in one of some warm processes."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass

from gradekit.grading.grade import Grader, Handin
from gradekit.grading.kit import GradingKit
from gradekit.grading.selftest import open_pool
from gradekit.grading.warm import abandon, warm_processes
from gradekit.report import GraderError, Report

_grader: Grader | None = None


@dataclass(frozen=True)
class Ungraded:
    """A hand-in that has no report, through no fault of its own, and why."""

    student: str
    reason: str


def grade_all(kit: GradingKit, handins: Sequence[Handin], jobs: int) -> Iterator[Report | Ungraded]:
    """Yield the report of each hand-in as soon as it is there, in no particular order.

    Raises GraderError, before anything is graded, where the sandbox does not hold here.
    """
    if not handins:
        return
    open_pool().close()
    workers = max(1, min(jobs, len(handins)))
    with warm_processes(workers, _start, kit) as executor:
        futures = {executor.submit(_grade, handin): handin.student for handin in handins}
        try:
            for future in as_completed(futures):
                yield _outcome(futures[future], future)
        except BaseException:
            abandon(executor)
            raise


def _outcome(student: str, future: "Future[Report]") -> Report | Ungraded:
    try:
        return future.result()
    except GraderError as error:
        return Ungraded(student, str(error))
    except BrokenProcessPool:
        return Ungraded(student, "the grading process died; grade again")
    except Exception as error:  # whatever it is, it is one hand-in's and stops no other
        return Ungraded(student, f"{type(error).__name__}: {error}")


def _start(kit: GradingKit) -> Callable[[], None]:
    global _grader
    _grader = Grader(kit)
    return _grader.close


def _grade(handin: Handin) -> Report:
    if _grader is None:
        raise GraderError("the grading process did not start")
    return _grader.grade(handin)
