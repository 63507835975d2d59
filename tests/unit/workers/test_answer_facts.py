"""What is noted of answers: who gives nothing to compare is told from who is right."""

from collections import Counter, deque

import numpy as np
import pandas as pd
import pytest

from gradekit.workers.remote.in_test.answers import answer_facts
from gradekit.workers.remote.in_test.answers.answer_facts import (
    ITEMS,
    NO_ITEMS,
    NO_NUMBER,
    AnswerFacts,
    answers_facts,
)
from gradekit.workers.remote.in_test.answers.answer_labels import labels_of
from gradekit.workers.remote.in_test.answers.wrong_answers import Wrong, made_wrong

NAN = float("nan")
EMPTY = [
    *([], (), {}, set(), frozenset(), "", b"", range(0), deque(), Counter(), [1, []], {"a": ()}),
    *(np.zeros(0), np.zeros((3, 0)), np.empty(0, object), [np.zeros(0)]),
    *(pd.Series(dtype=float), pd.DataFrame(), pd.DataFrame({"a": []}), pd.Index([])),
]
WITHOUT_A_NUMBER = [
    *(NAN, -float("inf"), complex(NAN, 1), [NAN, NAN], np.float32(NAN), np.full(2, NAN)),
    *(pd.Series([NAN, NAN]), pd.DataFrame({"a": [NAN]}), np.array([NAN, None], object)),
]
SOMETHING = [
    *(0, 0.0, True, "a", b"a", [0], (None,), {"": 0}, np.zeros(1), np.array(["a"]), 1e308, -0.0),
    *(
        pd.Series([1.0, NAN]),
        [1.0, NAN],
        np.array([1.0, NAN]),
        pd.Timestamp(0),
        np.datetime64(0, "s"),
    ),
]


def noted(*answers: object, name: str = "f") -> AnswerFacts:
    """Return the facts of some answers to one name."""
    facts = AnswerFacts()
    for answer in answers:
        facts.note(name, answer)
    return facts


def _id(value: object) -> str:
    return f"{type(value).__name__} {value!r}"[:40]


@pytest.mark.parametrize("answer", EMPTY, ids=_id)
def test_an_empty_answer_is_none_where_the_solution_has_items(answer: object) -> None:
    """It passes where the solution's is empty, too, is None or False, and nowhere else."""
    assert noted(answer).problem(noted(3.5)) == NO_ITEMS
    assert noted(answer).problem(noted([1], name="g")) == NO_ITEMS
    assert noted(1, answer).problem(noted([], [1])) == NO_ITEMS
    for right in ([], "", np.zeros(0), [1, []], None, False):
        assert not noted(answer).problem(noted(right))
    assert noted(answer).may_be_nothing("")


@pytest.mark.parametrize("answer", WITHOUT_A_NUMBER, ids=_id)
def test_an_answer_without_a_number_is_none_where_the_solution_has_numbers(answer: object) -> None:
    """It passes where the solution has none that is finite either, or is no number."""
    assert noted(answer).problem(noted(3.5)) == NO_NUMBER
    for right in (NAN, [1.0, NAN], "text", None):
        assert not noted(answer).problem(noted(right))


@pytest.mark.parametrize("answer", SOMETHING, ids=_id)
def test_other_answers_are_something(answer: object) -> None:
    """What holds a finite number, a text or an item is left to the test."""
    for right in (1.0, [1.0], None, "a"):
        assert not noted(answer).problem(noted(right))


def test_one_empty_text_of_several_is_a_record_with_an_empty_field() -> None:
    """Where all texts are empty that an answer holds, there is nothing to be compared."""
    right = noted([{"user": "ada", "level": "INFO"}])
    assert not noted([{"user": "", "level": "INFO"}]).problem(right)
    assert noted([{"user": "", "level": ""}]).problem(right) == NO_ITEMS
    assert noted([{"user": [], "level": "INFO"}]).problem(right) == NO_ITEMS


