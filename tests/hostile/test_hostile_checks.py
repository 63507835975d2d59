"""Forgeries of what checks ask for by name: nothing is earned, and nobody else loses."""

from pathlib import Path

import pytest
from hostile.checks import course, suite
from some_of_each import one_of

from gradekit.grading.bundle import load_bundle
from gradekit.grading.grader import Grader
from gradekit.model import Outcome
from gradekit.workers.remote.in_test.mirrors.functions import line_of

KINDS = suite.kinds()
FEWEST_OF_A_KIND, FEWEST = 3, 25
TEXT = """\
import functools


def total(xs):
    n = 0


class Adder:
    def add(self, n):
        return n

    @property
    @functools.cache
    def total(self):
        return 1


class Other:
    def add(self, n):
        return -n


async def total(xs):
    return sum(xs)


class Third:
    def total(self):
        return 3
"""


@pytest.fixture(scope="module")
def findings(pytestconfig: pytest.Config) -> list[suite.Finding]:
    """Grade forgeries of each kind as one class."""
    with suite.CheckSuite() as made:
        return made.run({kind: one_of(of, 10, pytestconfig) for kind, of in KINDS.items()})


def test_forgeries_are_told_apart() -> None:
    """Each has a name of its own and says what it tries; of each kind there are several."""
    every = [one for of in KINDS.values() for one in of]
    assert len({one.student for one in every}) == len(every) >= FEWEST
    assert all(one.tries for one in every)
    assert all(len(of) >= FEWEST_OF_A_KIND for of in KINDS.values())
    assert all(one.may_earn <= course.CHECKS.keys() for one in every)


def test_what_is_earned_is_noticed() -> None:
    """Any point counts as success, and so does harm."""
    assert not suite.Finding("x", "k", "w", "", ()).succeeded
    assert suite.Finding("x", "k", "w", "", ("values",)).succeeded
    assert suite.Finding("x", "k", "w", "", (), ("no grade",)).succeeded


@pytest.mark.parametrize("way", suite.WAYS)
def test_an_honest_answer_passes_each_check(tmp_path: Path, way: str) -> None:
    """What checks ask is what plain pytest would let them ask."""
    bundle = load_bundle(course.write_course(tmp_path).assignment(way))
    with Grader(bundle) as grader:
        report = grader.grade(suite.submission("ada", way, bundle, course.SOLUTIONS))
    lost = [one for one in report.results if one.outcome is not Outcome.PASS]
    assert not lost, [(one.check, one.message, one.staff_message) for one in lost]


@pytest.mark.slow
@pytest.mark.parametrize("way", suite.WAYS)
def test_no_forgery_earns_anything(findings: list[suite.Finding], way: str) -> None:
    """They have 0 points in both ways, and the honest hand-ins all of theirs."""
    wrong = [one for one in findings if one.succeeded and one.way == way]
    assert [(one.kind, one.name, one.earned, one.harm) for one in wrong] == []


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("total", TEXT, 23),
        ("Adder.add", TEXT, 9),
        ("Other.add", TEXT, 19),
        ("Adder.total", TEXT, 12),
        ("missing", TEXT, 0),
        ("Missing.add", TEXT, 0),
        ("total", f"{TEXT}\n\ntotal = print\n", 0),
        ("total", f"{TEXT}\n\ntotal == print\n", 23),
        ("total", "", 0),
        ("total.<locals>.inner", TEXT, 0),
    ],
)
def test_a_function_stands_where_its_text_says(name: str, text: str, line: int) -> None:
    """The place is found in the text itself: the last definition that no other name replaces."""
    assert line_of(name, text) == line
