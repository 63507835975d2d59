"""A module that cannot be imported, asked for by names: who reads what."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from gradekit.commands.failed_imports import import_fault
from gradekit.grading.bundle import GradingBundle
from gradekit.grading.grader import Grader, Submission
from gradekit.model import Outcome, Report

CHECKS = '''"""The hidden checks, by names."""

import pytest


@pytest.mark.item("double")
def test_doubles(student):
    """Doubler.forward doubles one number."""
    assert student.lib.thing.Doubler().forward(3.5) == 7


@pytest.mark.item("slope")
def test_slope(student):
    """Doubler.backward gives a list's sum."""
    assert sum(student.lib.thing.Doubler().backward([1, 2])) == 6
'''
Grade = Callable[[str], Report]


@pytest.fixture(scope="module")
def grade(tiny_kit: GradingBundle) -> Iterator[Grade]:
    """Grades the solution with a line above it, by checks that ask by names."""
    solved = tiny_kit.reference["lib/thing.py"].decode()
    checks = {"test_names.py": CHECKS.encode()}
    with Grader(replace(tiny_kit, checks=checks)) as grader:
        yield lambda above: grader.grade(
            Submission("ada", {"lib/thing.py": f"{above}\n{solved}".encode()})
        )


@pytest.mark.parametrize(
    ("above", "student", "staff"),
    [
        (
            "from my_tools import mean",
            "ModuleNotFoundError at lib/thing.py, line 1: from my_tools import mean",
            "ModuleNotFoundError: No module named 'my_tools' (lib/thing.py:1)",
        ),
        (
            "text = open('mine.csv').read()",
            "FileNotFoundError at lib/thing.py, line 1: text = open('mine.csv').read()",
            "FileNotFoundError: [Errno 2] No such file or directory: 'mine.csv' (lib/thing.py:1)",
        ),
        (
            "import sys\nsys.exit(3)",
            "SystemExit at lib/thing.py, line 2: sys.exit(3)",
            "SystemExit: 3 (lib/thing.py:2)",
        ),
        ("def f(:", "SyntaxError at lib/thing.py, line 1: def f(:", "SyntaxError: invalid syntax"),
        (
            "import numpy\nnumpy.float",
            "AttributeError at lib/thing.py, line 2: numpy.float",
            "AttributeError: module 'numpy' has no attribute 'float'",
        ),
    ],
)
def test_what_stops_an_import_is_told(above: str, student: str, staff: str, grade: Grade) -> None:
    """The student reads the line of their own, staff the whole exception, with its place."""
    report = grade(above)
    for result in report.results:
        assert result.outcome is Outcome.CRASH
        assert result.message == student
        assert result.staff_message.startswith(staff)
    assert import_fault(report).startswith(staff)


def test_what_a_call_raises_is_told_to_staff(grade: Grade) -> None:
    """Staff read the exception's text and place; the student no more than its type."""
    report = grade("import numpy as np\nnp.multiply = lambda *_: {}['inner']")
    told = {result.check: result for result in report.results}
    ended = told["test_names::test_doubles"]
    assert ended.message == "KeyError was raised"
    assert ended.staff_message.startswith("KeyError: 'inner' (lib/thing.py:2)")
