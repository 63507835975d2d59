"""Builds tables of pandas and sparse matrices of SciPy from their parts, which may be anything.

A package is imported only where a table of its kind arrives and the assignment names the package.
Each table is built by the package's own constructors from plain arrays; places within a sparse
matrix are checked before any compiled code follows them.
"""

import re
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from importlib import import_module
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import numpy as np

from gradekit.workers.remote.values import expressions, tables
from gradekit.workers.remote.values import nodes as n
from gradekit.workers.wire import WireError

MAX_OF_FREQUENCY = 100_000  # dates whose frequency is checked
_LONGEST_INTERNED = 40
_OFFSET = re.compile(r"UTC(?:[+-]\d\d:\d\d)?")
_FREQUENCY = re.compile(r"[A-Za-z0-9+-]{1,40}")
_UNITS = ("s", "ms", "us", "ns")


class Parts(Protocol):
    """What has built the values before a table, as `decoding.Decoder` does."""

    linked: Any
    packages: Collection[str]

    def children(self, places: bytes) -> list[Any]:
        """Return what stands at some places."""

    def is_foreign(self, place: int) -> bool:
        """Whether what stands at one place holds what only the other side has."""

    def dtype(self, name: str) -> np.dtype[Any]:
        """Return a dtype of NumPy's by its name."""

    def weigh(self, count: int) -> None:
        """Note that a value takes as much as so many parts."""

    def unhashable(self, may_be_key: bool = False) -> None:
        """Note whether a value can be a key."""


def read_table(decoder: Parts, node: n.Table) -> Any:
    """Return a table; raise WireError where its parts make none, or no such table is asked for."""
    kind = node.kind
    parts = decoder.children(node.parts)
    if any(decoder.is_foreign(place) for place in np.frombuffer(node.parts, "<u4").tolist()):
        raise WireError("a table that holds an object of the other side's")
    if kind == "dtype":
        return _dtype(decoder, parts)
    library = _library(decoder, tables.package_of(kind))
    single = kind in (*tables.TABLE_SCALARS, *tables.SINGLE)
    decoder.unhashable(single or expressions.is_hashed(kind))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            made = _Reader(library, decoder).read(kind, parts)
    except (WireError, MemoryError):
        raise
    except Exception as error:  # whatever a package raises
        raise WireError(f"no {kind}") from error
    return decoder.linked(node.link, made) if node.link and kind in tables.FRAMES else made


def read_texts(decoder: Parts, node: n.Texts) -> Any:
    """Return a column of texts as an array of objects."""
    lengths = np.frombuffer(node.lengths, "<u4").astype(np.int64)
    codes = np.frombuffer(node.codes, "<i4")
    if int(lengths.sum()) != len(node.data):
        raise WireError("texts of other lengths")
    if codes.size and not (int(codes.min()) >= -3 and int(codes.max()) < lengths.size):
        raise WireError("a text that is not there")
    _require_text(int(lengths[codes[codes >= 0]].sum()))
    decoder.weigh(codes.size)
    decoder.unhashable()
    missing = _library(decoder, "pandas").NA if codes.size and int(codes.min()) == -3 else None
    made = np.empty(lengths.size + 3, object)
    ends = np.cumsum(lengths).tolist()
    starts = [0, *ends]
    for place, end in enumerate(ends):
        text = node.data[starts[place] : end].decode("utf-8", "surrogatepass")
        made[place] = sys.intern(text) if len(text) <= _LONGEST_INTERNED else text
    made[-3:] = [missing, float("nan"), None]
    return made[codes]


def known_class(decoder: Parts, name: str) -> Any:
    """Return a class of pandas' by its name."""
    if name not in (*tables.FRAMES, *tables.INDEXES, *tables.TABLE_SCALARS):
        raise WireError("a class that is none of those which both sides have")
    return getattr(_library(decoder, "pandas"), name)


