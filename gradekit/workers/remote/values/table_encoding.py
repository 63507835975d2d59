"""Writes tables of pandas and sparse matrices of SciPy: as columns, with what each is made of.

Only exact types are taken. What holds anything that is not plain is written as the whole's `other`:
a table of which parts stay on one side would compare by what these say.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import numpy as np

from gradekit.workers.remote.values import expressions, tables
from gradekit.workers.remote.values import nodes as n

MISSING = {"None": -1, "nan": -2, "NA": -3}
_NUMBERS = "biufcmM"


class Writer(Protocol):
    """What writes a message's values, as `encoding.Encoder` does."""

    write_other: Any

    def add(self, value: Any) -> int:
        """Write a value; return its place."""


class NotPlain(TypeError):
    """A table is of a kind that does not cross, or holds what does not."""


def write_table(encoder: Writer, value: Any, kind: str) -> n.Table:
    """Return the node of a table of some kind; raise NotPlain where it is not plain all through."""
    parts = [encoder.add(part) for part in _parts(value, kind)]
    return n.Table(kind, np.array(parts, "<u4").tobytes())


def write_column(value: "TextColumn") -> n.AnyNode:
    """Return the node of a column of texts."""
    return n.Texts(value.codes.tobytes(), value.lengths.tobytes(), value.data)


class TextColumn:
    """A column of texts, each written once."""

    def __init__(self, codes: Any, texts: list[str]) -> None:
        encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
        self.codes = np.array(codes, "<i4")
        self.lengths = np.array([len(one) for one in encoded], "<u4")
        self.data = b"".join(encoded)


def texts_of(values: Any) -> TextColumn | None:
    """Return an object array as a column of texts; None where it holds anything else."""
    pandas: Any = sys.modules.get("pandas")
    missing = getattr(pandas, "NA", None)
    known: dict[str, int] = {}
    codes = []
    for value in values.tolist():
        kind = type(value)
        if kind is str:
            codes.append(known.setdefault(value, len(known)))
        elif value is None:
            codes.append(MISSING["None"])
        elif kind is float and value != value:
            codes.append(MISSING["nan"])
        elif missing is not None and value is missing:
            codes.append(MISSING["NA"])
        else:
            return None
    return TextColumn(codes, list(known))


@contextmanager
def plain_only(encoder: Writer) -> Iterator[None]:
    """Raise NotPlain within for what would stay on this side."""

    def refuse(_: Writer, value: Any) -> n.AnyNode:
        raise NotPlain(f"a table that holds an object of class {type(value).__name__}")

    before, encoder.write_other = encoder.write_other, refuse
    try:
        yield
    finally:
        encoder.write_other = before


def _parts(value: Any, kind: str) -> Iterator[Any]:
    if kind == "DataFrame":
        yield from _frame(value)
    elif kind == "Series":
        yield from (value.index, _values(value), value.name)
    elif kind == "RangeIndex":
        yield from (value.start, value.stop, value.step, value.name)
    elif kind == "MultiIndex":
        yield from (tuple(value.names), *value.levels)
        yield from (np.asarray(codes) for codes in value.codes)
    elif kind in tables.INDEXES:
        freq = getattr(value, "freqstr", None) if kind != "PeriodIndex" else None
        yield from (_values(value), value.name, freq)
    elif kind in tables.ARRAYS:
        yield from _array(value, kind)
    elif kind in tables.TABLE_SCALARS:
        yield from _scalar(value, kind)
    elif kind.startswith(expressions.PREFIX):
        yield from expressions.parts_of(value, kind)
    elif kind in tables.SPARSE:
        yield from _sparse(value, kind)
    elif kind == tables.CATEGORIES:
        yield from (value.categories, value.ordered)
    elif kind == "dtype":
        yield _dtype(value)


def _frame(value: Any) -> Iterator[Any]:
    yield from (value.index, value.columns)
    kinds = set(value.dtypes)
    if len(kinds) == 1 and getattr(kinds.pop(), "kind", "O") in _NUMBERS and _is_numpy(value):
        yield value.to_numpy()  # in one piece: sums over it depend on how it lies
    else:
        yield from (_values(value.iloc[:, place]) for place in range(value.shape[1]))


def _is_numpy(value: Any) -> bool:
    return all(isinstance(dtype, np.dtype) for dtype in value.dtypes)


def _values(value: Any) -> Any:
    """Return what a series or index holds: an array of NumPy's or of pandas'."""
    if not isinstance(value.dtype, np.dtype):
        return value.array
    values = np.asarray(value.to_numpy())
    if values.dtype.kind == "O":
        return texts_of(values) or values
    return values


def _array(value: Any, kind: str) -> Iterator[Any]:
    pandas: Any = sys.modules["pandas"]
    if kind == "Categorical":
        yield from (np.asarray(value.codes), value.categories, bool(value.ordered))
    elif kind in ("IntegerArray", "FloatingArray", "BooleanArray"):
        data = value.to_numpy(dtype=value.dtype.numpy_dtype, na_value=0)
        yield from (data, np.asarray(value.isna()))
    elif kind in ("StringArray", "ArrowStringArray"):
        dtype = value.dtype
        texts = texts_of(value.to_numpy(dtype=object))
        if texts is None:
            raise NotPlain("a column of texts that holds something else")
        yield from (texts, dtype.storage, dtype.na_value is pandas.NA)
    elif kind == "DatetimeArray":
        naive = value if value.tz is None else value.tz_convert("UTC").tz_localize(None)
        yield from (naive.to_numpy(), _zone(value.tz))
    elif kind == "TimedeltaArray":
        yield value.to_numpy()
    elif kind == "PeriodArray":
        yield from (np.asarray(value.asi8), value.freqstr)
    else:
        yield from (pandas.Index(value.left), pandas.Index(value.right), value.closed)


def _scalar(value: Any, kind: str) -> Iterator[Any]:
    if kind == "Timestamp":
        yield from (value.asm8, _zone(value.tz))
    elif kind == "Timedelta":
        yield value.to_timedelta64()
    elif kind == "Period":
        yield from (value.ordinal, value.freqstr)
    else:
        yield from (value.left, value.right, value.closed)


def _zone(zone: Any) -> str | None:
    if zone is None:
        return None
    pandas: Any = sys.modules["pandas"]
    name = str(zone)
    try:
        same = pandas.DatetimeTZDtype("ns", name).tz == zone
    except (TypeError, ValueError, KeyError):
        same = False
    if not same:
        raise NotPlain("a time of a zone without a name")
    return name


def _sparse(value: Any, kind: str) -> Iterator[Any]:
    form = kind.partition("_")[0]
    if value.ndim != 2:
        raise NotPlain("a sparse array of other than two dimensions")
    yield tuple(map(int, value.shape))
    if form in tables.COMPRESSED:
        yield from (value.data, value.indices, value.indptr)
    elif form == tables.DIAGONAL:
        yield from (value.data, value.offsets)
    else:
        placed = value.tocoo()
        yield from (placed.data, placed.row, placed.col)


def _dtype(value: Any) -> str:
    name = value.str if isinstance(value, np.dtype) else str(value)
    if isinstance(value, np.dtype) and value.kind not in (*_NUMBERS, "O", "U", "S"):
        raise NotPlain("a dtype of records")
    if not isinstance(value, np.dtype) and name not in tables.TABLE_DTYPES:
        raise NotPlain("a dtype that is not told by its name")
    return str(name)
