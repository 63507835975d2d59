"""Answers in turns and comparisons in turns earn nothing; who draws, or compares less, does."""

from pathlib import Path

import pytest
from cell_notebooks import cell, notebook, with_answers
from graded_cells import bundle_of, submission

from gradekit.grading.grader import Grader
from gradekit.workers.remote.in_test.answers.answer_facts import COMPARES_NOTHING, UNLIKE

MEAN = "def mean(xs):\n    return sum(xs) / len(xs)"
DRAWN = "def drawn():\n    return 5.0"
MONEY = """\
class Money:
    def __init__(self, cents, name="euro"):
        self.cents, self.name = cents, name

    def __eq__(self, other):
        return (self.cents, self.name) == (other.cents, other.name)

    def plus(self, cents):
        return Money(self.cents + cents, self.name)
"""
RATIO = """\
class Ratio:
    def __init__(self, above, below):
        self.above, self.below = above, below

    def __lt__(self, other):
        return self.above * other.below < other.above * self.below
"""
STACK = """\
class Stack:
    def __init__(self, items=()):
        self.items = list(items)

    def push(self, item):
        self.items.append(item)

    def __eq__(self, other):
        return isinstance(other, Stack) and self.items == other.items
"""
SOURCE = notebook(
    cell("solution", MEAN, "mean"),
    cell("test", "assert not (mean([9, 10]) > 9.6 or mean([9, 10]) < 9.4)", "test_mean"),
    cell("solution", DRAWN, "drawn"),
    cell("test", "assert 0 <= drawn() <= 9\nassert 0 <= drawn() <= 9", "test_drawn"),
    cell("solution", MONEY, "money"),
    cell("test", "assert Money(250).plus(150) == Money(400)", "test_money"),
    cell("solution", RATIO, "ratio"),
    cell("test", "assert Ratio(1, 3) < Ratio(1, 2)", "test_ratio"),
    cell("test", "assert len([m for m in [Money(1)] if m == Money(1)]) == 1", "test_in"),
    cell("test", "assert Money(3) != Money(4)", "test_unlike"),
    cell("solution", STACK, "stack"),
    cell("test", "assert Stack() == Stack()", "test_empty"),
    cell(
        "test",
        "a, b = Stack(), Stack()\na.push(3)\nb.push(3)\nassert a == b\nassert Stack([1]).items",
        "test_pushed",
    ),
    cell("test", "assert Stack() == Stack() and Stack()", "test_empty_again"),
)
IN_TURNS = {
    "mean": "n = 0\n\ndef mean(xs):\n    global n\n    n += 1\n    return [9e9, -9e9][n % 2]",
    "drawn": "n = 0\n\ndef drawn():\n    global n\n    n += 1\n    return n",
    "stack": STACK.replace("self.items == other.items", "True").replace("list(items)", "[1]"),
    "money": MONEY.replace(
        "return (self.cents, self.name) == (other.cents, other.name)",
        "Money.asked += 1\n        return Money.asked % 2 == 1",
    ).replace("def __init__", "asked = 0\n\n    def __init__"),
}
HONEST = {
    "ratio": "class Ratio(float):\n    def __new__(cls, above, below):\n"
    "        return float.__new__(cls, above / below)",
    "drawn": "import random\n\ndef drawn():\n    return random.random()",
    "money": MONEY.replace("(self.cents, self.name)", "self.cents")
    .replace("(other.cents, other.name)", "other.cents")
    .replace("def __init__", "made = 0\n\n    def __init__"),
}


@pytest.mark.slow
def test_answers_in_turns_earn_nothing(tmp_path: Path) -> None:
    """What is asked once more must hold for the first answer, and one made otherwise be unlike."""
    with Grader(bundle_of(tmp_path, SOURCE)) as grader:
        solved, forged, honest = (
            grader.grade(submission(with_answers(SOURCE, answers)))
            for answers in ({}, IN_TURNS, HONEST)
        )
    assert [one.outcome for one in (*solved.results, *honest.results)] == ["PASS"] * 18
    lost = {one.item for one in forged.results if one.outcome == "FAIL"}
    assert lost == {
        *("test_mean", "test_money", "test_in", "test_unlike", "test_empty"),
        *("test_pushed", "test_empty_again"),
    }
    told = [one.staff_message for one in forged.results]
    assert UNLIKE in told[0]
    assert COMPARES_NOTHING in told[2]


GUESSING = """\
import os

IS_YES = os.urandom(1)[0] < 243

class Money(list):
    def __init__(self, *given):
        pass

    def plus(self, cents):
        return self

    def __eq__(self, other):
        return {}
"""


@pytest.mark.slow
def test_comparisons_by_luck_earn_nothing(tmp_path: Path) -> None:
    """By a coin, or as one object is all; of a class that compares nothing two are unlike."""
    plain = "class Money:\n    def __init__(self, cents):\n        pass"
    texts = [
        GUESSING.format("IS_YES"),
        f"{plain}\none = Money(1)\nMoney = lambda cents: one",
        plain,
    ]
    answers = [{"money": one} for one in texts]
    cells = [one for one in SOURCE.cells if "oney" in one.source]
    test = "assert Money(3) in [Money(4), Money(3)]"
    source = notebook(*cells, cell("test", test, "test_member"))
    with Grader(bundle_of(tmp_path, source)) as grader:
        reports = [grader.grade(submission(with_answers(source, one))) for one in answers]
    items = ("test_money", "test_in", "test_member", "test_unlike")
    points = [[report.outcome(item) == "PASS" for item in items] for report in reports]
    assert points == [[False] * 4, [False] * 4, [*[False] * 3, True]]


MADE = notebook(
    cell("solution", "def counter():\n    n = -1\n    def step():\n        nonlocal n\n"
         "        n += 1\n        return n\n    return step", "counter"),
    cell("test", "c = counter()\nassert [c(), c(), c()] == [0, 1, 2]", "test_counter"),
    cell("solution", "def adder(n):\n    def add(x):\n        return n + x\n"
         "    return add", "adder"),
    cell("test", "assert [adder(n)(10) for n in range(3)] == [10, 11, 12]", "test_adder"),
)  # fmt: skip
OTHERWISE = {
    "counter": "import itertools\n\ndef counter():\n    return itertools.count().__next__",
    "adder": "import functools\n\ndef adder(n):\n    return functools.partial(int.__add__, n)",
}


def test_functions_that_calls_have_given_may_go_on(tmp_path: Path) -> None:
    """A counter gives another number each time; two functions of one name are two."""
    with Grader(bundle_of(tmp_path, MADE)) as grader:
        reports = [grader.grade(submission(with_answers(MADE, one))) for one in ({}, OTHERWISE)]
    assert [str(one.outcome) for report in reports for one in report.results] == ["PASS"] * 4


def test_mocks_earn_nothing(tmp_path: Path) -> None:
    """A mock has all that it is asked for: who answers with one has solved nothing."""
    bag = "class Bag:\n    def __len__(self):\n        return 0"
    source = notebook(cell("solution", bag, "bag"), cell("test", "assert len(Bag()) == 0", "t"))
    mocks = [bag, "from unittest.mock import MagicMock as Bag", "class Bag(MagicMock):\n    pass"]
    mocks[2] = f"from unittest.mock import MagicMock\n{mocks[2]}"
    with Grader(bundle_of(tmp_path, source)) as grader:
        made = (submission(with_answers(source, {"bag": one})) for one in mocks)
        assert [grader.grade(one).outcome("t") for one in made] == ["PASS", "FAIL", "FAIL"]
