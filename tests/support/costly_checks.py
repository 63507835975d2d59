"""Checks that do as much as a hand-in's value says: those that a clock interrupts, and others."""

import itertools
from collections.abc import Sequence
from dataclasses import replace

import msgspec

from gradekit.batch.local import Task, Ungraded
from gradekit.grading.bundle import GradingBundle
from gradekit.grading.grader import Grader, Submission
from gradekit.model import Report
from gradekit.workers.client import Clock

COSTLY_SECONDS = 3.0
HEAD = '''\
"""Checks as somebody may write them."""

import numpy as np
import pytest


@pytest.fixture
def got(student):
    return student.ask("double", x=np.arange(6.0).reshape(2, 3))["doubled"]


@pytest.fixture
def counted(got):
    for _ in range(int(got[1, 2])):
        pass
    return 1


@pytest.mark.item("double")
def test_it({fixtures}):
    """Something is asked."""
    {body}


@pytest.mark.item("slope")
def test_slope(student):
    """Something else is asked."""
    x = np.ones((2, 2))
    assert student.ask("slope", x=x, dout=x)["dx"].sum() == 8
'''
ANSWER = """\
class Doubler:
    def forward(self, x):
        return {}

    def backward(self, dout):
        return 2 * dout
"""
RIGHT, HUGE = "2 * x", "2 * x + 1e12"
COUNTS = "for _ in range(int(got[1, 2])): pass"
# What checks do with a value that says how often.
INTERRUPTED = {
    "for": COUNTS,
    "while": "n = got[1, 2]\n    while n > 0: n -= 1",
    "swallows exceptions": (
        "n = got[1, 2]\n    while n > 0:\n        try: n -= 1\n        except Exception: pass"
    ),
    "swallows and passes": f"try:\n        {COUNTS}\n    except BaseException: pass",
    "generator": "assert sum(1 for _ in range(int(got[1, 2]))) == 10",
    "finally": f"try:\n        {COUNTS}\n    finally: assert got.sum() == 30",
    "fixture": "assert counted",
    "asks for what is new": (
        "for n in range(int(got[1, 2])): reference.ask('double', x=np.full(1, n))"
    ),
    "asks on": "for _ in range(int(got[1, 2])): reference.ask('double', x=np.ones(1))",
}


def grader_of(bundle: GradingBundle, body: str) -> Grader:
    """Return a grader of the tiny assignment with two checks, of which one is given."""
    fixtures = "student, reference, got" + (", counted" if "counted" in body else "")
    text = HEAD.replace("{fixtures}", fixtures).replace("{body}", body)
    checks = {**bundle.checks, "test_thing.py": text.encode()}
    return Grader(replace(bundle, checks=checks), new_clock=lambda: Clock(2.0, COSTLY_SECONDS))


def grade(grader: Grader, answer: str) -> Report:
    """Grade one answer."""
    return grader.grade(Submission("ada", {"lib/thing.py": ANSWER.format(answer).encode()}))


TOTAL_SECONDS = 2.0
# What checks do with a value that says how often, and what no exception gets out of.
UNINTERRUPTED = {
    "swallows all": (
        "n = got[1, 2]\n    while n > 0:\n        try:\n            n -= 1\n        except: pass"
    ),
    "swallows all in a generator": (
        "def count(n):\n        while n > 0:\n            try:\n                n -= 1\n"
        "            except BaseException: continue\n            yield 1\n"
        "    for _ in count(got[1, 2]):\n        try: pass\n        except: pass"
    ),
    "one call in C": "assert sum(range(int(got[1, 2]))) > 0",
    "a large power": "assert 3 ** int(got[1, 2] / 2000) > 0",
    "a pattern": "import re\n    re.match('(a+)+$', 'a' * min(int(got[1, 2]), 40) + '-')",
    "sleep": "import time\n    time.sleep(min(got[1, 2] / 20, 1e6))",
}


def with_check(bundle: GradingBundle, body: str) -> GradingBundle:
    """Return the tiny assignment's bundle with two checks, of which one is given."""
    text = HEAD.replace("{fixtures}", "student, reference, got").replace("{body}", body)
    grading = msgspec.structs.replace(bundle.spec.grading, total_seconds=TOTAL_SECONDS)
    spec = msgspec.structs.replace(bundle.spec, grading=grading)
    return replace(bundle, spec=spec, checks={**bundle.checks, "test_thing.py": text.encode()})


def tasks(answers: Sequence[str]) -> list[Task]:
    """Return tasks of students a, b, … with some answers."""
    names = itertools.count(ord("a"))
    return [
        Task(Submission(chr(next(names)), {"lib/thing.py": ANSWER.format(answer).encode()}))
        for answer in answers
    ]


def outcomes(report: Report | Ungraded) -> list[str]:
    """Return how the checks of a report ended."""
    assert isinstance(report, Report), report
    return [str(one.outcome) for one in report.results]
