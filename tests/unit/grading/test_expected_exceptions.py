"""An exception that a test expects is one that the answer raises, and not one of its absence."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cell_notebooks import cell, notebook, with_answers
from graded_cells import bundle_of, submission

from gradekit.grading.grader import Grader
from gradekit.model import Outcome
from gradekit.workers.remote.in_test.answers.answer_facts import NOT_WRITTEN

POINT = """\
class Point:
    def __init__(self, x):
        self._x = x

    @property
    def x(self):
        return self._x

    def scaled(self, by):
        if by == 0:
            raise NameError('nothing is left')
        return Point(self._x * by)
"""
SOLUTIONS = {
    "point": POINT,
    "root": "def root(x):\n    if x < 0:\n        raise ValueError('less')\n    return x ** 0.5",
    "shape": "class Shape:\n    def area(self):\n        raise NotImplementedError('of a shape')",
    "upto": "def upto(n):\n    if n < 0:\n        raise RuntimeError(n)\n    yield from range(n)",
}
TESTS = {
    "frozen": "import pytest\nwith pytest.raises(AttributeError):\n    Point(3).x = 5",
    "method": "try:\n    Point(3).scaled(0)\n    1 / 0\nexcept (NameError, KeyError):\n    pass",
    "any_error": "import pytest\nwith pytest.raises(Exception):\n    root(-4)",
    "kind": "from nose.tools import assert_raises\nassert_raises(TypeError, Point)",
    "abstract": "import pytest\nwith pytest.raises(NotImplementedError):\n    Shape().area()",
    "stream": "import pytest\nwith pytest.raises(RuntimeError):\n    list(upto(-1))",
    "either": "try:\n    got = root(-4)\nexcept ValueError:\n    got = None\nassert got is None",
    "named": (
        "import pytest\ntry:\n    make = Point\nexcept NameError:\n    make = point\n"
        "with pytest.raises(AttributeError):\n    make(3).x = 5"
    ),
}
SOURCE = notebook(
    "# Exceptions",
    *(cell("solution", text, name) for name, text in SOLUTIONS.items()),
    *(cell("test", text, name, 1) for name, text in TESTS.items()),
)
STUB = "raise NotImplementedError()"
BLANK = dict.fromkeys(SOLUTIONS, STUB)
STUBS = {
    "point": f"class Point:\n    {STUB}",
    "root": f"def root(x):\n    {STUB}",
    "shape": f"class Shape:\n    {STUB}",
    "upto": f"def upto(n):\n    {STUB}",
}
HALF = {"point": "class Point:\n    def __init__(self, x):\n        self.x = x"}
FORGED = {
    "blank": BLANK,
    "stubs": STUBS,
    "deleted": dict.fromkeys(SOLUTIONS, ""),
    "none": {
        "point": "Point = None",
        "root": "root = None",
        "shape": "Shape = 3",
        "upto": "upto = ''",
    },
    "plain": {
        "point": "def Point(x=None):\n    return x",
        "root": "def root(x):\n    raise NotImplementedError",
        "shape": "def Shape():\n    pass",
        "upto": "def upto(n):\n    return n",
    },
    "objects": dict.fromkeys(
        SOLUTIONS, "class A: pass\n\nPoint = root = Shape = upto = point = A()"
    ),
}
HONEST = {
    "otherwise": {
        "point": (
            "from dataclasses import dataclass\n\n@dataclass(frozen=True)\nclass Point:\n"
            "    x: float\n\n    def scaled(self, by):\n        if not by:\n"
            "            raise NameError\n        return self.x * by"
        ),
        "root": "import math\ndef root(x):\n    return math.sqrt(x)",
        "shape": "class Shape:\n    def area(self, *by):\n        raise NotImplementedError",
        "upto": "def upto(n):\n    if n < 0: raise RuntimeError('n')\n    return list(range(n))",
    },
    "library": {"root": "from math import sqrt as root"},
    "slots": {"point": POINT.replace("Point:", "Point:\n    __slots__ = ('_x',)")},
    "another name": {"point": POINT.replace("Point", "point")},
}


@pytest.fixture(scope="module")
def earned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Any], dict[str, str]]]:
    """Return what gives the message, "" of what passes, for each item of some answers."""
    root: Path = tmp_path_factory.mktemp("exceptions")
    with Grader(bundle_of(root, SOURCE)) as grader:

        def told(answers: dict[str, str]) -> dict[str, str]:
            report = grader.grade(submission(with_answers(SOURCE, answers)))
            return {
                one.item: "" if one.outcome is Outcome.PASS else one.message
                for one in report.results
            }

        yield told


@pytest.mark.parametrize("answers", FORGED.values(), ids=FORGED)
def test_what_is_not_written_raises_nothing_that_is_expected(
    earned: Callable[[Any], dict[str, str]], answers: dict[str, str]
) -> None:
    """Names that are not there, stubs and what is no function earn nothing."""
    assert [item for item, message in earned(answers).items() if not message] == []


def test_the_student_reads_why(earned: Callable[[Any], dict[str, str]]) -> None:
    """In the place of what the test would say."""
    assert earned(BLANK)["any_error"] == NOT_WRITTEN


@pytest.mark.parametrize("answers", [{}, *HONEST.values()], ids=["right", *HONEST])
def test_who_raises_in_another_way_keeps_the_points(
    earned: Callable[[Any], dict[str, str]], answers: dict[str, str]
) -> None:
    """Another class, Python's own check, a library's function, and a name that tests allow."""
    lost = {item: message for item, message in earned(answers).items() if message}
    by_name = {"frozen", "method", "kind"} if "class point" in answers.get("point", "") else set()
    assert lost.keys() == by_name, lost


def test_who_has_a_class_without_what_it_refuses_loses_only_that(
    earned: Callable[[Any], dict[str, str]],
) -> None:
    """A class that can be changed, and has no such method."""
    lost = {item for item, message in earned(HALF).items() if message}
    assert lost == {"frozen", "method", "named"}
