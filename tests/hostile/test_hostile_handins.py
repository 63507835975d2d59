"""Hostile hand-ins, collected and graded by the real commands beside an honest one."""

from collections.abc import Iterator

import pytest
from hostile.handins import suite
from some_of_each import one_of

ATTACKS = suite.attacks()
KINDS = list(dict.fromkeys(attack.kind for attack in ATTACKS))


@pytest.fixture(scope="module")
def running() -> Iterator[suite.HandinSuite]:
    """A released course."""
    with suite.HandinSuite() as made:
        yield made


def test_names_are_told_apart() -> None:
    """Each attack has a name of its own, says what it tries, and is one of several of its kind."""
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS)
    for kind in KINDS:
        assert sum(attack.kind == kind for attack in ATTACKS) > 1, kind
    assert all(attack.tries for attack in ATTACKS)


@pytest.mark.one_in(3)
@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_hostile_hand_in_gains_nothing_and_costs_nobody_else(
    running: suite.HandinSuite, kind: str, pytestconfig: pytest.Config
) -> None:
    """Each attack of a kind ends as it must, and the honest hand-in beside them as always."""
    of_the_kind = [attack for attack in ATTACKS if attack.kind == kind]
    found = running.run(one_of(of_the_kind, 10, pytestconfig))
    wrong = [one for one in found if not one.as_expected]
    assert [(one.attack.name, one.outcome, one.points, one.harm) for one in wrong] == []
