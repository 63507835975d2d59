"""How much a value holds if what is held twice were two, and how deep it is."""

from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from gradekit.workers.remote.values import nodes as n
from gradekit.workers.remote.values.shared import DICTS
from gradekit.workers.wire import WireError

Measure = tuple[int, int]
_ATOMS = frozenset([int, float, bool, str, type(None), complex, bytes])


def measured(value: Any, planned: Mapping[int, Any], memo: dict[int, Measure | None]) -> Measure:
    """Return the size and depth of a value; `memo` has those that are known, by ids.

    What has an id in `planned` is to hold what stands there. Raises WireError where a value holds
    itself, or is too deep or too large to be walked through.
    """
    items = _items_within(planned.get(id(value), value))
    if items is None:
        return 1, 0
    key = id(value)
    if key in memo:
        known = memo[key]
        if known is None:
            raise WireError("a value that holds itself")
        return known
    memo[key] = None
    size = depth = 0
    if set(map(type, items)) <= _ATOMS:
        size = len(items)
    else:
        for one in items:
            own, below = measured(one, planned, memo)
            size, depth = size + own, max(depth, below)
            if depth >= n.MAX_DEPTH or size > n.MAX_UNFOLDED:
                raise WireError("a value that is too deep, or far larger when it is written out")
    memo[key] = 1 + size, 1 + depth
    return 1 + size, 1 + depth


def _items_within(value: Any) -> "list[Any] | None":
    """Return what a container holds, but for keys; None for what is none."""
    kind = type(value)
    held: Iterable[Any]
    if kind is list:
        return value  # type: ignore[no-any-return]
    if kind in (deque, set, frozenset) or issubclass(kind, tuple):
        held = value
    elif kind in DICTS:
        held = dict.values(value)
    elif kind is np.ndarray and value.dtype.kind == "O":
        held = value.ravel().tolist()
    else:
        return None
    return list(held)
