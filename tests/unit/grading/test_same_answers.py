"""Checks that ask the hand-in and the reference for the same, by names."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from tiny_course import THING, write_tiny_course

from gradekit.checks import expect_alike, vary
from gradekit.errors import CheckFailed
from gradekit.grading.bundle import load_bundle
from gradekit.grading.grader import Grader, Submission

CHECKS = '''\
"""The hidden checks."""

import numpy as np
import pytest

from gradekit.checks import expect_alike, expect_same_answers, vary


def ask(thing, x, y):
    """What is asked: both ways of one layer."""
    layer = thing.Doubler()
    return [layer.forward(x), layer.backward(y)]


def ask_twice(thing, x):
    """A text that is no number."""
    return thing.Doubler().forward(x)


@pytest.mark.item("double", weight=2)
def test_drawn(student, reference):
    """Both ways are right for other inputs."""
    inputs = vary(1, (np.ones((2, 3)), np.ones(3)))
    expect_same_answers(ask, student.lib.thing, reference.lib.thing, inputs)


@pytest.mark.item("slope")
def test_refused(student, reference):
    """What the reference refuses is refused."""
    inputs = [("text",), ("words",), (2.0,)]
    both = student.lib.thing, reference.lib.thing
    expect_same_answers(ask_twice, *both, inputs, raises=[ValueError])
    layer = reference.lib.thing.Doubler()
    expect_alike(student.lib.thing.Doubler().forward(3.0), layer.forward(3.0))
'''
HALF = THING.replace("2.0 * floats(dout)", "2.5 * floats(dout)")
LENIENT = THING.replace("self.meta = floats(x)", "self.meta = floats(0 if x == 'text' else x)")


@pytest.fixture(scope="module")
def grader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grader]:
    """A grader of the tiny assignment with such checks."""
    course: Path = tmp_path_factory.mktemp("course")
    made = write_tiny_course(course)
    (course / "tests/graders/tiny/test_thing.py").write_text(CHECKS)
    with Grader(load_bundle(made.assignment("tiny"))) as grader:
        yield grader


def ends(grader: Grader, text: str) -> dict[str, tuple[str, str]]:
    """Return how each check ended, and what the student reads."""
    report = grader.grade(Submission("one", {"lib/thing.py": text.encode()}))
    return {r.check.partition("::")[2]: (str(r.outcome), r.message) for r in report.results}


def test_only_the_same_answers_pass(grader: Grader) -> None:
    """A right hand-in passes, before and after a wrong one, whose values are not told."""
    assert {one for one, _ in ends(grader, THING).values()} == {"PASS"}
    told = ends(grader, HALF)
    assert told["test_drawn"] == (
        "FAIL",
        "what it gives differs by 2e-01 (at most 1e-09 is allowed)",
    )
    assert ends(grader, LENIENT)["test_refused"] == (
        "FAIL",
        "raises nothing where ValueError is asked for",
    )
    assert {one for one, _ in ends(grader, THING).values()} == {"PASS"}


def test_what_the_reference_raises_is_no_crash(tmp_path: Path) -> None:
    """A check in which only the reference fails is wrong itself, and says what is."""
    made = write_tiny_course(tmp_path)
    asked = 'reference.lib.thing.Doubler().forward("text")'
    text = CHECKS.replace("    layer = reference.lib.thing.Doubler()", f"    layer = {asked}")
    (tmp_path / "tests/graders/tiny/test_thing.py").write_text(text)
    with Grader(load_bundle(made.assignment("tiny"))) as grader:
        report = grader.grade(Submission("one", {"lib/thing.py": THING.encode()}))
    (wrong,) = [one for one in report.results if one.check.endswith("test_refused")]
    assert (str(wrong.outcome), wrong.staff_message[:11]) == ("ERROR", "ValueError:")


@pytest.mark.parametrize(
    ("got", "want", "told"),
    [
        (2, 2.0, ""),
        (np.float64(0.1 + 0.2), 0.3, ""),
        ([1, "a", None], [1, "a", None], ""),
        (np.array([1.0, np.nan]), np.array([1, np.nan]), ""),
        ({"a": (1, 2)}, {"a": (1, 2)}, ""),
        (float("nan"), float("nan"), ""),
        (1, True, "gives a number where True or False is asked for"),
        (True, 1, "gives True or False where a number is asked for"),
        ((1, 2), [1, 2], "gives a tuple where a list is asked for"),
        ([1], [1, 2], "gives too few items"),
        ({"a": 1}, {"b": 1}, "gives other keys than are right"),
        ("a", "b", "gives another text than is right"),
        (None, "b", "gives None where a text is asked for"),
        (0.0, float("nan"), "gives other values than are right where these are not finite"),
        (float("nan"), 0.0, "what it gives holds values that are not finite"),
        (np.ones(2), np.ones(3), "what it gives has too few entries"),
        ([1.0], np.ones(1), "gives a list where an array is asked for"),
    ],
)
def test_values_are_alike_by_kind_and_value(got: object, want: object, told: str) -> None:
    """What is not alike is told without a value."""
    if not told:
        expect_alike(got, want)
        return
    with pytest.raises(CheckFailed) as raised:
        expect_alike(got, want)
    assert str(raised.value) == told


def test_other_inputs_are_like_the_examples() -> None:
    """Lengths that are the same stay so, what rises still does, and a seed gives the same again."""
    example = ([0.25, 0.75, 4.0], np.ones((3, 2)), "by hand", True, np.array([0.5, 0.5]))
    made = list(islice(vary(3, example), 40))
    assert repr(made) == repr(list(islice(vary(3, example), 40)))
    assert repr(made[0]) == repr(example)
    for numbers, array, text, flag, shares in made[1:]:
        assert numbers == sorted(numbers)
        assert len(array) == max(1, len(numbers))
        assert (type(text), flag) == (str, True)
        assert shares.sum() == pytest.approx(1)
    assert len({len(one[0]) for one in made}) > 3
    assert list(vary(3)) == []
