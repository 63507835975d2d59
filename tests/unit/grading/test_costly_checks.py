"""The grader's own seconds for a hand-in are a limit: a check that loops is interrupted."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pytest
from costly_checks import COSTLY_SECONDS, COUNTS, HEAD, HUGE, INTERRUPTED, RIGHT, grade, grader_of

from gradekit.grading.bundle import GradingBundle
from gradekit.grading.grader import Grader
from gradekit.model import Outcome
from gradekit.workers.client import Clock
from gradekit.workers.deadlines.thread_limit import ThreadLimit, ThreadTimeUp, uninterrupted

pytestmark = pytest.mark.one_in(5)


@pytest.mark.one_in(3)
@pytest.mark.slow
@pytest.mark.parametrize("name", INTERRUPTED)
def test_a_loop_as_long_as_a_value_says_is_the_hand_ins_time(
    tiny_kit: GradingBundle, name: str
) -> None:
    """A value that makes a check loop is its hand-in's TIMEOUT, and the next one is graded."""
    with grader_of(tiny_kit, INTERRUPTED[name]) as grader:
        assert grade(grader, RIGHT).results_of("double")[0].outcome is Outcome.PASS
        before = time.process_time()
        [found] = grade(grader, HUGE).results_of("double")
        assert time.process_time() - before < 4 * COSTLY_SECONDS
        honest = grade(grader, RIGHT)
    assert found.outcome is Outcome.TIMEOUT, (found.message, found.staff_message, found.trace)
    assert "far more processor time" in found.message
    assert "test_thing.py, line" in found.staff_message or name == "swallows and passes"
    assert {str(one.outcome) for one in honest.results} == {"PASS"}


@pytest.mark.slow
def test_a_check_takes_no_more_than_one_question_and_the_next_ones_less(
    tiny_kit: GradingBundle,
) -> None:
    """What is left of a hand-in's time is not waited for by one check, nor as much by the next."""
    clocks: list[Clock] = []

    def new_clock() -> Clock:
        clocks.append(Clock(4.0, 60.0, later_seconds=2.5))
        return clocks[-1]

    text = HEAD.replace("{fixtures}", "student, reference, got").replace("{body}", COUNTS)
    checks = {**tiny_kit.checks, "test_thing.py": text.encode(), "test_two.py": text.encode()}
    with Grader(replace(tiny_kit, checks=checks), new_clock=new_clock) as grader:
        report = grade(grader, HUGE)
    assert [str(one.outcome) for one in report.results].count("TIMEOUT") == 2
    assert clocks[-1].hung == 2
    assert 6.0 < clocks[-1].used_seconds < 20.0


@pytest.mark.one_in(2)
@pytest.mark.slow
@pytest.mark.parametrize("body", ["while True: pass", "while True:\n        for _ in got: pass"])
def test_a_check_that_never_ends_is_the_graders_fault(tiny_kit: GradingBundle, body: str) -> None:
    """It is ERROR with its place for everybody, and costs no other check's points."""
    with grader_of(tiny_kit, body) as grader:
        reports = [grade(grader, RIGHT)]
        before = time.process_time()
        reports += [grade(grader, RIGHT), grade(grader, HUGE)]
        assert time.process_time() - before < COSTLY_SECONDS
    for report in reports:
        [found], [other] = report.results_of("double"), report.results_of("slope")
        assert found.outcome is Outcome.ERROR
        assert "test_thing.py, line 2" in found.staff_message
        assert "Traceback" in found.trace
        assert other.outcome is Outcome.PASS


@pytest.mark.slow
def test_a_check_that_takes_long_for_the_reference_may_take_long(tiny_kit: GradingBundle) -> None:
    """What a check takes for everybody is not held against one who has little time left."""
    burn = (
        "import time; until = time.thread_time() + {}\n    while time.thread_time() < until: pass"
    )
    body = "student.charge(2.9)\n    " + burn.format("2.4")
    with grader_of(tiny_kit, f"if hasattr(student, 'charge'): {body}") as grader:
        assert grade(grader, RIGHT).results_of("double")[0].outcome is Outcome.PASS


@pytest.fixture
def limit() -> Iterator[ThreadLimit]:
    """Make a limit, and end it."""
    limit = ThreadLimit()
    yield limit
    limit.close()


def spend(seconds: float) -> None:
    """Take processor time in this thread."""
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


def test_what_is_held_is_not_interrupted(limit: ThreadLimit) -> None:
    """Talk with a worker is finished first, and then the code around it is interrupted."""
    done = []
    most = time.thread_time() + 0.1

    def work() -> None:
        with uninterrupted():
            spend(0.5)
            with uninterrupted():
                done.append(1)
            spend(0.5)
            done.append(2)
        spend(5.0)
        done.append(3)

    with pytest.raises(ThreadTimeUp), limit.interrupting(lambda: most):
        work()
    assert done == [1, 2]


def test_sleep_costs_no_time(limit: ThreadLimit) -> None:
    """What counts is processor time, and no clock on the wall."""
    most = time.thread_time() + 0.1
    with limit.interrupting(lambda: most):
        time.sleep(0.5)
    assert not limit.has_interrupted


def test_nothing_is_interrupted_afterwards(limit: ThreadLimit) -> None:
    """An exception that is on its way when the code ends is called off."""
    for _ in range(10):
        most = time.thread_time() + 0.001
        try:
            with limit.interrupting(partial(float, most)):
                spend(0.11)
        except ThreadTimeUp:
            pass
        spend(0.01)
    assert threading.current_thread() is threading.main_thread()


def test_code_is_traced_as_ever_after_what_was_limited() -> None:
    """A profiler still comes to an end in a process that had a limit: nothing waits for ever."""
    code = """\
import cProfile, time
from gradekit.workers.deadlines.thread_limit import ThreadLimit, ThreadTimeUp
limit = ThreadLimit()
with limit.interrupting(lambda: 9.0):
    pass
try:
    with limit.interrupting(lambda: 0.0):
        while True: pass
except ThreadTimeUp:
    pass
limit.close()
cProfile.Profile().runcall(str)
cProfile.Profile().runcall(lambda: sum(one for one in range(9)))
print("ended")
"""
    command = [sys.executable, "-c", code]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stdout) == (0, "ended\n"), ended.stderr
