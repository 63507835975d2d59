"""pytest's side of a session of checks: each hand-in has its turn, each check's end is a result."""

import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Literal, cast

import pytest

from gradekit.checks.carry_forward import Rules, choices_to_replace, passed, wrong_functions
from gradekit.checks.compare import ValuesDiffer
from gradekit.errors import CheckOutcome
from gradekit.files import may_be_machines
from gradekit.grading.own_time import OWN_TIMES, TOO_COSTLY, OwnTime
from gradekit.grading.pytest_session.check_files import CheckFiles
from gradekit.grading.pytest_session.check_hints import CheckHints
from gradekit.grading.pytest_session.collection import (
    ASSERTED,
    ASSERTIONS,
    CheckCollector,
    described_check,
    forget,
    judge_end,
    place_in,
    traced_from,
)
from gradekit.grading.pytest_session.held_answers import HeldAnswers
from gradekit.grading.pytest_session.turn import (
    Turn,
    ended_process,
    may_be_the_submissions,
    passes,
    run_item,
    run_items,
    with_next,
)
from gradekit.grading.reference.asked import AskedInChecks
from gradekit.grading.reference.client import ReferenceClient
from gradekit.grading.reference.right_parts import RightParts
from gradekit.model import Outcome, Result
from gradekit.text import whole_characters
from gradekit.workers.client import ProbeClient
from gradekit.workers.deadlines.last_resort import RESTART_SECONDS, LastResort, Running, Stopped
from gradekit.workers.deadlines.thread_limit import ThreadTimeUp
from gradekit.workers.remote.in_test.answers.wrong_answers import WrongAt
from gradekit.workers.remote.in_test.confined import StudentClient
from gradekit.workers.remote.in_test.exchange import outcome_of

if TYPE_CHECKING:
    from _pytest.fixtures import SubRequest

MORE_MEMORY = " (memory_mib in assignment.toml)"
UNTAKEN = "the check cannot take the values that were given; the course staff know more"
DEADLY = "the values that were given end the process that looks at them"


