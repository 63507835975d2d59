"""Forgeries of cells, which earn points in other graders: nothing here, and nobody else loses."""

from collections.abc import Iterator

import pytest
from hostile.cells import course, suite

KINDS = suite.kinds()
FEWEST_OF_A_KIND = 3


@pytest.fixture(scope="module")
def running() -> Iterator[suite.CellSuite]:
    """A released course."""
    with suite.CellSuite() as made:
        yield made


def test_forgeries_are_told_apart() -> None:
    """Each has a name of its own and says what it tries; of each kind there are several."""
    every = [one for of in KINDS.values() for one in of]
    assert len({one.student for one in every}) == len(every)
    assert all(one.tries for one in every)
    assert all(len(of) >= FEWEST_OF_A_KIND for of in KINDS.values())
    tests = {f"test_{name}" for name in course.TESTS}
    assert all(tests.issuperset(one.in_nbgrader) for one in every)


def test_what_is_earned_is_noticed() -> None:
    """Any point counts as success, and so does harm."""
    assert not suite.Finding("x", "k", "", {}, ()).succeeded
    assert suite.Finding("x", "k", "", {"test_values": 0.5}, ()).succeeded
    assert suite.Finding("x", "k", "", {}, ("no grade",)).succeeded


@pytest.mark.slow
def test_no_forgery_earns_anything(running: suite.CellSuite) -> None:
    """All of them, graded as one class, have 0 points, and the honest hand-ins all of theirs."""
    found = running.run(KINDS)
    wrong = [one for one in found if one.succeeded]
    assert [(one.kind, one.name, one.earned, one.harm) for one in wrong] == []
