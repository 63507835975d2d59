"""What a hand-in sends is never the grader's fault, and a wrong check is never a hand-in's."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import msgspec
import numpy as np
import pytest

from gradekit.errors import CheckFailed
from gradekit.grading.bundle import GradingBundle
from gradekit.grading.grader import Grader, Submission
from gradekit.model import Outcome, Result
from gradekit.workers.client import StudentValues, UpTo

HEAD = '''\
"""Checks as somebody may write them."""

import numpy as np
import pytest

from gradekit.workers.client import UpTo


@pytest.mark.item("slope")
def test_slope(student):
    """Nothing is asked."""


@pytest.mark.item("double")
def test_it(student, reference):
    """Something is asked."""
    got = student.ask("double", x=np.arange(6.0).reshape(2, 3))
'''
ANSWER = """\
import numpy as np


class Doubler:
    def forward(self, x):
        return {}

    def backward(self, dout):
        return 2 * dout
"""
RIGHT = "2 * x"
# What checks do with values that they do not look at first.
NAIVE = {
    "takes one number": "assert got['doubled'][1, 2] == 10",
    "unpacks a shape": "rows, columns = got['doubled'].shape; assert rows == 2",
    "measures a length": "assert len(got['doubled']) == 2",
    "is about truth": "assert (got['doubled'] == 2 * np.arange(6.0).reshape(2, 3)).all()",
    "multiplies": "assert np.trace(got['doubled'] @ np.ones((3, 2))) == 30",
    "looks at all": "[array] = got.values(); assert array.sum() == 30",
    "counts with it": "assert list(range(12))[int(got['doubled'][1, 2])] == 10",
    "asks on": "assert reference.ask('double', x=got['doubled'])['doubled'].shape == (2, 3)",
    "fails on a text": "assert float(got['doubled'].flat[5]) == 10; ''.join(str(v) for v in got)",
}
# What a hand-in may give in its place.
FORGED = {
    "one number": "np.float64(3)",
    "nothing": "np.zeros(0)",
    "other axes": "np.zeros((3, 2))",
    "many axes": "np.zeros((1,) * 8)",
    "truth": "np.ones((2, 3), bool)",
    "whole numbers": "np.full((2, 3), 10**6)",
    "negative": "np.full((2, 3), -(10.0**6))",
    "huge": "np.full((2, 3), 1.7e308)",
    "not a number": "np.full((2, 3), np.nan)",
    "infinite": "np.full((2, 3), np.inf)",
    "long": "np.zeros((10**6, 3))",
}


@pytest.fixture
def graded(tiny_kit: GradingBundle) -> Callable[..., Result]:
    """Grades an answer with a check whose body is given; returns the check's result."""

    def grade(body: str, answer: str = RIGHT) -> Result:
        checks = {**tiny_kit.checks, "test_thing.py": f"{HEAD}    {body}\n".encode()}
        with Grader(replace(tiny_kit, checks=checks)) as grader:
            modules = {"lib/thing.py": ANSWER.format(answer).encode()}
            report = grader.grade(Submission("ada", modules))
        return report.results_of("double")[0]

    return grade


@contextmanager
def grader_of(bundle: GradingBundle, body: str) -> Iterator[Grader]:
    """Keep a grader of the tiny assignment with one check."""
    checks = {**bundle.checks, "test_thing.py": f"{HEAD}    {body}\n".encode()}
    with Grader(replace(bundle, checks=checks)) as grader:
        yield grader


@pytest.mark.one_in(2)
@pytest.mark.parametrize("name", NAIVE)
def test_no_value_makes_a_check_the_graders_fault(tiny_kit: GradingBundle, name: str) -> None:
    """However a check takes what it asked for, what is wrong with that costs the hand-in alone."""
    ends = {}
    with grader_of(tiny_kit, NAIVE[name]) as grader:
        for kind, answer in {"right": RIGHT, **FORGED}.items():
            modules = {"lib/thing.py": ANSWER.format(answer).encode()}
            report = grader.grade(Submission(kind, modules))
            ends[kind] = str(report.results_of("double")[0].outcome)
    assert ends.pop("right") == "PASS"
    assert set(ends.values()) <= {"FAIL", "PASS"}
    assert not {"one number", "nothing", "other axes", "many axes"} & {
        kind for kind, end in ends.items() if end == "PASS"
    }