class SessionPlugin(CheckCollector):
    """Gives checks their clients, and makes each one's end a result."""

    def __init__(
        self,
        folder: Path,
        reference: ReferenceClient,
        hints: CheckHints,
        right_parts: RightParts | None,
        last_resort: LastResort | None,
    ) -> None:
        super().__init__()
        self._folder, self._reference, self._hints = folder, reference, hints
        self._asked = AskedInChecks(reference)
        self._right_parts = right_parts
        self.turns, self.collected = SimpleQueue[Turn | None](), threading.Event()
        self.broken = False  # a check ended pytest itself
        self._turn: Turn | None = None
        self._reference_seconds = 0.0
        self._fails_the_reference: dict[str, bool] = {}
        self._reference_own_seconds: dict[str, float] = {}
        self._endless, self._without_end = set[str](), dict[str, Result]()  # by nobody; ERRORs
        self._answers, self._files = HeldAnswers(), CheckFiles()
        self._own_time = OwnTime(reference, last_resort)

    @property
    def _now(self) -> Turn:
        assert self._turn is not None, "no hand-in has its turn"
        return self._turn

    @pytest.fixture(name="student")
    def _student_fixture(self) -> ProbeClient:
        student = self._now.student
        if isinstance(student, StudentClient):
            student.begin_check()
        self._hints.begin(student)
        student.staff_message = student.remark = student.unexcused = ""
        student.excused, student.unexcused_outcome = (), Outcome.FAIL
        return student

    @pytest.fixture(name="reference")
    def _reference_fixture(self) -> ProbeClient:
        return self._asked.in_check()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Note what the reference has taken so far: its new answers are for the whole class."""
        self._reference_seconds = self._reference.seconds
        self._answers.facts = None
        of_reference = self._now.student is self._reference
        running = Running(self._now.name, described_check(item).check, of_reference)
        self._own_time.begin(running, self._now.new_seconds)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
    ) -> Generator[None, Any, Any]:
        """Interrupt what a check has made before it, as the check itself."""
        try:
            with self._limited(request.node):
                return (yield)
        except ThreadTimeUp as error:
            # pytest keeps ordinary exceptions so; without one it would not tear the fixture down.
            key = fixturedef.cache_key(cast("SubRequest", request))
            fixturedef.cached_result = (None, key, (error, error.__traceback__))
            raise

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Interrupt a check that takes more of the grader's own seconds than the hand-in has."""
        with self._limited(item), self._files.shared(item):
            return (yield)

    def _limited(self, node: object) -> AbstractContextManager[None]:
        check = described_check(node).check if isinstance(node, pytest.Item) else ""
        return self._own_time.limited(self._now.student, self._now.allowed.get(check))

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Give each hand-in its turn, until there are no more."""
        # Another folder's checks may have the same names, and be collected while these are here.
        forget(self._folder)
        self.collected.set()
        checks = [] if self.problems else list(zip(self.checks, session.items, strict=True))
        while checks and not self.broken and (turn := self.turns.get()):
            self._turn = turn
            try:
                self._asked.begin_turn()
                self._run_checks(turn, checks)
                self._settle_errors(turn, checks)
                self._hints.tell(turn, checks, self._run_for)
            except BaseException:  # such as pytest's exit: the checks left out have no result
                self.broken = True
            finally:
                turn.ended.set_result(None)
        self._own_time.close()
        self._asked.close()
        return True

    def _run_checks(self, turn: Turn, checks: Sequence[tuple[Result, pytest.Item]]) -> None:
        turn.take_stopped(self._without_end, self.checks)
        self._fails_the_reference |= dict.fromkeys(self._without_end, True)
        known = {*turn.kept, *turn.found}
        wanted = [item for check, item in checks if check.check not in known]
        for item, following in with_next(wanted):
            planned = described_check(item)
            if stops := turn.stops(planned.check):
                self._take_stops(turn, planned, item, stops)
            elif not_run := turn.not_run(planned):
                turn.found[planned.check] = not_run
            else:
                run_item(item, following)
                self._hints.note(turn, planned.check, self._answers.facts)
            if planned.check in turn.time_up:
                self._settle_time(turn, planned.check, item)
            else:
                ways = self._fails_reference, self._by_reference
                self._answers.settle(turn, planned.check, item, *ways)
            turn.keep_end(planned.check, planned.check in self._without_end)

    def _take_stops(
        self, turn: Turn, planned: Result, item: pytest.Item, stops: Sequence[Stopped]
    ) -> None:
        """Take what is known of a check that has ended processes; they took the hand-in's time."""
        turn.found[planned.check] = ended_process(planned, stops[-1])
        if not stops[-1].died:
            turn.own_seconds[planned.check] = self._own_time.of_stopped(turn.student.clock)
            turn.time_up.add(planned.check)
        elif self._fails_reference(planned.check, item):
            self._without_end[planned.check] = turn.found[planned.check]
        else:
            turn.student.charge(RESTART_SECONDS)
            turn.found[planned.check] = replace(
                turn.found[planned.check], outcome=Outcome.CRASH, message=DEADLY, trace=""
            )

    def _settle_time(self, turn: Turn, check: str, item: pytest.Item) -> None:
        """Decide whose fault it is that a check was interrupted, before the next one needs time.

        One that does not end for the reference either is wrong itself, and is not run again. Where
        it takes long for the reference as well, the hand-in gets more seconds in proportion.
        """
        if self._fails_reference(check, item):
            if check in self._endless:
                self._without_end[check] = turn.found[check]
            return
        own = OWN_TIMES * self._reference_own_seconds[check]
        stops = len(turn.stops(check))
        again = check not in turn.allowed and stops < 2  # it may need more
        if turn.own_seconds[check] < own and again:
            turn.allowed[check] = own
            turn.time_up.discard(check)
            run_items([item])
        elif stops > 1:  # it had more the second time
            turn.own_seconds[check] = max(own, turn.own_seconds[check])
        if check in turn.time_up:
            turn.student.clock.hung += 1  # the next one that does not end is not waited for so long
            turn.student.charge(turn.own_seconds[check])
            turn.found[check] = replace(
                turn.found[check], outcome=Outcome.TIMEOUT, message=TOO_COSTLY, trace=""
            )

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool | None:
        """Run a check that follows from parts, once more with right ones where it does not pass."""
        rules = self.rules[described_check(pyfuncitem).check]
        if not rules.follows or self._right_parts is None:
            return None
        names = pyfuncitem._fixtureinfo.argnames
        arguments = {name: pyfuncitem.funcargs[name] for name in names}
        try:
            pyfuncitem.obj(**arguments)
        except (Exception, pytest.fail.Exception) as error:
            if not isinstance(error, CheckOutcome) and not may_be_the_submissions(error):
                raise
            student = self._now.student
            found = student.staff_message
            if self._now.has_lost(f"{pyfuncitem.path.stem}::{rules.after}"):  # it counts with that
                raise
            functions = self._right_with(rules, lambda client: pyfuncitem.obj(**arguments | client))
            student.staff_message = found
            if not functions:
                raise
            student.excused = functions
            student.unexcused_outcome, student.unexcused, _ = judge_end(error)
            if student.unexcused_outcome is Outcome.ERROR:  # the values are at fault: see below
                student.unexcused_outcome, student.unexcused = Outcome.FAIL, UNTAKEN
        return True

    def _right_with(
        self, rules: Rules, ask: Callable[[dict[str, ProbeClient]], Any]
    ) -> tuple[str, ...]:
        """Return the functions with which, put in from the reference, a check passes; or none."""
        turn, parts = self._now, self._right_parts
        assert parts is not None, "no parts to put in"
        results = [*turn.kept.values(), *turn.found.values()]
        wrong = wrong_functions(results, self.rules)
        if not wrong.intersection(rules.parts) and passed(rules.parts, results, self.rules):
            return ()  # the mistake is the whole's own
        for functions in choices_to_replace(rules, wrong):
            if turn.fresh_workers <= 0:
                return ()
            turn.fresh_workers -= 1
            with parts.client(turn.student, functions) as client:
                if isinstance(client, StudentClient) and passes(ask, client):
                    self._answers.facts, turn.student.remark = client.facts, client.remark
                    return tuple(dict.fromkeys((*functions, *client.excused)))
        return ()

    def _settle_errors(self, turn: Turn, checks: Sequence[tuple[Result, pytest.Item]]) -> None:
        """Decide whose fault each ERROR is that values may have led to.

        A check that has no result for the reference in the hand-in's place is wrong itself. One
        that has one could not take what this hand-in gave, which is the hand-in's FAIL.
        """
        for check, item in checks:
            found = turn.found.get(check.check)
            if not found or found.outcome is not Outcome.ERROR or check.check in turn.machines:
                continue
            if self._fails_reference(check.check, item):
                continue
            if greedy := turn.greedy.get(check.check):
                ended = replace(found, outcome=Outcome.MEMORY, message=greedy, trace="")
            else:
                told = ASSERTED if check.check in turn.asserted else UNTAKEN
                ended = replace(found, outcome=Outcome.FAIL, message=told)
            turn.found[check.check] = ended

    def _by_reference(self, check: str, item: pytest.Item, wrong: WrongAt | None = None) -> Turn:
        allowed = {check: self._now.student.clock.total_seconds}
        with self._reference.in_the_place_of_a_submission(wrong):
            return self._run_for(self._reference, item, allowed)

    def _run_for(
        self, client: ProbeClient, item: pytest.Item, allowed: dict[str, float] | None = None
    ) -> Turn:
        """Run a check for another client than the hand-in's."""
        turn = self._now
        self._turn = again = Turn(client, name=turn.name, allowed=allowed or {})
        try:
            run_items([item])
        finally:
            self._turn = turn
        return again

    def _fails_reference(self, check: str, item: pytest.Item) -> bool:
        if check not in self._fails_the_reference:
            again = self._by_reference(check, item)
            self._endless |= again.time_up
            self._answers.note_reference(check)
            ended = again.found.get(check)
            seconds = again.own_seconds.get(check, 0.0) + self._own_time.worth_seconds
            self._reference_own_seconds[check] = seconds
            self._fails_the_reference[check] = not ended or ended.outcome is not Outcome.PASS
        return self._fails_the_reference[check]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> Generator[None, Any, Any]:
        """Give the next file of checks a fresh worker where a check of this one did not pass.

        What a wrong function leaves behind in its process costs no points elsewhere. To import a
        hand-in for each file would take longer than most checks do.
        """
        try:
            return (yield)  # what puts back what a check has replaced needs the old one
        finally:
            now, file = self._now, item.path
            if nextitem is None or (nextitem.path != file and now.failed_in(file.stem)):
                self._now.student.renew()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> pytest.TestReport:
        """Make the end of a check, or of a failed set-up of it, a result.

        pytest is told of no more than that it ended so. What its own report would tell of all
        frames nobody reads, and it takes none of an exception that came between two lines.
        """
        error = call.excinfo.value if call.excinfo else None
        if call.when == "call" or error is not None:
            self._keep(item, call, error)
        assert call.when != "collect", "a check runs in three steps"
        outcome: Literal["passed", "failed"] = "passed" if error is None else "failed"
        return pytest.TestReport(item.nodeid, item.location, {}, outcome, None, call.when)

    def _keep(
        self, item: pytest.Item, call: pytest.CallInfo[None], error: BaseException | None
    ) -> None:
        interrupted, error = self._own_time.end(error)
        planned, student = described_check(item), self._now.student
        if isinstance(student, StudentClient):
            self._answers.facts = self._answers.facts or student.facts
            error = error if student.excused else student.swallowed(error)
        seconds = call.duration - (self._reference.seconds - self._reference_seconds)
        in_check = call.excinfo is not None and call.excinfo.traceback[-1].path == item.path
        outcome, message, staff_message = judge_end(error, in_check)
        greedy, trace = self._own_time.told_memory(error) if outcome is Outcome.ERROR else "", ""
        if error is not None and not isinstance(error, CheckOutcome) and not outcome_of(error):
            staff_message = self._told_staff(staff_message, error, greedy)
            trace = traced_from(error, self._folder) if outcome is Outcome.ERROR else ""
        if greedy:
            self._now.greedy[planned.check] = greedy
        elif outcome is Outcome.ERROR and not may_be_the_submissions(error):
            self._now.machines.add(planned.check)
        elif outcome is Outcome.ERROR and isinstance(error, ASSERTIONS):
            self._now.asserted.add(planned.check)
        self._count_seconds(planned.check, interrupted)
        if isinstance(error, ValuesDiffer):
            message = f"{message} {self._hints.explained(error.compared, student)}".rstrip()
        self._now.found[planned.check] = Result(
            planned.item,
            planned.check,
            planned.title,
            outcome,
            whole_characters(message if error else student.remark),
            planned.weight,
            round(seconds, 4),
            whole_characters(staff_message or (student.staff_message if error else "")),
            excused=() if error else student.excused,
            unexcused="" if error else student.unexcused,
            unexcused_outcome=Outcome.FAIL if error else student.unexcused_outcome,
            trace=whole_characters(trace),
            may_be_machines=not greedy and may_be_machines(error),
        )

    def _count_seconds(self, check: str, interrupted: bool) -> None:
        turn, own_time = self._now, self._own_time
        turn.own_seconds[check] = own_time.seconds
        turn.new_seconds += own_time.new_seconds
        if interrupted:
            turn.own_seconds[check] += own_time.new_seconds
            turn.time_up.add(check)
        elif turn.student is not self._reference:
            turn.student.charge(own_time.seconds)

    def _told_staff(self, message: str, error: BaseException, greedy: str) -> str:
        told = f"{message} ({place})" if (place := place_in(error, self._folder)) else message
        return f"{told}; {greedy}{MORE_MEMORY}" if greedy else told
