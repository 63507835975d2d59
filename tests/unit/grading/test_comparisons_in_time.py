"""Comparisons of a student's class are tried as far as there is time: who is slow is told so."""

from collections.abc import Mapping, Sequence

import pytest

from gradekit.grading.cells.compared_objects import (
    FEW_OTHERS,
    TOO_SLOW,
    SolvedComparisons,
    held_with_others,
)
from gradekit.grading.cells.held_ends import for_comparisons
from gradekit.grading.cells.running.cell_end import CellEnd
from gradekit.model import Outcome
from gradekit.workers.deadlines.clock import Clock
from gradekit.workers.remote.in_test.answers.answer_facts import COMPARES_NOTHING, AnswerFacts
from gradekit.workers.remote.in_test.answers.wrong_answers import WrongAt

PLACE = "__eq__* 1:7-1:13"
# The same one three times, the other way, and three others, of which two are unlike.
TELLS = [True, True, True, True, False, True, False]
LATE = CellEnd("t", Outcome.TIMEOUT, text="StudentTimeout: not run: all time is used")


def end_with(compared: Sequence[bool | None]) -> CellEnd:
    """Return how a test ends that passes, and what a comparison gave there."""
    facts = AnswerFacts(asked={PLACE: 1}, compared={PLACE: list(compared)})
    return CellEnd("t", Outcome.PASS, facts=facts)


def held(*runs: CellEnd, is_slow: bool) -> tuple[CellEnd, list[Mapping[str, WrongAt]]]:
    """Return how the test ends at last, if its further runs end so, and what was tried in them."""
    left, tried = [*runs], list[Mapping[str, WrongAt]]()

    def again(wrong: Mapping[str, WrongAt]) -> Sequence[CellEnd]:
        tried.append(wrong)
        return [left.pop(0) if left else LATE]

    solved = SolvedComparisons({"t": end_with(TELLS)}, [])
    (end,) = held_with_others([end_with([])], again, lambda: solved, is_slow=is_slow)
    return end, tried


@pytest.mark.parametrize("is_slow", [False, True], ids=["fast", "slow"])
def test_who_has_no_time_for_a_further_run_reads_that(is_slow: bool) -> None:
    """It is no answer of the class that its time has ended, in the first such run or the next."""
    for runs in ([], [end_with(TELLS)]):
        end, _ = held(*runs, is_slow=is_slow)
        assert (end.outcome, end.text) == (Outcome.TIMEOUT, TOO_SLOW)


def test_who_was_tried_once_keeps_the_points_when_its_time_ends() -> None:
    """What is as right as was seen is no worse for the runs that it had no time for."""
    assert held(*2 * [end_with(TELLS)], is_slow=True)[0].outcome is Outcome.PASS


def test_who_is_slow_compares_few_others_and_none_that_tells_nothing() -> None:
    """Of the others those are tried that the solution tells apart; nobody agrees with these."""
    end, tried = held(*9 * [end_with(TELLS)], is_slow=True)
    assert end.outcome is Outcome.PASS
    assert len(tried) == 6
    assert set(tried[0]["t"].places[PLACE]) == {4, 6}
    assert FEW_OTHERS == 2
    end, _ = held(*9 * [end_with([True] * 7)], is_slow=True)
    assert (end.outcome, end.text) == (Outcome.FAIL, COMPARES_NOTHING)


def test_who_is_slow_has_twice_the_time_to_be_tried() -> None:
    """A notebook of more than a second may take 24 s for it, where others have their 14 s."""
    clock = Clock(total_seconds=14.0)
    for seconds, is_slow, total in ((0.9, False, 14.0), (1.1, True, 24.0)):
        with for_comparisons(clock, seconds) as found:
            assert (found, clock.total_seconds) == (is_slow, total)
    assert clock.total_seconds == 14.0
