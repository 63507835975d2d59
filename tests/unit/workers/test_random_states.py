"""Random numbers of a worker are taken over where they were drawn, and never where chosen."""

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gradekit.workers.remote.protocol import Randomness
from gradekit.workers.remote.randomness import RandomWatch

Drawn = tuple[float, float]


def _seed(seed: int) -> None:
    random.seed(seed)
    np.random.seed(seed)


def _draw(count: int = 1) -> Drawn:
    drawn = [(random.random(), float(np.random.rand())) for _ in range(count)]
    return drawn[-1]


def _zeros() -> None:
    random.setstate((3, (0,) * 624 + (624,), None))
    np.random.set_state({"bit_generator": "MT19937", "state": {"key": [0] * 624, "pos": 624}})


def _large_normal() -> None:
    version, words, _ = random.getstate()
    random.setstate((version, words, 1e300))
    state: Any = np.random.get_state()
    np.random.set_state((*state[:3], 1, 1e300))


def _states(change: Callable[[], object]) -> Randomness:
    """Return what a worker says that has the states there are, and then changes them."""
    watch = RandomWatch()
    change()
    return watch.changed()


def _next_after(change: Callable[[], object], before: int) -> Drawn:
    """Return what a test draws that has drawn some numbers, when a worker has changed states."""
    _seed(4)
    here = RandomWatch()
    _seed(5)
    for _ in range(before):
        _draw()
    here.changed()
    python, numpy = random.getstate(), np.random.get_state()
    states = _states(change)
    random.setstate(python)
    np.random.set_state(numpy)
    here.forget()
    here.follow(states, 1.0)
    return _draw()


@pytest.fixture(autouse=True)
def _as_before() -> object:
    python, numpy = random.getstate(), np.random.get_state()
    yield
    random.setstate(python)
    np.random.set_state(numpy)


@pytest.mark.parametrize("before", [0, 1, 311, 312, 700])
@pytest.mark.parametrize("count", [0, 1, 311, 312, 2000])
def test_what_was_drawn_is_drawn(before: int, count: int) -> None:
    """The test's numbers go on behind the worker's, over as many states as these took."""
    found = _next_after(lambda: [_draw() for _ in range(count)], before)
    _seed(5)
    assert found == _draw(before + count + 1)


@pytest.mark.parametrize(
    "change",
    [_zeros, lambda: _seed(9), lambda: _seed(5), _large_normal],
    ids=["one number", "another seed", "an old state", "a large normal number"],
)
def test_what_was_chosen_is_not_taken(change: Callable[[], object]) -> None:
    """A state of one number, another seed, an old state or a normal number that is none."""
    found = _next_after(change, 700)
    _seed(5)
    assert found == _draw(701)
    assert abs(random.gauss(0.0, 1.0)) < 40.0
    assert abs(np.random.standard_normal()) < 40.0


def test_nothing_is_taken_before_a_state_was_sent() -> None:
    """Who has not said where the other side is to begin does not follow it."""
    _seed(5)
    here = RandomWatch()
    states = _states(_draw)
    _seed(5)
    here.forget()
    here.follow(states, 1.0)
    drawn = _draw()
    _seed(5)
    assert drawn == _draw()


def test_a_seed_that_is_set_again_is_a_change() -> None:
    """A worker that has begun anew is told of it, although nothing was drawn here since."""
    watch = RandomWatch()
    _seed(5)
    watch.changed()
    watch.begin_apart()
    assert watch.changed() == Randomness()
    _seed(5)
    told = watch.changed()
    assert told.python is not None
    assert told.numpy is not None


def test_no_more_is_looked_for_than_can_have_been_drawn() -> None:
    """Who seeds in each call is not searched for among thirty million numbers each time."""
    _seed(5)
    here = RandomWatch()
    _seed(6)
    here.changed()
    states = _states(lambda: np.random.random(50_000))
    _seed(6)
    here.forget()
    here.follow(states, 0.0)
    drawn = _draw()
    _seed(6)
    assert drawn == _draw()
