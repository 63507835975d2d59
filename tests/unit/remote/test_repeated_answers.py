"""What is asked more than once is known again, and so is whether the answer is another one."""

from typing import Any

import numpy as np
import pytest

from gradekit.workers.remote.in_test.answers.repeated import (
    MOST_PARTS,
    MOST_QUESTIONS,
    Repeated,
    frozen,
    question_of,
)

DIFFERENT = [1, True, 1.0, "1", b"1", None, [1], (1,), {1}, {1: 1}, np.float64(1), np.ones(1), 1j]


def test_values_of_other_kinds_are_other_questions() -> None:
    """No two of them are taken for one, and each is itself."""
    assert len({frozen(one) for one in DIFFERENT}) == len(DIFFERENT)
    assert frozen(float("nan")) == frozen(float("nan"))
    assert question_of((1,), {"x": 2}) != question_of((1, 2), {})


def _within_itself() -> list[Any]:
    made: list[Any] = []
    made.append(made)
    return made


@pytest.mark.parametrize(
    "value",
    [list(range(MOST_PARTS)), "x" * 10**5, np.zeros(10**5), object(), [len], _within_itself()],
    ids=["many", "long", "large", "object", "function", "within itself"],
)
def test_what_is_large_or_no_plain_value_is_no_question(value: Any) -> None:
    """It is not looked at, whatever it costs."""
    assert frozen(value) is None
    assert Repeated().answered(frozen(value), 1) == (False, 1)


def test_another_answer_to_the_same_question_is_noticed() -> None:
    """The first one is kept as it was, and is given with each later one."""
    repeated, first = Repeated(), [1, 2]
    assert repeated.answered("f(3)", first) == (False, [1, 2])
    first.append(3)
    assert repeated.answered("f(3)", [1, 2]) == (False, [1, 2])
    assert repeated.answered("f(3)", [9]) == (True, [1, 2])
    assert repeated.answered("f(4)", [9]) == (False, [9])


def test_of_very_many_questions_the_first_are_kept() -> None:
    """A test that asks without end fills no memory."""
    repeated = Repeated()
    for number in range(2 * MOST_QUESTIONS):
        repeated.answered(number, number)
    assert repeated.answered(0, 5) == (True, 0)
    assert repeated.answered(2 * MOST_QUESTIONS - 1, 5) == (False, 5)


def test_a_test_may_take_away_what_copies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests that no student's code copies so replace it for a while; the kit has its own."""
    monkeypatch.delattr("copy.deepcopy")
    asked = Repeated()
    assert [asked.answered("f()", [one]) for one in (1, 1, 2)] == [
        (False, [1]),
        (False, [1]),
        (True, [1]),
    ]
