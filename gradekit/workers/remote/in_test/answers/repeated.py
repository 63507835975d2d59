"""Notes what a test asks more than once, and whether it gets the same answer again.

`assert not (f(3) > 9.6 or f(3) < 9.4)` holds for a function that gives two values in turns, though
neither of them is right. Where the solution gives one answer to one question, such a test is run
again with the answer that came first.
"""

from collections.abc import Hashable, Mapping
from copy import deepcopy  # a test may replace `copy.deepcopy`
from typing import Any

import numpy as np

MOST_QUESTIONS, MOST_PARTS, MOST_BYTES = 2000, 1000, 2**16
_SCALARS = (int, float, complex, str, bytes, bool, type(None))


class Repeated:
    """The questions of one test, as far as they are small enough to be told apart."""

    def __init__(self) -> None:
        self._first: dict[Hashable, tuple[Hashable, Any]] = {}

    def answered(self, question: Hashable, value: Any) -> tuple[bool, Any]:
        """Return whether something else came when this was asked first, and what came then."""
        said = frozen(value)
        if question is None or said is None:
            return False, value
        if question in self._first:
            before, kept = self._first[question]
            return before != said, deepcopy(kept)
        if len(self._first) < MOST_QUESTIONS:
            self._first[question] = said, deepcopy(value)
        return False, value

    @property
    def said(self) -> dict[int, int]:
        """The first answers to all questions, both as hashes that processes of one kind share."""
        return {hash(question): hash(said) for question, (said, _) in self._first.items()}


def question_of(given: tuple[Any, ...], named: Mapping[str, Any]) -> Hashable:
    """Return what tells a call from calls with other values; None where nothing small does."""
    return frozen((*given, *sorted(named.items())))


def frozen(value: Any) -> Hashable:
    """Return what is equal for equal plain values of the same kinds, and None for what is large."""
    try:
        return _Freezer().frozen(value)
    except (ValueError, RecursionError):
        return None


class _Freezer:
    def __init__(self) -> None:
        self._parts = 0

    def frozen(self, value: Any) -> Hashable:
        self._parts += 1
        kind = type(value)
        if self._parts > MOST_PARTS:
            raise ValueError("too many parts")
        if kind in _SCALARS:
            if kind in (str, bytes) and len(value) > MOST_BYTES:
                raise ValueError("too long")
            return kind.__name__, repr(value) if kind in (float, complex) else value
        if kind in (list, tuple):
            return kind.__name__, *(self.frozen(one) for one in value)
        if kind in (set, frozenset):
            return kind.__name__, frozenset(self.frozen(one) for one in value)
        if kind is dict:
            return "dict", *((self.frozen(key), self.frozen(one)) for key, one in value.items())
        if isinstance(value, np.ndarray | np.generic) and value.dtype.kind in "biufc":
            if value.nbytes > MOST_BYTES:
                raise ValueError("too large")
            return kind.__name__, value.shape, value.dtype.str, value.tobytes()
        raise ValueError("no plain value")
