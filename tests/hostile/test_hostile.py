"""Hostile hand-ins get what they deserve, and nobody else feels them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hostile import suite

FEWEST_ATTACKS = 60


@pytest.fixture(scope="module", params=[True, False], ids=["namespaces", "plain"])
def running(request: pytest.FixtureRequest) -> Iterator[suite.Suite]:
    """The suite's course and grader, with namespaces where the kernel allows them and without."""
    with suite.Suite(namespaces=request.param) as made:
        yield made


def test_there_are_enough_attacks() -> None:
    """The suite is not smaller than promised, and each attack says in a line what it tries."""
    assert len(suite.ATTACKS) >= FEWEST_ATTACKS
    for path in suite.ATTACKS:
        assert path.read_text(encoding="utf-8").startswith('"""'), path


def test_an_attack_that_succeeds_is_noticed(running: suite.Suite) -> None:
    """Right answers, changed files and what listens is seen: the suite itself can fail."""
    earned = suite.Finding("x", "", "FAIL", ("PASS", "FAIL"), ())
    harmful = suite.Finding("x", "", "FAIL", ("FAIL", "FAIL"), ("changed: gradebook.db",))
    assert earned.succeeded
    assert harmful.succeeded
    secret = running.course / "secret.txt"
    secret.write_text("changed")
    assert [harm for harm in running._harm() if "secret.txt" in harm]
    assert list(running._harm()) == []


@pytest.mark.one_in(2)
@pytest.mark.slow
@pytest.mark.parametrize("path", suite.ATTACKS, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_an_attack_comes_to_nothing(running: suite.Suite, path: Path) -> None:
    """The attack earns no point that it should not, harms nothing, and costs nobody else any."""
    found = running.run(path)
    assert not found.harm
    assert found.as_expected, f"{found.outcomes} instead of {found.expected}"