def test_what_stays_with_the_solution_is_of_a_kind_that_nobody_asks_for() -> None:
    """Where the solution gives an object of its own, a hand-in may have an empty list."""
    right = AnswerFacts({"make": [answer_facts.Fact.OBJECT]})
    assert not noted([], name="make").problem(right)


def test_an_iterator_without_items_is_nothing() -> None:
    """A stream may take the place of a list, but ends at once only where that is empty."""
    facts = AnswerFacts({ITEMS: [answer_facts.Fact.EMPTY]})
    assert facts.problem(noted([1, 2])) == NO_ITEMS
    assert not facts.problem(noted([]))


def test_notes_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of very many answers the last ones are noted together, and none is left out."""
    monkeypatch.setattr(answer_facts, "MOST_NOTED", 5)
    facts, right = AnswerFacts(), AnswerFacts()
    for place in range(20):
        facts.note(f"f{place}", [] if place == 19 else 1)
        right.note(f"f{place}", 1)
    assert sum(map(len, facts.answers.values())) == 6
    assert facts.problem(right) == NO_ITEMS


def test_a_value_that_holds_one_thing_often_is_looked_at_once() -> None:
    """Lists in lists that would be huge if they were written out take no time."""
    value: list[object] = [1.0]
    for _ in range(60):
        value = [value, value]
    assert answers_facts(value) == answer_facts.Fact.FINITE
    assert labels_of(value)
    assert len(made_wrong(value, Wrong.ALL)) == 2


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ({"a": 1, "b": 2}, {"b": 3, "a": 4}, True),
        ({"a": 1}, {"b": 1}, False),
        ([("a", 1)], [("a", 2)], True),
        ([("a", 1)], [("b", 1)], False),
        ({"m": {"x": 1}}, {"m": {"y": 1}}, False),
        (pd.Series([1, 2]), pd.Series([3, 4]), True),
        (pd.Series([1, 2]), pd.Series([1, 2], index=[5, 6]), False),
        (pd.DataFrame({"a": [1]}), pd.DataFrame({"b": [1]}), False),
        ("text", [1, 2], False),
        ("text", "other", False),
        ({1, 2}, {3, 4}, True),
        ({1, 2}, {"a", "b"}, False),
        ([1, 2], (3, 4), True),
        ([1, 2], [3, 4.5], False),
        ([1, 2], [1, 2, 3], False),
        (np.zeros((2, 3)), np.ones((2, 3)), True),
        (2, 3.5, False),
    ],
    ids=range(17),
)
def test_labels_are_keys_indexes_texts_and_sorts_of_items(
    one: object, other: object, is_same: bool
) -> None:
    """Their order in a dict, and all values, are nothing to them."""
    assert (labels_of(one) == labels_of(other)) == is_same


def test_changed_arguments_are_told_by_call_and_place() -> None:
    """Only what the solution leaves as it is counts."""
    facts, right = AnswerFacts(changed={"fit(0)", "fit(1)"}), AnswerFacts(changed={"fit(1)"})
    assert facts.changed_besides(right) == {"fit(0)"}
    assert facts.may_be_nothing("")
    assert not right.changed_besides(facts)


@pytest.mark.parametrize(
    ("answer", "is_short"),
    [
        (np.ones(2, np.float32), True),
        ([1.0, np.ones((1, 2), np.float16)], True),
        (np.float32(1), True),
        (pd.DataFrame({"a": np.ones(2, np.float32)}), True),
        (np.ones(2), False),
        (np.ones(2, np.int32), False),
        (1.0, False),
    ],
)
def test_floats_of_few_bits_are_told_from_those_of_the_solution(
    answer: object, is_short: bool
) -> None:
    """Not where the solution's are so short, too."""
    facts, long, short = AnswerFacts(), AnswerFacts(), AnswerFacts()
    facts.note("f", answer)
    long.note("f", np.ones(2))
    short.note("g", np.ones(2, np.float32))
    assert facts.is_shorter_than(long) == is_short
    assert not facts.is_shorter_than(short)