@pytest.mark.parametrize("body", ["1 / 0", "got['nothing'].sum()", "reference.ask('none')"])
def test_a_check_that_is_wrong_itself_gives_no_grade(
    graded: Callable[..., Result], body: str
) -> None:
    """What fails for the reference in the hand-in's place is the grader's fault, for everybody."""
    assert graded(body, RIGHT).outcome is Outcome.ERROR
    assert graded(body, "np.zeros(0)").outcome is Outcome.ERROR


def test_staff_read_what_a_check_could_not_take(graded: Callable[..., Result]) -> None:
    """The hand-in's student reads that it was not taken; staff read the exception."""
    body = "assert list(range(12))[int(got['doubled'][1, 2])] == 10"
    found = graded(body, "np.full((2, 3), 1e6)")
    assert found.outcome is Outcome.FAIL
    assert "cannot take the values that were given" in found.message
    assert "IndexError" in found.staff_message


@pytest.mark.parametrize("body", ["raise CheckFailed({})", "assert 0, {}", "int({})"])
def test_halves_of_characters_are_the_hand_ins(graded: Callable[..., Result], body: str) -> None:
    """A text that no file takes, in what a check says, is told with these spelled out."""
    name = "student.lib.thing.Doubler().forward(1)"
    answer = r"2 * x if np.ndim(x) else '\ud800'"
    found = graded(f"from gradekit.errors import CheckFailed; {body.format(name)}", answer)
    assert found.outcome is Outcome.FAIL
    assert msgspec.json.encode(found)


@pytest.mark.parametrize("raised", ["OSError(5, 'EIO')", "MemoryError()"])
def test_what_the_machine_lacks_is_never_a_hand_ins(
    graded: Callable[..., Result], raised: str
) -> None:
    """A disk or a memory that fails while a hand-in is graded gives no grade."""
    is_one = "student.is_one = type(student).__name__ == 'StudentClient'"
    body = f"{is_one}\n    if student.is_one: raise {raised}"
    assert graded(body).outcome is Outcome.ERROR


def test_values_have_the_shapes_that_are_asked_for() -> None:
    """To take an array is a FAIL where it is another's shape or kind, is missing or not finite."""
    wanted = {"a": np.zeros((2, 3)), "n": np.zeros(2, int), "m": np.zeros(1)}
    given = {
        "a": np.zeros((2, 2)),
        "n": np.zeros(2),
        "more": np.zeros(1),
    }
    values = StudentValues(given, None, lambda: wanted)
    for name, why in (("a", "a has too few columns"), ("n", "whole numbers"), ("m", "is missing")):
        with pytest.raises(CheckFailed, match=why):
            values[name]
    assert values["more"].shape == (1,)
    assert values.get("a") is given["a"]
    with pytest.raises(KeyError):
        values["neither gives it"]
    with pytest.raises(CheckFailed):
        values.values()
    with pytest.raises(CheckFailed):
        values.items()


@pytest.mark.parametrize(
    ("array", "why"),
    [
        (np.zeros(()), "has 0 dimensions where 2 are asked for"),
        (np.zeros((11, 3)), "has 11 entries along axis 0, where at most 10 are taken"),
        (np.zeros((4, 2)), "has too few columns"),
        (np.full((4, 3), np.nan), "not finite"),
        (np.zeros((4, 3), bool), "truth values"),
    ],
)
def test_a_length_may_be_the_hand_ins_to_choose(array: np.ndarray, why: str) -> None:
    """A declared axis takes any length up to its bound; all else is as the reference has it."""
    wanted = {"losses": np.zeros((7, 3))}
    shapes = {"losses": (UpTo(10), 3)}
    assert (
        StudentValues({"losses": np.zeros((4, 3))}, None, lambda: wanted, shapes)["losses"].any()
        == 0
    )
    with pytest.raises(CheckFailed, match=why):
        StudentValues({"losses": array}, None, lambda: wanted, shapes)["losses"]
