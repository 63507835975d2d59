"""Answers that are made wrong on purpose, to see whether a test would notice."""

import math
from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradekit.workers.remote.values import tables
from gradekit.workers.remote.values.shared import DICTS

WRONG = 7919  # no answer to anything
MOST_DEEP = 20
_SEQUENCES = (list, tuple, set, frozenset, deque)


@dataclass(frozen=True)
class WrongAt:
    """Which answers are made wrong, by the names that a test asks for and their places in order.

    With `only_nothing` numbers and items stay, and what is empty or not finite gets wrong ones.
    """

    places: Mapping[str, Collection[int]]
    only_nothing: bool

    def includes(self, name: str, place: int) -> bool:
        """Whether an answer is one of them."""
        return place in self.places.get(name, ())


def made_wrong(value: Any, only_nothing: bool, depth: int = 0) -> Any:
    """Return an answer with wrong numbers in the place of its own; labels and texts stay.

    With `only_nothing` it gets them where it has none. What stays in the worker is as it was.
    """
    kind = type(value)
    if depth > MOST_DEEP or kind is bool:
        return value
    if kind in (int, float):
        return _wrong_number(value, only_nothing)
    if kind in (str, bytes):
        return value or (kind("~") if kind is str else b"~")
    if kind in _SEQUENCES:
        held = [made_wrong(one, only_nothing, depth + 1) for one in value]
        return kind(held or ([WRONG] if only_nothing else []))
    if kind in DICTS:
        made = value.copy()
        for key in list(made):
            made[key] = made_wrong(made[key], only_nothing, depth + 1)
        if only_nothing and not made:
            made[WRONG] = WRONG
        return made
    if isinstance(value, np.ndarray | np.generic):
        return _wrong_array(np.asarray(value), only_nothing, depth)
    if tables.table_kind(value) in tables.FRAMES:
        return _wrong_table(value, only_nothing, depth)
    return value


def _wrong_number(number: float, only_nothing: bool) -> float:
    if not math.isfinite(number):
        return WRONG
    return number if only_nothing else 3 * number + WRONG


def _wrong_array(array: Any, only_nothing: bool, depth: int) -> Any:
    kind = array.dtype.kind
    if not array.size:
        return np.full(1, WRONG) if only_nothing else array
    if kind == "O":
        made = np.empty(array.shape, object)
        made.ravel()[...] = [made_wrong(one, only_nothing, depth + 1) for one in array.ravel()]
        return made
    if kind not in "iufc":
        return array
    with np.errstate(all="ignore"):
        wrong = array if only_nothing else (3 * array + WRONG).astype(array.dtype)
        return np.where(np.isfinite(array), wrong, WRONG).astype(array.dtype)[()]


def _wrong_table(table: Any, only_nothing: bool, depth: int) -> Any:
    kind = type(table)
    columns = [table.iloc[:, i] for i in range(table.shape[1])] if table.ndim == 2 else [table]
    if not table.size:
        if not only_nothing:
            return table
        return kind([[WRONG] * max(1, len(columns))]) if table.ndim == 2 else kind([WRONG])
    made = [_wrong_array(one.to_numpy(), only_nothing, depth) for one in columns]
    if table.ndim == 1:
        return kind(made[0], index=table.index, name=table.name)
    whole = kind(dict(enumerate(made)), index=table.index)
    whole.columns = table.columns
    return whole
