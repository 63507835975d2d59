"""Which of many alike a run of the tests takes: some of each kind, or every one with `--every`."""

from collections.abc import Sequence
from typing import TypeVar

import pytest

T = TypeVar("T")
MARK = "one_in"


def one_of(members: Sequence[T], count: int, config: pytest.Config) -> list[T]:
    """Return the first of each `count` members, in their order; with `--every` all of them."""
    return list(members if config.getoption("--every") else members[::count])


def deselect(items: list[pytest.Item], config: pytest.Config) -> None:
    """Take out of each function's tests, marked `one_in(count)`, all but one of so many.

    A test that is asked for by its own name runs.
    """
    if config.getoption("--every") or any("::" in one for one in config.args):
        return
    taken, left = list[pytest.Item](), list[pytest.Item]()
    place: dict[str, int] = {}
    for item in items:
        mark = item.get_closest_marker(MARK)
        name = item.nodeid.partition("[")[0]
        number = place[name] = place.get(name, -1) + 1
        (taken if mark is None or number % mark.args[0] == 0 else left).append(item)
    if left:
        items[:] = taken
        config.hook.pytest_deselected(items=left)
