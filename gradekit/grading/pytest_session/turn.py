"""The turn of one hand-in in a session of checks, and how its checks are run."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from gradekit.checks.carry_forward import MOST_FRESH_WORKERS
from gradekit.errors import GradekitError, GraderError, StudentTimeout
from gradekit.grading.progress import CheckEnd
from gradekit.grading.pytest_session.collection import judge_end
from gradekit.grading.reference.client import ReferenceFails
from gradekit.model import Outcome, Result
from gradekit.workers.client import ProbeClient
from gradekit.workers.deadlines.last_resort import Stopped
from gradekit.workers.deadlines.thread_limit import ThreadTimeUp

DIED = "the process that ran the check died, twice, with nothing else beside it"


@dataclass
class Turn:
    """One hand-in's turn: its client, the results that are kept, and what its checks said by name.

    `fresh_workers` is how many it may still have for being asked with right parts. `own_seconds`
    are the grader's own, of processor time, and `allowed` is how many of them a check may take.
    How a check ended that is not run again is given to `keep`. `stopped` are checks that ended a
    process before, as they were run for a student of this `name`, or for the reference.
    """

    student: ProbeClient
    kept: Mapping[str, Result] = field(default_factory=dict)
    name: str = ""  # of the student
    found: dict[str, Result] = field(default_factory=dict)
    machines: set[str] = field(default_factory=set)  # ERRORs that no value can have led to
    asserted: set[str] = field(default_factory=set)  # ERRORs that a library asserted for a check
    greedy: dict[str, str] = field(default_factory=dict)  # how checks met their limit of memory
    ended: Future[None] = field(default_factory=Future)
    fresh_workers: int = MOST_FRESH_WORKERS
    own_seconds: dict[str, float] = field(default_factory=dict)  # that a check took of the grader
    time_up: set[str] = field(default_factory=set)  # checks that were interrupted
    allowed: dict[str, float] = field(default_factory=dict)  # own seconds, where they are known
    new_seconds: float = 0.0  # that new answers of the reference took, of processor time
    stopped: tuple[Stopped, ...] = ()
    keep: Callable[[CheckEnd], None] | None = None

    def go_on_from(self, ends: Sequence[CheckEnd]) -> None:
        """Take what came of checks in another process."""
        for end in ends:
            name = end.result.check
            self.found[name] = end.result
            if end.is_machines:
                self.machines.add(name)
            if end.is_asserted:
                self.asserted.add(name)
            if end.greedy:
                self.greedy[name] = end.greedy

    def failed_in(self, file: str) -> bool:
        """Whether a check of a file, by its stem, has not passed."""
        results = self.found.values()
        ends = {one.outcome for one in results if one.check.partition("::")[0] == file}
        return ends != {Outcome.PASS}

    def has_lost(self, check: str) -> bool:
        """Whether a check has run, and has not passed."""
        result = self.found.get(check) or self.kept.get(check)
        return result is not None and result.outcome is not Outcome.PASS

    def keep_end(self, check: str, is_settled: bool) -> None:
        """Keep what came of a check; of one that `is_settled` it is decided whose fault it is."""
        if self.keep is None or check not in self.found:
            return
        clock = self.student.clock
        reference_seconds = clock.earlier_reference_seconds
        if clock.used_seconds > clock.total_seconds / 4:  # it is asked only of who takes long
            reference_seconds += self.student.reference_seconds()
        self.keep(
            CheckEnd(
                self.found[check],
                reference_seconds,
                is_settled or check in self.machines,
                check in self.asserted,
                self.greedy.get(check, ""),
            )
        )

    def not_run(self, check: Result) -> Result | None:
        """Return the TIMEOUT of a check where others ended processes until no time was left.

        None is for one that is run.
        """
        if all(one.for_reference for one in self.stopped):
            return None
        try:
            self.student.clock.require_left(self.student.reference_seconds)
        except StudentTimeout as error:
            return replace(check, outcome=Outcome.TIMEOUT, message=str(error))
        return None

    def take_stopped(self, without_end: dict[str, Result], checks: Sequence[Result]) -> None:
        """Keep as ERROR what ended a process for the reference too; nobody's is run again."""
        planned = {check.check: check for check in checks}
        for one in self.stopped:
            if one.for_reference and one.check in planned:
                without_end[one.check] = ended_process(planned[one.check], one)
        self.found.update({n: r for n, r in without_end.items() if n not in self.kept})

    def stops(self, check: str) -> list[Stopped]:
        """Return how a check of this hand-in has ended a process, each time that it did."""
        return [one for one in self.stopped if one.check == check and not one.for_reference]


def ended_process(check: Result, stopped: Stopped) -> Result:
    """Return the ERROR of a check that let nothing interrupt it, or that its process died of."""
    if stopped.died:
        return replace(check, message=judge_end(ThreadTimeUp())[1], staff_message=DIED, trace=DIED)
    place = f" ({stopped.place})" if stopped.place else ""
    told = f"{ThreadTimeUp.__name__}: {ThreadTimeUp()}, and could not be interrupted{place}"
    return replace(check, message=judge_end(ThreadTimeUp())[1], staff_message=told, trace=told)


def may_be_the_submissions(error: BaseException | None) -> bool:
    """Whether a hand-in's values may have led to an exception that is no outcome of a check."""
    if isinstance(error, GradekitError):
        return isinstance(error, ReferenceFails)
    if isinstance(error, ThreadTimeUp):
        return True
    # One without a number is no system's: Python has no source of what a student has made of text.
    is_refused = isinstance(error, MemoryError) or (
        isinstance(error, OSError) and error.errno is not None
    )
    return isinstance(error, Exception | pytest.fail.Exception) and not is_refused


def run_items(items: Sequence[pytest.Item]) -> None:
    """Run checks, one after another."""
    for item, following in with_next(items):
        run_item(item, following)


def run_item(item: pytest.Item, following: pytest.Item | None) -> None:
    """Run a check; nothing that it held is left in memory."""
    item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
    # pytest keeps the last exception here, and with it all that the check's frames hold.
    for name in ("last_type", "last_value", "last_traceback"):
        vars(sys).pop(name, None)


def with_next(items: Sequence[pytest.Item]) -> Iterator[tuple[pytest.Item, pytest.Item | None]]:
    """Yield each check with the next one; the last has none."""
    yield from zip(items, [*items[1:], None], strict=True)


def passes(ask: Callable[[dict[str, ProbeClient]], Any], client: ProbeClient) -> bool:
    """Whether a check passes for a client; GraderError is the grader's own, and is raised."""
    try:
        ask({"student": client})
    except GraderError:
        raise
    except (Exception, pytest.fail.Exception, ThreadTimeUp):  # this is no right whole
        return False
    return True
