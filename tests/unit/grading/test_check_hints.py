"""A check that asserts on names tells the known mistake that gives what the hand-in gives."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from gradekit.grading.bundle import GradingBundle
from gradekit.grading.grader import Grader, Submission
from gradekit.grading.pytest_session.mistaken_solutions import reached_from
from gradekit.model import Outcome, Result
from gradekit.solution.mistakes import read_mistakes

CHECKS = '''"""The hidden checks, by names."""

import numpy as np
import pytest

from gradekit.checks import expect, expect_equal


@pytest.mark.item("double")
def test_asserted(student):
    """Doubler.forward doubles one number."""
    assert student.lib.thing.Doubler().forward(3.5) == 7


@pytest.mark.item("double")
def test_expected(student):
    """Doubler.forward doubles another one."""
    expect(student.lib.thing.Doubler().forward(5) == 10, "five is not doubled")
    expect_equal({"six": student.lib.thing.Doubler().forward(6)}, {"six": np.array(12.0)})


@pytest.mark.item("slope")
def test_whole(student):
    """Doubler.backward gives a list's sum."""
    assert sum(student.lib.thing.Doubler().backward([1, 2])) == 6
'''
LISTED = """
[[mistake]]
in = ["Doubler.forward"]
old = "np.multiply(self.meta, 1.0)"
new = "np.multiply(self.meta, 2.0)"
hint = "It is tripled: how many times does x count?"

[[mistake]]
in = ["Doubler.backward"]
old = "return dx"
new = "return dx.missing"
hint = "never told"

[[mistake]]
in = ["Doubler.backward"]
old = "return dx"
new = "return None"
hint = "Nothing is returned."
"""
Grade = Callable[[str, str], dict[str, Result]]


@pytest.fixture(scope="module")
def grade(tiny_kit: GradingBundle) -> Iterator[Grade]:
    """Grades the solution with one text replaced by another, by checks that ask by names."""
    solved = {"lib/thing.py": tiny_kit.reference["lib/thing.py"].decode()}
    mistakes = read_mistakes(LISTED, "mistakes.toml", solved)
    checks = {"test_names.py": CHECKS.encode()}
    with Grader(replace(tiny_kit, mistakes=mistakes, checks=checks)) as grader:

        def graded(old: str, new: str) -> dict[str, Result]:
            assert old in solved["lib/thing.py"]
            text = solved["lib/thing.py"].replace(old, new).encode()
            report = grader.grade(Submission("ada", {"lib/thing.py": text}))
            return {result.check.partition("::")[2]: result for result in report.results}

        yield graded


def test_an_assert_on_names_tells_the_mistake(grade: Grade) -> None:
    """However it is written, and whatever the check compares with, its maker reads the hint."""
    found = grade("doubled = self.meta + np.multiply(self.meta, 1.0)", "doubled = 3 * self.meta")
    hint = "It is tripled: how many times does x count?"
    assert found["test_asserted"].message == f"what the check asserts does not hold. {hint}"
    assert found["test_expected"].message == f"five is not doubled. {hint}"
    assert found["test_asserted"].outcome is Outcome.FAIL
    assert found["test_whole"].outcome is Outcome.PASS


def test_what_the_check_cannot_take_is_told_too(grade: Grade) -> None:
    """A check that ends with an exception of its own is the hand-in's FAIL, with the hint."""
    found = grade("return dx", "print(dx)")["test_whole"]
    assert found.outcome is Outcome.FAIL
    assert found.message.endswith(". Nothing is returned.")


@pytest.mark.parametrize("new", ["raise NotImplementedError", "doubled = missing", "doubled = 9"])
def test_other_answers_are_told_none(grade: Grade, new: str) -> None:
    """What is not written, or wrong in another way, has its message alone."""
    found = grade("doubled = self.meta + np.multiply(self.meta, 1.0)", new)["test_asserted"]
    assert "tripled" not in found.message
    assert found.outcome in (Outcome.FAIL, Outcome.CRASH)


def test_only_what_names_lead_to_is_looked_at() -> None:
    """A function that another one calls is reached from it, a third is not."""
    module = "TABLE = made()\ndef made(): return 1\ndef a(): return b()\ndef b(): 2\ndef c(): 3\n"
    assert {"a", "b", "made"} <= reached_from(["a"], [module])
    assert "c" not in reached_from(["a"], [module])
