"""Forgeries of cells, which earn points in other graders: nothing here, and nobody else loses."""

from collections.abc import Iterator

import pytest
from asked_of_nbgrader import AskedOfNbgrader
from cell_notebooks import with_answers
from hostile.cells import course, suite
from hostile.cells.in_nbgrader import IN_NBGRADER
from nbgrader_peer import peer_scores
from some_of_each import one_of

KINDS = suite.kinds()
# A few of each sort: the others were measured once.
TRIED_IN_NBGRADER = (
    *("cells skipped", "compiler", "reference by name", "library as a class", "last value of nan"),
    *("state of zeros", "end of an iteration", "equal to all"),
)
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
    assert {one.name for one in every} >= IN_NBGRADER.keys()
    assert all(course.TESTS.keys() >= set(tests) for tests in IN_NBGRADER.values())


def test_what_is_earned_is_noticed() -> None:
    """Any point counts as success, and so does harm."""
    assert not suite.Finding("x", "k", "", {}, ()).succeeded
    assert suite.Finding("x", "k", "", {"test_values": 0.5}, ()).succeeded
    assert suite.Finding("x", "k", "", {}, ("no grade",)).succeeded


@pytest.mark.slow
def test_no_forgery_earns_anything(running: suite.CellSuite, pytestconfig: pytest.Config) -> None:
    """Graded as one class they have 0 points, and the honest hand-ins all of theirs."""
    found = running.run({kind: one_of(of, 12, pytestconfig) for kind, of in KINDS.items()})
    wrong = [one for one in found if one.succeeded]
    assert [(one.kind, one.name, one.earned, one.harm) for one in wrong] == []


def test_nbgrader_gives_forgeries_their_points(asked_of_nbgrader: AskedOfNbgrader) -> None:
    """What is said of nbgrader is so: its own grading gives forgers whole items."""
    source = course.source_notebook()
    blank = with_answers(source, dict.fromkeys(course.SOLUTIONS, course.BLANK))
    chosen = [one for of in KINDS.values() for one in of if one.name in TRIED_IN_NBGRADER]
    answers = {one.student: one.made_from(blank) for one in chosen}
    wanted = {
        one.student: {f"test_{name}": course.TESTS[name][0] for name in IN_NBGRADER[one.name]}
        for one in chosen
    }

    def ask() -> object:
        scores = peer_scores(source, answers, course.DATA)
        return {one: {name: scores[one][name] for name in of} for one, of in wanted.items()}

    asked_of_nbgrader.gives("forgeries", wanted, (source, answers, course.DATA), ask)
