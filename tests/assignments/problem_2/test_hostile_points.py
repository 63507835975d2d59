"""Nobody has points for what they did not write, however they go about it."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from assignments.problem_2 import points_suite
from real_assignments import shared_answers

FEWEST_OF_A_KIND = 3


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[points_suite.Suite]:
    """problem_2 and a warm grader."""
    with points_suite.Suite(shared_with=partial(shared_answers, tmp_path_factory)) as made:
        yield made


def test_each_kind_has_several_members() -> None:
    """One attack is an example; several of a kind show that the kind is mended."""
    kinds = [path.parent.name for path in points_suite.ATTACKS]
    assert kinds
    assert all(kinds.count(kind) >= FEWEST_OF_A_KIND for kind in kinds)
    for path in points_suite.ATTACKS:
        assert path.read_text(encoding="utf-8").startswith('"""'), path


def test_points_that_are_not_earned_are_noticed() -> None:
    """What is earned beyond what is allowed counts as success, and so does harm."""
    nothing = points_suite.Finding("x", "k", "", {"a": 1.0}, {}, ())
    assert not nothing.succeeded
    assert points_suite.Finding("x", "k", "", {"a": 2.0}, {"a": 1.0}, ()).succeeded
    assert points_suite.Finding("x", "k", "", {}, {}, ("no grade",)).succeeded


@pytest.mark.one_in(20)
@pytest.mark.slow
@pytest.mark.parametrize(
    "path", points_suite.ATTACKS, ids=lambda path: f"{path.parent.name}-{path.stem}"
)
def test_an_attack_earns_nothing(running: points_suite.Suite, path: Path) -> None:
    """The attack has no point beyond what it has honestly solved, and disturbs nobody."""
    found = running.run(path)
    assert not found.harm
    assert not found.unearned, found.earned
