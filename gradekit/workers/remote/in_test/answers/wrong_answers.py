"""Answers that are made wrong on purpose, to see whether a test would notice."""

import math
from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np

from gradekit.workers.remote.values import tables
from gradekit.workers.remote.values.shared import DICTS

WRONG = 7919  # no answer to anything
MOST_DEEP = 100
_SEQUENCES = (list, tuple, set, frozenset, deque)


class Wrong(Enum):
    """What is wrong of an answer; labels, which are keys and indexes, stay."""

    NOTHING = "what is empty, NaN or infinite gets something in its place"
    NUMBERS = "all numbers are others"
    ALL = "texts are others, too"


@dataclass(frozen=True)
class WrongAt:
    """Which answers are made wrong, by the names that a test asks for and their places in order."""

    places: Mapping[str, Collection[int]]
    how: Wrong

    def takes_place_of_items(self, name: str) -> bool:
        """Whether iterators that end at once give something, whose items are noted by a name."""
        return self.how is Wrong.NOTHING and name in self.places

    def includes(self, name: str, place: int) -> bool:
        """Whether an answer is one of them."""
        return place in self.places.get(name, ())


def made_wrong(value: Any, how: Wrong) -> Any:
    """Return an answer that is wrong in some way; what stays in the worker is as it was."""
    return _Maker(how).made(value)


class _Maker:
    """Makes each thing wrong once, however often it is held."""

    def __init__(self, how: Wrong) -> None:
        self._how, self._only_nothing = how, how is Wrong.NOTHING
        self._made: dict[int, Any] = {}
        self._depth = 0

    def made(self, value: Any) -> Any:
        if type(value) in (int, float):
            return self._number(value)
        if type(value) in (str, bytes):
            mark = "~" if type(value) is str else b"~"
            return mark + value.swapcase() if self._how is Wrong.ALL or not value else value
        if id(value) not in self._made:
            self._made[id(value)] = value  # also where it holds itself, or is too deep
            self._depth += 1
            if self._depth <= MOST_DEEP:
                self._made[id(value)] = self._holder(value)
            self._depth -= 1
        return self._made[id(value)]

    def _number(self, number: float) -> float:
        if not math.isfinite(number):
            return WRONG
        return number if self._only_nothing else 3 * number + WRONG

    def _holder(self, value: Any) -> Any:
        kind = type(value)
        if kind in _SEQUENCES:
            held = [self.made(one) for one in value]
            return kind(held or ([WRONG] if self._only_nothing else []))
        if kind in DICTS:
            made = value.copy()
            for key in list(made):
                made[key] = self.made(made[key])
            if self._only_nothing and not made:
                made[WRONG] = WRONG
            return made
        if isinstance(value, np.ndarray | np.generic):
            return self._array(np.asarray(value))
        return self._table(value) if tables.table_kind(value) in tables.FRAMES else value

    def _array(self, array: Any) -> Any:
        if not array.size:
            return np.full(1, WRONG) if self._only_nothing else array
        if array.dtype.kind == "O":
            made = np.empty(array.size, object)
            made[:] = [self.made(one) for one in array.ravel().tolist()]
            return made.reshape(array.shape)
        if array.dtype.kind not in "iufc":
            return array[()]
        with np.errstate(all="ignore"):
            wrong = array if self._only_nothing else (3 * array + WRONG).astype(array.dtype)
            return np.where(np.isfinite(array), wrong, WRONG).astype(array.dtype)[()]

    def _table(self, table: Any) -> Any:
        kind, is_wide = type(table), table.ndim == 2
        columns = [table.iloc[:, i] for i in range(table.shape[1])] if is_wide else [table]
        if not table.size and not self._only_nothing:
            return table
        if not table.size:
            return kind([[WRONG] * max(1, len(columns))]) if is_wide else kind([WRONG])
        made = [self._array(one.to_numpy()) for one in columns]
        if not is_wide:
            return kind(made[0], index=table.index, name=table.name)
        whole = kind(dict(enumerate(made)), index=table.index)
        whole.columns = table.columns
        return whole
