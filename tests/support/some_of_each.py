"""Which of many alike a run of the tests takes: some of each kind, or every one with `--every`.

Which ones is told by the commit: each takes the next share, so that a few commits have run all.
"""

import subprocess
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TypeVar
from zlib import crc32

import pytest

T = TypeVar("T")
MARK = "one_in"


@cache
def share_of_commit() -> int:
    """Return the number of this checkout's commits; 0 where git cannot tell it."""
    command = ["git", "rev-list", "--count", "HEAD"]
    here = Path(__file__).parent
    try:
        told = subprocess.run(command, cwd=here, capture_output=True, text=True, check=False)
    except OSError:
        return 0
    return int(told.stdout) if told.returncode == 0 else 0


def share_of(config: pytest.Config) -> int:
    """Return which share is taken, as `--share` or the commit says."""
    given = config.getoption("--share")
    return share_of_commit() if given is None else int(given)


def one_of(members: Sequence[T], count: int, config: pytest.Config) -> list[T]:
    """Return one of each `count` members, in their order; with `--every` all of them."""
    if config.getoption("--every"):
        return list(members)
    return list(members[_place(config, count, len(members)) :: count])


def deselect(items: list[pytest.Item], config: pytest.Config) -> None:
    """Take out of the tests that are marked `one_in(count)` all but one of so many.

    A function's mark is for its cases, and a file's for its slow tests, together with those of
    other files that are marked as some `of` the same. A test that is asked for by its own name
    runs.
    """
    if config.getoption("--every") or any("::" in one for one in config.args):
        return
    groups = [_group(item) for item in items]
    sizes, numbers = Counter(name for name, _ in groups), Counter[str]()
    taken, left = list[pytest.Item](), list[pytest.Item]()
    for item, (name, count) in zip(items, groups, strict=True):
        number, numbers[name] = numbers[name], numbers[name] + 1
        # Not all rows of tests begin with the same commit: what comes first is often the longest.
        begin = number + crc32(name.rpartition("/")[2].encode())
        is_taken = begin % min(count, sizes[name]) == _place(config, count, sizes[name])
        (taken if not name or is_taken else left).append(item)
    if left:
        items[:] = taken
        config.hook.pytest_deselected(items=left)


def _place(config: pytest.Config, count: int, members: int) -> int:
    """Return which of each `count` is taken; of fewer members than that it is one, too."""
    return share_of(config) % max(1, min(count, members))


def _group(item: pytest.Item) -> tuple[str, int]:
    """Return the name of what a test is one of, and of how many one is taken; "" for neither."""
    for node, mark in item.iter_markers_with_node(MARK):
        if node is item:
            return item.nodeid.partition("[")[0], mark.args[0]
        if item.get_closest_marker("slow"):
            return mark.kwargs.get("of", node.nodeid), mark.args[0]
    return "", 1