def _library(decoder: Parts, package: str) -> Any:
    if package not in decoder.packages:
        raise WireError(f"a value of {package}, which this assignment does not name")
    try:
        return import_module("scipy.sparse" if package == "scipy" else package)
    except ImportError as error:
        raise WireError(f"a value of {package}, which is not here") from error


def _dtype(decoder: Parts, parts: Sequence[Any]) -> Any:
    (name,) = parts
    if type(name) is not str:
        raise WireError("a dtype without a name")
    if name in tables.TABLE_DTYPES:
        return _library(decoder, "pandas").api.types.pandas_dtype(name)
    return np.dtype(object) if name == "|O" else decoder.dtype(name)


def _require_text(letters: int) -> None:
    if letters > n.MAX_TABLE_TEXT:
        raise WireError(f"a table of more than {n.MAX_TABLE_TEXT} letters")


def _letters(label: Any) -> int:
    """Return about how long a label is when it is written out."""
    if type(label) is tuple:
        if any(type(one) in (tuple, frozenset) for one in label):
            raise WireError("labels of tuples in tuples")
        return sum(map(_letters, label))
    return len(label) if type(label) in (str, bytes) else 32


def _require_flat(values: Any, count: int = -1) -> Any:
    """Return an array of one dimension, of NumPy's or pandas'."""
    if getattr(values, "ndim", 0) != 1 or not hasattr(values, "dtype"):
        raise WireError("a column of other than one dimension")
    if count >= 0 and len(values) != count:
        raise WireError("a column of another length")
    return values


def _require_numpy(values: Any, kinds: str) -> Any:
    if type(values) is not np.ndarray or values.ndim != 1 or values.dtype.kind not in kinds:
        raise WireError("a part of a table that is no such array")
    return values


