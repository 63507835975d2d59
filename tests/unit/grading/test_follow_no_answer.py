"""A part that gives no answer is a wrong part like others: it counts once, and excuses no more."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from follow_course import (
    CHAIN,
    LOOP,
    NO_ANSWER,
    REMARK,
    RIGHT_STEP,
    WHOLES,
    WRONG_STEP,
    grading_changes,
    scores,
    write_course,
)

from gradekit.checks.carry_forward import Rules, settle_results
from gradekit.grading.grader import Grader
from gradekit.model import Outcome, Report, Result
from gradekit.workers.client import Clock

CALL_SECONDS, LATER_SECONDS = 1.0, 0.5
# For what a start of several workers takes besides.
OTHER_SECONDS = 1.0


@pytest.fixture(scope="module")
def grader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grader]:
    """A warm grader of the course whose whole has a part, with little time for each question."""
    bundle = write_course(tmp_path_factory.mktemp("no_answer"))

    def clock() -> Clock:
        return Clock(CALL_SECONDS, 12.0, 0.5, later_seconds=LATER_SECONDS)

    with Grader(bundle, new_clock=clock) as grader:
        yield grader


@pytest.fixture
def grade(grader: Grader) -> Callable[..., Report]:
    """Grades the reference with texts replaced, and another text at its end."""
    return grading_changes(grader)


@pytest.mark.parametrize("part", NO_ANSWER)
def test_a_part_that_gives_no_answer_is_counted_once(
    grade: Callable[..., Report], part: str
) -> None:
    """The whole is right with right parts, and passes, however its own part ends."""
    text, outcome = NO_ANSWER[part]
    report = grade((RIGHT_STEP, text))
    assert report.results_of("double")[0].outcome is outcome
    assert scores(report) == [0, 1]
    assert {result.message for result in report.results_of("slope")} == {REMARK}


@pytest.mark.one_in(4)
@pytest.mark.parametrize("whole", [*WHOLES, "hangs", "raises"])
@pytest.mark.parametrize("part", NO_ANSWER)
def test_such_a_part_excuses_no_whole_that_is_wrong(
    grade: Callable[..., Report], whole: str, part: str
) -> None:
    """A whole that is wrong with right parts earns nothing, nor does one without an answer."""
    own = {"hangs": f"        pass{LOOP}\n", "raises": "        raise ValueError\n"} | WHOLES
    report = grade((RIGHT_STEP, NO_ANSWER[part][0]), (CHAIN, own[whole]))
    assert scores(report)[1] == 0


@pytest.mark.slow
def test_a_whole_that_has_no_answer_of_its_own_keeps_its_outcome(
    grade: Callable[..., Report],
) -> None:
    """Above right parts nothing is tried again; above wrong ones the first end is what is told."""
    hangs = (CHAIN, f"        pass{LOOP}\n")
    for report in (grade(hangs), grade(hangs, (RIGHT_STEP, WRONG_STEP))):
        assert report.results_of("slope")[0].outcome is Outcome.TIMEOUT
        assert "endless loop" in report.results_of("slope")[0].message


def test_what_hung_with_right_parts_is_not_waited_for_again(grade: Callable[..., Report]) -> None:
    """Both checks of a whole that hangs by itself, above a part that hangs, wait once in all."""
    report = grade((RIGHT_STEP, f"doubled = x{LOOP}"), (CHAIN, f"        pass{LOOP}\n"))
    assert scores(report) == [0, 0]
    assert report.student_cpu_seconds < CALL_SECONDS + LATER_SECONDS + OTHER_SECONDS


def test_a_part_that_has_no_answer_only_within_the_whole_excuses_nothing(
    grade: Callable[..., Report],
) -> None:
    """Where the part passes its own check, nobody else would count it: the first end stands."""
    raises = (
        "import sys; assert sys._getframe(1).f_code.co_name == 'double'; doubled = floats(x) * 2.0"
    )
    report = grade((RIGHT_STEP, raises))
    assert scores(report) == [3, 0]
    assert report.results_of("slope")[0].outcome is Outcome.CRASH


def test_no_word_of_the_worker_with_right_parts_is_told(grade: Callable[..., Report]) -> None:
    """Where the whole raises there, too, what is told is what it raised with its own parts."""
    raises = (
        "        right = Doubler.forward.__globals__\n"
        "        if right['__name__'].startswith('right_parts'):\n"
        "            raise KeyError(open(right['__file__']).read())\n"
        "        raise IndexError(x)\n"
    )
    report = grade((RIGHT_STEP, WRONG_STEP), (CHAIN, raises))
    told = " ".join(f"{r.message} {r.staff_message}" for r in report.results)
    assert "IndexError" in told
    assert "KeyError" not in told


def test_an_excuse_that_does_not_hold_leaves_the_first_end() -> None:
    """A check that was excused for parts which pass after all ends as it had ended before."""
    rules = {"a::part": Rules(of=("part",)), "a::whole": Rules(follows=(("part",),))}
    part = Result("one", "a::part", "Part", Outcome.PASS)
    whole = Result(
        "two",
        "a::whole",
        "Whole",
        Outcome.PASS,
        excused=("part",),
        unexcused="no end",
        unexcused_outcome=Outcome.TIMEOUT,
    )
    found = settle_results([part, whole], rules)[1]
    assert (found.outcome, found.message) == (Outcome.TIMEOUT, "no end")
    failed = replace(part, outcome=Outcome.TIMEOUT)
    assert settle_results([failed, whole], rules)[1].outcome is Outcome.PASS
