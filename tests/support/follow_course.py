"""A tiny course whose second item builds on the first one's function, and answers to it."""

from collections.abc import Callable
from pathlib import Path

from tiny_course import write_tiny_course

from gradekit.grading.bundle import GradingBundle, load_bundle
from gradekit.grading.grader import Grader, Submission
from gradekit.model import Outcome, Report

THING = '''\
"""A layer that doubles, and one that goes through it."""

import numpy as np

from lib.helper import floats


class Doubler:
    """Doubles its input."""

    def forward(self, x):
        """Return twice x, an array of any shape."""
        ### BEGIN SOLUTION
        doubled = floats(x) * 2.0
        ### END SOLUTION
        return doubled


class Chain(Doubler):
    """Doubles rows one after another, each with the one before."""

    def forward(self, x):
        """Return the doubles of x's rows, each with the sum of those before."""
        ### BEGIN SOLUTION
        rows, before = [], np.zeros(x.shape[1])
        for row in x:
            before = Doubler.forward(self, row + before)
            rows.append(before)
        chained = np.array(rows)
        ### END SOLUTION
        return chained
'''
PROBES = '''\
"""What the checks ask of a hand-in."""


def double(x):
    """x of any shape → doubled."""
    from lib.thing import Doubler

    return {"doubled": Doubler().forward(x)}


def chain(x):
    """x (N, D) → chained (N, D)."""
    from lib.thing import Chain

    return {"chained": Chain().forward(x)}
'''
CHECKS = '''\
"""The hidden checks."""

import pytest

from gradekit.checks.inputs import draw
from gradekit.checks.against_reference import expect_like_reference


@pytest.mark.item("double", of="Doubler.forward")
def test_double(student, reference):
    """Doubler.forward doubles."""
    expect_like_reference(student, reference, "double", draw(1, x=(3,)), 1e-9)


@pytest.mark.item("slope", weight=3, of="Chain.forward", follows="Doubler.forward")
def test_chain(student, reference):
    """Chain.forward goes through the rows."""
    expect_like_reference(student, reference, "chain", draw(2, x=(4, 5)), 1e-9)


@pytest.mark.item(
    "slope", of="Chain.forward", follows=("Doubler.forward",), after="test_chain"
)
def test_chain_of_one(student, reference):
    """Chain.forward is right for one row."""
    expect_like_reference(student, reference, "chain", draw(3, x=(1, 2)), 1e-9)
'''
RIGHT_STEP = "doubled = floats(x) * 2.0"
WRONG_STEP = "doubled = floats(x) * 3.0 + 1.0"
CHAIN = (
    "        rows, before = [], np.zeros(x.shape[1])\n"
    "        for row in x:\n"
    "            before = Doubler.forward(self, row + before)\n"
    "            rows.append(before)\n"
    "        chained = np.array(rows)\n"
)
REMARK = "right where Doubler.forward is right: what is wrong there is counted there"
WHOLES = {
    "zeros": "        chained = np.zeros(x.shape)\n",
    "sums": "        chained = x + x.sum()\n",
    "without its parts": CHAIN.replace("Doubler.forward(self, row + before)", "3 * row + 1"),
    "a mistake of its own": CHAIN.replace("row + before)", "row)"),
}
LOOP = "\n        while True: pass"
NO_ANSWER = {
    "hangs": (f"doubled = x{LOOP}", Outcome.TIMEOUT),
    "sleeps": ("import time; time.sleep(1e6); doubled = x", Outcome.TIMEOUT),
    "raises": ("doubled = floats(x)[len(x) + 1]", Outcome.CRASH),
    "ends its process": ("import os; os._exit(0); doubled = x", Outcome.CRASH),
    "takes all memory": ("doubled = np.ones((10**5, 10**6))", Outcome.MEMORY),
    "gives no numbers": ("doubled = np.array([object()])", Outcome.PROTOCOL),
}


def write_course(root: Path) -> GradingBundle:
    """Write a tiny course whose second item goes through the first one's function."""
    assignment = write_tiny_course(root).assignment("tiny")
    (assignment.source / "lib/thing.py").write_text(THING)
    (assignment.graders / "probes.py").write_text(PROBES)
    (assignment.graders / "test_thing.py").write_text(CHECKS)
    return load_bundle(assignment)


def scores(report: Report) -> list[float | None]:
    """Return the points of the part and of the whole."""
    assert not report.has_errors
    return [report.score(item) for item in report.automatic_items]


def grading_changes(grader: Grader) -> Callable[..., Report]:
    """Return what grades the reference with texts replaced, and another text at its end."""

    def grade(*changes: tuple[str, str], end: str = "") -> Report:
        text = grader.bundle.reference["lib/thing.py"].decode()
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        return grader.grade(Submission("ada", {"lib/thing.py": (text + end).encode()}))

    return grade
