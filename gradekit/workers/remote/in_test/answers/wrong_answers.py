"""Answers that are made wrong on purpose, to see whether a test would notice."""

import codecs
import datetime
import io
import math
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any

import numpy as np

from gradekit.workers.remote.in_test.answers.answer_facts import ITEMS
from gradekit.workers.remote.values import tables
from gradekit.workers.remote.values.shared import DICTS
from gradekit.workers.remote.values.streams import STREAMS

AnswerPlaces = Mapping[str, Collection[int]]
WRONG = 7919  # no answer to anything
MOST_DEEP = 100
_SEQUENCES = (list, tuple, set, frozenset, deque)


class Wrong(Enum):
    """What is wrong of an answer; labels (keys, indexes) stay if nothing else is said."""

    NOTHING = "what is empty, NaN or infinite gets something in its place"
    NUMBERS = "all numbers are others, also in texts"
    TEXTS = "texts and their lines go on otherwise than they begin, too"
    ALL = "texts and truth values are others, too"
    LABELS = "keys and indexes are others, too"
    NO_ANSWER = "it is an object that can only be looked at"
    COMPARED = "none is, but objects that are compared are compared with others, too"
    MADE_OTHERWISE = "none is, but an object that is compared is made of other values"
    AS_BEFORE = "what is asked once more gets the answer that it got at first"


_TRUTH_TOO = (Wrong.ALL, Wrong.LABELS)
# By which ways it is seen whether a test looks at an answer; that of few changes comes first.
NOTICED_BY = (Wrong.NUMBERS, Wrong.TEXTS, Wrong.ALL)
# Who gives other answers each time is tried so often: maybe the answers themselves were wrong.
CONFIRMED_BY = 3


@dataclass(frozen=True)
class WrongAt:
    """Which answers are made wrong, by the names that a test asks for and their places in order."""

    places: AnswerPlaces
    how: Wrong

    def takes_place_of_items(self, name: str) -> bool:
        """Whether iterators that end at once give something, whose items are noted by a name."""
        return self.how is Wrong.NOTHING and name in self.places

    def includes(self, name: str, place: int) -> bool:
        """Whether an answer is one of them."""
        return place in self.places.get(name, ())


def ways_to_notice(of: Collection[AnswerPlaces]) -> Iterator[tuple[Wrong, str]]:
    """Yield ways in which answers are made wrong to see whether a test notices, one by one.

    With each comes a name that is left out, or "". Items of objects may be their keys, so all else
    is made wrong without them, too. A test of items may be given a dict.
    """
    for how in (*NOTICED_BY, Wrong.LABELS):
        yield how, ""
        if any(ITEMS in places for places in of):
            yield how, ITEMS


def left_out(places: AnswerPlaces, name: str) -> AnswerPlaces:
    """Return places without those of one name."""
    return {one: of for one, of in places.items() if one != name}


def made_wrong(value: Any, how: Wrong) -> Any:
    """Return an answer that is wrong in some way; what stays in the worker is as it was."""
    return _Maker(how).made(value)


def _refused(name: str) -> Callable[..., Any]:
    def refuse(self: "NoAnswer", *_: object) -> Any:
        self.__dict__["_note"]()
        raise TypeError(f"there is no answer that has {name}")

    return refuse


class NoAnswer:
    """Stands where an exception is expected: it can be looked at, and `note`s each other use."""

    def __init__(self, note: Callable[[], None]) -> None:
        self._note = note

    def __getattr__(self, name: str) -> Any:
        return _refused(name)(self)

    for _name in (
        *("add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "rtruediv", "floordiv", "mod"),
        *("rfloordiv", "rmod", "pow", "rpow", "matmul", "rmatmul", "and", "rand", "or", "ror"),
        *("lt", "le", "gt", "ge", "neg", "pos", "abs", "invert", "int", "float", "complex"),
        *("index", "round", "len", "iter", "next", "getitem", "contains", "call", "array"),
    ):
        locals()[f"__{_name}__"] = _refused(_name)


class _Maker:
    """Makes each thing wrong once, however often it is held."""

    def __init__(self, how: Wrong) -> None:
        self._how, self._only_nothing = how, how is Wrong.NOTHING
        self._made: dict[int, Any] = {}
        self._depth = 0

    def made(self, value: Any) -> Any:
        if type(value) in (int, float):
            return self._number(value)
        if type(value) is bool:
            return value != (self._how in _TRUTH_TOO)
        if value is None:
            return WRONG if self._only_nothing and self._depth else None
        if type(value) is str:
            return _wrong_text(value, self._how)
        if type(value) is bytes:
            return _wrong_text(value.decode("latin-1"), self._how).encode("latin-1")
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
            made.clear()
            for key, held in value.items():
                wrong_key = self.made(key) if self._how is Wrong.LABELS else key
                made[wrong_key] = self.made(held)
            if self._only_nothing and not made:
                made[WRONG] = WRONG
            return made
        if isinstance(value, np.ndarray | np.generic):
            return self._array(np.asarray(value))
        if kind in STREAMS and not value.closed:
            made = kind(self.made(value.getvalue()))
            made.seek(0 if value.tell() == 0 else made.seek(0, io.SEEK_END))
            return made
        if tables.table_kind(value) in tables.FRAMES:
            return self._table(value)
        return value if self._only_nothing else _other_scalar(value)

    def _array(self, array: Any) -> Any:
        if not array.size:
            return np.full(1, WRONG) if self._only_nothing else array
        if array.dtype.kind == "O":
            made = np.empty(array.size, object)
            made[:] = [self.made(one) for one in array.ravel().tolist()]
            return made.reshape(array.shape)
        if array.dtype.kind == "b" and self._how in _TRUTH_TOO:
            return (~array)[()]
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
        made, index = [self._array(one.to_numpy()) for one in columns], table.index
        if self._how is Wrong.LABELS:
            index = self.made(index.tolist())
        if not is_wide:
            return kind(made[0], index=index, name=table.name)
        whole = kind(dict(enumerate(made)), index=index)
        whole.columns = table.columns
        return whole


def _other_scalar(value: Any) -> Any:
    """Return another number, date or expression; what is none of these as it is."""
    kind = type(value)
    try:
        if kind in (complex, Fraction, Decimal) or kind.__module__.startswith("sympy."):
            return 3 * value + WRONG
        if kind in (datetime.date, datetime.datetime, datetime.timedelta):
            return value + datetime.timedelta(WRONG)
    except (ArithmeticError, TypeError, ValueError):
        return value
    return value


_DIGITS = str.maketrans("0123456789", "7890123456")


def _wrong_text(text: str, how: Wrong) -> str:
    """Return a wrong text, as long as it was, with as many lines; of an empty one, some text."""
    if not text:
        return "~"
    if how is Wrong.NOTHING:
        return text
    made = text.translate(_DIGITS)
    if how is Wrong.TEXTS:
        return "".join(map(_going_on_otherwise, made.splitlines(keepends=True)))
    if how in (Wrong.ALL, Wrong.LABELS):
        made = codecs.encode(made, "rot13").swapcase()
        return made if made != text and len(made) == len(text) else "~" * len(text)
    return made


def _going_on_otherwise(line: str) -> str:
    """Return a line that begins with the same word, or letter where that is all there is."""
    first, blank, others = line.partition(" ")
    if not others.strip():
        first, blank, others = line[:1], "", line[1:]
    return first + blank + codecs.encode(others, "rot13")
