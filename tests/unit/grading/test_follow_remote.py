"""A mistake is counted once in checks that ask by remote names, too, however a part ends."""

from collections.abc import Callable, Iterator

import pytest
from follow_course import CHAIN, NO_ANSWER, REMARK, RIGHT_STEP, scores, write_course

from gradekit.course import Course
from gradekit.grading.bundle import load_bundle
from gradekit.grading.grader import Grader, Submission
from gradekit.model import Outcome, Report
from gradekit.workers.client import Clock

CHECKS = '''\
"""The hidden checks."""

import numpy as np
import pytest


@pytest.mark.item("double", of="Doubler.forward")
def test_double(student):
    """Doubler.forward doubles."""
    assert student.lib.thing.Doubler().forward(np.ones(3)).tolist() == [2, 2, 2]


@pytest.mark.item("slope", of="Chain.forward", follows="Doubler.forward")
def test_chain(student):
    """Chain.forward goes through the rows."""
    got = student.lib.thing.Chain().forward(np.ones((2, 2)))
    assert [sum(row) for row in got.tolist()] == [4, 12]


@pytest.mark.item("slope", of="Chain.forward", follows="Doubler.forward")
def test_none(student):
    """Chain.forward raises ValueError for what is no matrix."""
    with pytest.raises((IndexError, ValueError)):
        student.lib.thing.Chain().forward(np.ones(2)[0])
    assert student.lib.thing.Chain().forward(np.ones((1, 2)))[0][1] == 2
'''
# One that sleeps uses up what all checks together may wait.
PARTS = {
    **{part: end for part, end in NO_ANSWER.items() if part != "sleeps"},
    "gives nothing": ("doubled = None", Outcome.CRASH),
    "is wrong": ("doubled = floats(x) * 3.0", Outcome.FAIL),
}
WHOLES = {
    "gives nothing": "        chained = None\n",
    "gives zeros": "        chained = np.zeros(x.shape)\n",
    "raises": "        raise TypeError('a whole of its own')\n",
    "hangs": "        while True: pass\n",
    "uses no part": "        chained = np.cumsum(x, axis=0)\n",
}


@pytest.fixture(scope="module")
def grader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grader]:
    """A warm grader of a course whose checks ask by remote names, with little time each."""
    root = tmp_path_factory.mktemp("follow_remote")
    write_course(root)
    assignment = Course(root).assignment("tiny")
    (assignment.graders / "test_thing.py").write_text(CHECKS)
    (assignment.graders / "probes.py").unlink()
    (assignment.graders / "reference_probes.py").unlink()

    def clock() -> Clock:
        return Clock(1.0, 12.0, 0.5, later_seconds=0.5)

    with Grader(load_bundle(assignment), new_clock=clock) as grader:
        yield grader


@pytest.fixture
def grade(grader: Grader) -> Callable[..., Report]:
    """Grades the reference with texts replaced."""

    def change(*changes: tuple[str, str]) -> Report:
        text = grader.bundle.reference["lib/thing.py"].decode()
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        return grader.grade(Submission("ada", {"lib/thing.py": text.encode()}))

    return change


def test_the_solution_earns_all(grade: Callable[..., Report]) -> None:
    """What is right needs no excuse."""
    report = grade()
    assert scores(report) == [3, 1]
    assert {result.message for result in report.results} == {""}


@pytest.mark.parametrize("part", PARTS)
def test_a_wrong_part_is_counted_once(grade: Callable[..., Report], part: str) -> None:
    """The whole passes with right parts: after an exception, a hang, or an end of the worker."""
    report = grade((RIGHT_STEP, PARTS[part][0]))
    assert report.results_of("double")[0].outcome is not Outcome.PASS
    assert scores(report) == [0, 1]
    assert REMARK in {result.message for result in report.results_of("slope")}


@pytest.mark.slow
@pytest.mark.parametrize("whole", WHOLES)
@pytest.mark.parametrize("part", ["raises", "gives nothing", "is wrong"])
def test_it_excuses_no_whole_that_is_wrong(
    grade: Callable[..., Report], whole: str, part: str
) -> None:
    """A whole that was not written, or does not use the part, earns nothing beside any part."""
    report = grade((RIGHT_STEP, PARTS[part][0]), (CHAIN, WHOLES[whole]))
    assert scores(report)[0] == 0
    assert report.results_of("slope")[0].outcome is not Outcome.PASS