class _Reader:
    """Builds tables with one library."""

    def __init__(self, library: Any, decoder: Parts) -> None:
        self._library, self._decoder = library, decoder

    def read(self, kind: str, parts: Sequence[Any]) -> Any:
        """Return a table of a kind."""
        if kind in tables.SPARSE:
            return self._sparse(kind, *parts)
        if kind.startswith(expressions.PREFIX):
            return expressions.built(self._library, kind, parts)
        if kind in tables.SINGLE:
            return getattr(self._library, kind)
        made: dict[str, Callable[..., Any]] = {
            "DataFrame": self._frame,
            "Series": self._series,
            "RangeIndex": self._range,
            "MultiIndex": self._multi,
            "Categorical": self._categorical,
            "StringArray": self._strings,
            "ArrowStringArray": self._strings,
            "DatetimeArray": self._moments,
            "TimedeltaArray": self._spans,
            "PeriodArray": self._periods,
            "IntervalArray": self._intervals,
            tables.CATEGORIES: self._categories,
            "Timestamp": self._timestamp,
            "Timedelta": self._timedelta,
            "Period": self._period,
            "Interval": self._interval,
            **dict.fromkeys(("IntegerArray", "FloatingArray", "BooleanArray"), self._masked),
        }
        found = made.get(kind)
        if found is None and kind in tables.INDEXES:
            found = self._index
        if found is None:
            raise WireError("a table of no kind")
        return found(*parts)

    def _require_index(self, value: Any) -> Any:
        if not isinstance(value, self._library.Index):
            raise WireError("labels that are none")
        return value

    def _frame(self, index: Any, columns: Any, *values: Any) -> Any:
        self._require_index(index)
        self._require_index(columns)
        if len(values) == 1 and type(values[0]) is np.ndarray and values[0].ndim == 2:
            if values[0].dtype.kind not in "biufcmM":
                raise WireError("a table of no numbers in one piece")
            if values[0].shape != (len(index), len(columns)):
                raise WireError("a table of another shape")
            made = self._library.DataFrame(values[0], copy=False)
        else:
            if len(values) != len(columns):
                raise WireError("a table of more or fewer columns")
            held = {
                place: self._held(_require_flat(one, len(index)))
                for place, one in enumerate(values)
            }
            made = self._library.DataFrame(held, index=self._library.RangeIndex(len(index)))
        made.index, made.columns = index, columns
        return made

    def _held(self, values: Any, **named: Any) -> Any:
        return self._library.Series(values, dtype=values.dtype, copy=False, **named)

    def _series(self, index: Any, values: Any, name: Any) -> Any:
        hash(name)
        self._require_index(index)
        return self._held(_require_flat(values, len(index)), index=index, name=name)

    def _range(self, start: Any, stop: Any, step: Any, name: Any) -> Any:
        if any(type(one) is not int for one in (start, stop, step)):
            raise WireError("a range of no whole numbers")
        count = len(range(start, stop, step))
        if count > n.MAX_RANGE:
            raise WireError("a range of too many numbers")
        self._decoder.weigh(count)
        return self._library.RangeIndex(start, stop, step, name=name)

    def _index(self, values: Any, name: Any, freq: Any) -> Any:
        _require_flat(values)
        if values.dtype.kind == "O" and type(values) is np.ndarray:
            _require_labels(values)
        dtype = values.dtype if type(values) is np.ndarray else None
        made = self._library.Index(values, dtype=dtype, name=name, tupleize_cols=False)
        if freq is None:
            return made
        kinds = self._library.DatetimeIndex, self._library.TimedeltaIndex
        if not isinstance(made, kinds) or len(made) > MAX_OF_FREQUENCY:
            return made
        return type(made)(made, freq=_frequency(freq), name=name)

    def _multi(self, names: Any, *parts: Any) -> Any:
        if type(names) is not tuple or not names or len(parts) != 2 * len(names):
            raise WireError("labels of more or fewer levels")
        levels, codes = parts[: len(names)], parts[len(names) :]
        for level, own in zip(levels, codes, strict=True):
            self._require_index(level)
            self._require_unfolded(level, _require_numpy(own, "i"))
        return self._library.MultiIndex(levels, codes, names=names)

    def _categorical(self, codes: Any, categories: Any, ordered: Any) -> Any:
        self._require_index(categories)
        self._require_unfolded(categories, _require_numpy(codes, "i"))
        make = self._library.Categorical.from_codes
        return make(codes, categories=categories, ordered=ordered is True)

    def _categories(self, categories: Any, ordered: Any) -> Any:
        if categories is not None:
            self._require_index(categories)
        return self._library.CategoricalDtype(
            categories, None if ordered is None else ordered is True
        )

    def _require_unfolded(self, labels: Any, codes: Any) -> None:
        """Raise WireError where labels take too much when each cell's is written out."""
        if codes.size and not (int(codes.min()) >= -1 and int(codes.max()) < len(labels)):
            raise WireError("a label that is not there")
        if labels.dtype.kind == "O":
            lengths = np.array([_letters(label) for label in labels.tolist()], np.int64)
            _require_text(int(lengths[codes[codes >= 0]].sum()))
        self._decoder.weigh(codes.size)

    def _masked(self, data: Any, mask: Any) -> Any:
        _require_numpy(mask, "b")
        kinds = {"i": "Integer", "u": "Integer", "f": "Floating", "b": "Boolean"}
        name = kinds[_require_numpy(data, "iufb").dtype.kind]
        return getattr(self._library.arrays, f"{name}Array")(data, mask)

    def _strings(self, texts: Any, storage: Any, has_na: Any) -> Any:
        _require_numpy(texts, "O")
        if not all(self._is_text(one) for one in texts.tolist()):
            raise WireError("a text that is none")
        if storage not in ("python", "pyarrow"):
            raise WireError("texts of no storage")
        missing = self._library.NA if has_na is True else float("nan")
        dtype = self._library.StringDtype(storage, na_value=missing)
        return self._library.array(texts, dtype=dtype)

    def _is_text(self, value: Any) -> bool:
        missing = value is None or value is self._library.NA
        return type(value) is str or missing or (type(value) is float and value != value)

    def _moments(self, values: Any, zone: Any) -> Any:
        made = self._library.DatetimeIndex(_of_unit(_require_numpy(values, "M")))
        return (made if zone is None else made.tz_localize("UTC").tz_convert(_zone(zone))).array

    def _spans(self, values: Any) -> Any:
        return self._library.TimedeltaIndex(_of_unit(_require_numpy(values, "m"))).array

    def _periods(self, ordinals: Any, freq: Any) -> Any:
        _require_numpy(ordinals, "i")
        return self._library.PeriodIndex.from_ordinals(ordinals, freq=_frequency(freq)).array

    def _intervals(self, left: Any, right: Any, closed: Any) -> Any:
        self._require_index(left)
        self._require_index(right)
        return self._library.arrays.IntervalArray.from_arrays(left, right, closed=closed)

    def _timestamp(self, value: Any, zone: Any) -> Any:
        if type(value) is not np.datetime64:
            raise WireError("no moment")
        made = self._library.Timestamp(_of_unit(value))
        return made if zone is None else made.tz_localize("UTC").tz_convert(_zone(zone))

    def _timedelta(self, value: Any) -> Any:
        if type(value) is not np.timedelta64:
            raise WireError("no span")
        return self._library.Timedelta(_of_unit(value))

    def _period(self, ordinal: Any, freq: Any) -> Any:
        if type(ordinal) is not int:
            raise WireError("no period")
        return self._library.Period(ordinal=ordinal, freq=_frequency(freq))

    def _interval(self, left: Any, right: Any, closed: Any) -> Any:
        plain = (int, float, np.int64, np.float64, self._library.Timestamp, self._library.Timedelta)
        if type(left) not in plain or type(right) not in plain:
            raise WireError("an interval of no numbers")
        return self._library.Interval(left, right, closed=closed)

    def _sparse(self, kind: str, shape: Any, data: Any, *places: Any) -> Any:
        form = kind.partition("_")[0]
        if type(shape) is not tuple or [type(one) for one in shape] != [int, int]:
            raise WireError("a matrix of no shape")
        if not all(0 <= side <= n.MAX_SPARSE_SIDE for side in shape):
            raise WireError("a matrix of too many rows or columns")
        if type(data) is not np.ndarray or data.dtype.kind not in "biufc":
            raise WireError("a matrix of no numbers")
        for one in places:
            _require_numpy(one, "i")
        self._decoder.weigh(4 * shape[0] if form == "lil" else shape[0])
        make = getattr(self._library, kind)
        if form in tables.COMPRESSED:
            made = make((data, *places), shape=shape)
            made.check_format(full_check=True)
            return made
        if form == tables.DIAGONAL:
            (offsets,) = places
            if offsets.size and int(abs(offsets.astype(np.int64)).max()) > max(shape):
                raise WireError("a diagonal outside of a matrix")
            return make((data, offsets), shape=shape)
        row, col = places
        _require_numpy(data, "biufc")
        placed = self._library.coo_array((data, (row, col)), shape=shape)
        return make(placed)


def _require_labels(values: Any) -> None:
    """Raise WireError for labels that take too much, or that are made to be slow."""
    listed = values.tolist()
    _require_text(sum(map(_letters, listed)))
    unlike = {repr(label): hash(label) for label in listed if type(label) is not str}
    if unlike and max(Counter(unlike.values()).values()) > n.MAX_ALIKE_HASHES:
        raise WireError("labels that are made to be slow")


def _of_unit(value: Any) -> Any:
    if np.datetime_data(value.dtype)[0] not in _UNITS:
        raise WireError("a moment of no unit")
    return value


def _frequency(text: Any) -> str:
    if type(text) is not str or not _FREQUENCY.fullmatch(text):
        raise WireError("a frequency that is none")
    return text


def _zone(name: Any) -> str:
    if type(name) is not str or len(name) > 64:
        raise WireError("a zone without a name")
    if not _OFFSET.fullmatch(name):
        ZoneInfo(name)  # raises for what is none
    return name
