"""Writes values as nodes. A value is plain by its exact type: a class derived from int is no int.

What is not plain is given to whoever encodes: in a worker it becomes a handle.
"""

import datetime
from array import array
from collections import defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Sequence
from decimal import Decimal
from enum import Enum, Flag
from fractions import Fraction
from pathlib import PurePath
from typing import Any

import numpy as np
from msgspec.structs import replace

from gradekit.workers.remote.values import nodes as n
from gradekit.workers.remote.values import tables
from gradekit.workers.remote.values.dict_views import VIEWS, write_dict_view
from gradekit.workers.remote.values.members import MEMBERS, NO_FLAGS, is_members_value
from gradekit.workers.remote.values.shared import (
    CONTAINERS,
    PATHS,
    PURE_PATHS,
    SCALARS,
    name_of,
)
from gradekit.workers.remote.values.streams import STREAMS, write_stream
from gradekit.workers.remote.values.table_encoding import (
    NotPlain,
    TextColumn,
    plain_only,
    write_column,
    write_table,
)
from gradekit.workers.remote.values.views import address, is_part
from gradekit.workers.wire import MAX_WIRE_NAME

LEAST_NUMBERS = 16  # shorter lists are written item by item
_SMALL = range(-(2**63), 2**63)
_ATOMS = frozenset([type(None), bool, float])
_NEVER_LINKED = frozenset([str, bytes, tuple, frozenset, complex, range, slice])
_CODES = {float: "d", int: "q", bool: "b"}
ARRAY_KINDS = "biufcMmUS"


class CannotCross(TypeError):
    """A value cannot be given to the other side."""


EncodeOther = Callable[["Encoder", Any], n.AnyNode]


def refuse(encoder: "Encoder", value: object) -> n.AnyNode:  # noqa: ARG001
    """Raise CannotCross for what is not plain."""
    raise CannotCross(f"an object of class {type(value).__name__} is no plain value")


class Encoder:
    """Writes one message's values; `other` writes what is not plain.

    `link` gives a list, dict, set, array, table or stream that both sides may hold its link, and 0
    to all others; `known` gives that of one which the other side has as it is. `base` gives the
    array that another one is to be a part of there, too, if it is. Tables of other `packages` are
    not plain.
    Raises CannotCross for what is too deep, too much, or holds itself.
    """

    def __init__(
        self,
        other: EncodeOther = refuse,
        link: Callable[[Any], int] = lambda _: 0,
        packages: Collection[str] = tables.PACKAGES,
        known: Callable[[Any], int] = lambda _: 0,
        base: Callable[[Any], Any] = lambda _: None,
    ) -> None:
        self.nodes: list[n.AnyNode] = []
        self.write_other, self.link, self.packages = other, link, packages
        self.known, self.base = known, base
        self._places: dict[int, int] = {}
        self._waiting: dict[int, tuple[str, dict[str, Any]]] = {}
        self._told = set[int]()
        self._alive: list[Any] = []  # so that no two objects have the same id
        self._depth = 0

    def encode(self, value: Any) -> list[n.AnyNode]:
        """Return the nodes of a value."""
        return self.end_with(self.add(value))

    def put_tuple(self, places: Sequence[int]) -> int:
        """Write a tuple of what stands at some places; return its own place."""
        return self.put(n.Sequence("tuple", _places(places)))

    def end_with(self, place: int) -> list[n.AnyNode]:
        """Return all nodes, that of the value at a place the last."""
        while self._waiting:
            link, (name, state) = self._waiting.popitem()
            self.put(n.Instance(name, self.add(state), link))
        if place < len(self.nodes) - 1:
            self.put(self.nodes[place])  # what is told last is the value
        return self.nodes

    def wait(self, link: int, name: str, state: dict[str, Any]) -> None:
        """Write the attributes of an object later, once: objects may hold each other."""
        if link not in self._told:
            self._told.add(link)
            self._waiting[link] = name, state

    def add(self, value: Any) -> int:
        """Write a value after what it holds; return its place."""
        kind = type(value)
        if kind in _ATOMS:
            return self.put(value)
        if kind is int:
            return self.put(value if value in _SMALL else n.LongInt(long_int(value)))
        if kind is str and len(value) < 64:
            return self.put(_text(value))
        place = self._places.get(id(value))
        if place is not None:
            if place < 0:
                raise CannotCross("a value that holds itself does not cross")
            return place
        return self._add_new(kind, value)

    def add_all(self, values: Iterable[Any]) -> bytes:
        """Write values; return their places as a node holds them."""
        return _places(self.add(value) for value in values)

    def put(self, node: n.AnyNode) -> int:
        """Write a node; return its place."""
        if len(self.nodes) >= n.MAX_NODES:
            raise CannotCross(f"a value of more than {n.MAX_NODES} parts does not cross")
        self.nodes.append(node)
        return len(self.nodes) - 1

    def _add_new(self, kind: type, value: Any) -> int:
        self._alive.append(value)
        if kind not in _NEVER_LINKED and (known := self.known(value)):
            place = self._places[id(value)] = self.put(n.Ref(known))
            return place
        self._places[id(value)] = -1
        self._depth += 1
        if self._depth > n.MAX_DEPTH:
            raise CannotCross(f"a value of more than {n.MAX_DEPTH} lists in lists does not cross")
        write = WRITERS.get(kind, _write_other)
        node = write(self, value)
        self._depth -= 1
        place = self.put(node)
        self._places[id(value)] = place
        return place

    def other(self, value: Any) -> n.AnyNode:
        """Return the node of what is not plain."""
        return self.write_other(self, value)

    def array(self, value: Any) -> n.AnyNode:
        """Return the node of an array."""
        return _write_array(self, value)

    def table(self, value: Any, kind: str) -> n.AnyNode:
        """Return the node of a table; where it is not plain all through, of what is not plain."""
        nodes, places, depth = len(self.nodes), self._places, self._depth
        link, known, base = self.link, self.known, self.base
        # What is in a table is the table's own: nothing of it is one with what is elsewhere.
        self.link, self.known, self.base, self._places = _no_link, _no_link, lambda _: None, {}
        try:
            with plain_only(self):
                made = write_table(self, value, kind)
        except NotPlain:
            del self.nodes[nodes:]
            self._depth, made = depth, None
        finally:
            self.link, self.known, self.base, self._places = link, known, base, places
        if made is None:
            return self.other(value)
        return replace(made, link=link(value)) if kind in tables.FRAMES else made


def _no_link(_: Any) -> int:
    return 0


def long_int(value: int) -> bytes:
    """Return a whole number in two's complement; raise CannotCross where it is too long."""
    length = value.bit_length() // 8 + 1
    if length > n.MAX_INT_BYTES:
        raise CannotCross("a whole number of so many digits does not cross")
    return value.to_bytes(length, "little", signed=True)


def is_key(value: Any) -> bool:
    """Whether a value may be a key: plain, and hashed by its contents."""
    kind = type(value)
    if kind in (tuple, frozenset):
        return all(is_key(one) for one in value)
    plain = kind in KEYS or kind in SCALARS or isinstance(value, Enum)
    return plain or tables.is_scalar(value)


def _text(value: str) -> n.AnyNode:
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            return n.Bytes(value.encode("utf-8", "surrogatepass"), text=True)
    return value


def _write_other(encoder: Encoder, value: Any) -> n.AnyNode:
    known = name_of(value)
    if known:
        return n.Known(*known)
    table = tables.class_name(value) if "pandas" in encoder.packages else ""
    if table:
        return n.Known("pandas", table)
    kind = tables.table_kind(value)
    if kind and (kind == "dtype" or tables.package_of(kind) in encoder.packages):
        return encoder.table(value, kind)
    if isinstance(value, Enum) and not isinstance(value, type):
        return _write_enum(encoder, value)
    return encoder.other(value)


def _write_enum(encoder: Encoder, value: Enum) -> n.AnyNode:
    kind = type(value)
    name: object = value._name_
    if name is None and isinstance(value, Flag) and value._value_ == 0:
        name = NO_FLAGS
    if not isinstance(name, str) or len(name) > MAX_WIRE_NAME:  # such as flags together
        return encoder.other(value)
    place = encoder.add(value._value_) if is_members_value(value._value_) else -1
    owner, is_value = kind.__qualname__[:MAX_WIRE_NAME], issubclass(kind, int | str)
    return n.EnumNode(kind.__module__[:MAX_WIRE_NAME], owner, name, place, is_value)


def _write_member(encoder: Encoder, value: Any) -> n.AnyNode:  # noqa: ARG001
    return n.EnumNode(value.module, value.owner, value.name)


def _write_sequence(encoder: Encoder, value: Any) -> n.AnyNode:
    kind = type(value)
    link = encoder.link(value) if kind in (list, set) else 0
    if kind in (list, tuple) and len(value) >= LEAST_NUMBERS:
        kinds = set(map(type, value))
        code = _CODES.get(kinds.pop(), "") if len(kinds) == 1 else ""
        if code:
            try:
                return n.Numbers(kind.__name__, code, array(code, value).tobytes(), link)
            except OverflowError:
                pass
    if kind in (set, frozenset) and not all(is_key(one) for one in value):
        return encoder.other(value)
    return n.Sequence(kind.__name__, encoder.add_all(list(value)), link)


def _write_dict(encoder: Encoder, value: dict[Any, Any]) -> n.AnyNode:
    if not all(is_key(key) for key in value):
        return encoder.other(value)
    link = encoder.link(value)
    items = list(value.items())
    keys = encoder.add_all(key for key, _ in items)
    return n.Mapping(keys, encoder.add_all(one for _, one in items), link)


def _write_container(encoder: Encoder, value: Any) -> n.AnyNode:
    return write_container(encoder, value, encoder.add)


def write_container(encoder: Encoder, value: Any, add: Callable[[Any], int]) -> n.AnyNode:
    """Return the node of a Counter, defaultdict, OrderedDict or deque; `add` writes its items."""
    kind = type(value)
    if kind is deque:
        limit = -1 if value.maxlen is None else encoder.add(value.maxlen)
        return n.Container("deque", _places(map(add, value)), b"", limit, encoder.link(value))
    if not all(is_key(key) for key in dict.keys(value)):
        return encoder.other(value)
    make = value.default_factory if kind is defaultdict else None
    other = -1 if make is None else encoder.add(make)
    held = _places(add(one) for one in dict.values(value))
    return n.Container(kind.__name__, encoder.add_all(value), held, other, encoder.link(value))


def _places(found: Iterable[int]) -> bytes:
    return np.array(list(found), "<u4").tobytes()


def _write_range(encoder: Encoder, value: range) -> n.AnyNode:
    try:
        if len(value) > n.MAX_RANGE:
            return encoder.other(value)
    except OverflowError:
        return encoder.other(value)
    return n.Sequence("range", encoder.add_all([value.start, value.stop, value.step]))


def _write_slice(encoder: Encoder, value: slice) -> n.AnyNode:
    return n.Sequence("slice", encoder.add_all([value.start, value.stop, value.step]))


def _write_array(encoder: Encoder, value: Any) -> n.AnyNode:
    dtype = value.dtype
    if dtype.kind == "O" and type(value) is np.ndarray:
        items = encoder.add_all(value.ravel(order="C").tolist())
        return n.ObjectArray(value.shape, items, encoder.link(value))
    if dtype.kind not in ARRAY_KINDS or (dtype.str not in DTYPES and dtype.kind not in "MmUS"):
        return encoder.other(value)
    if type(value) is not np.ndarray:
        return n.ArrayNode(dtype.str, (), "C", value.tobytes(), scalar=True)
    order = order_of(value)
    base = encoder.base(value)
    if base is not None and base.dtype == dtype and is_part(value, base):
        place = encoder.add(base)
        start = address(value) - address(base)
        return n.View(place, start, value.shape, value.strides, encoder.link(value))
    link = encoder.link(value)
    return n.ArrayNode(dtype.str, value.shape, order, value.tobytes(order), link=link)  # type: ignore[arg-type]


def order_of(value: Any) -> str:
    """Return the order in which an array's items cross: F, or else C."""
    return "F" if value.flags.f_contiguous and not value.flags.c_contiguous else "C"


def _offset(zone: datetime.tzinfo | None) -> int | None:
    if zone is None:
        return None
    return zone.utcoffset(None) // datetime.timedelta(microseconds=1)  # type: ignore[operator]


def _write_moment(encoder: Encoder, value: Any) -> n.AnyNode:
    kind = type(value)
    if kind is datetime.timedelta:
        return n.Moment("timedelta", (value.days, value.seconds, value.microseconds))
    if kind is datetime.date:
        return n.Moment("date", (value.year, value.month, value.day))
    if value.tzinfo is not None and type(value.tzinfo) is not datetime.timezone:
        return encoder.other(value)
    parts: tuple[int, ...] = (value.hour, value.minute, value.second, value.microsecond)
    if kind is datetime.datetime:
        parts = (value.year, value.month, value.day, *parts)
    return n.Moment(kind.__name__, parts, bool(value.fold), _offset(value.tzinfo))


def _write_fraction(encoder: Encoder, value: Fraction) -> n.AnyNode:
    parts = long_int(value.numerator), long_int(value.denominator)
    if max(map(len, parts)) > n.MAX_FRACTION_BYTES:
        return encoder.other(value)
    return n.FractionNode(*parts)


def _write_decimal(encoder: Encoder, value: Decimal) -> n.AnyNode:
    text = str(value)
    if len(text) > n.MAX_DECIMAL_DIGITS or abs(value.adjusted()) > n.MAX_DECIMAL_EXPONENT:
        return encoder.other(value)
    return n.DecimalNode(text)


def _write_path(encoder: Encoder, value: PurePath) -> n.AnyNode:
    text = str(value)
    if len(text) > n.MAX_PATH_LENGTH or any("\ud800" <= letter <= "\udfff" for letter in text):
        return encoder.other(value)
    return n.PathNode(text, type(value) in PURE_PATHS)


DTYPES = frozenset(
    f"{end}{kind}{size}"
    for end in "<>|"
    for kind, sizes in (("b", "1"), ("i", "1248"), ("u", "1248"), ("f", "248"), ("c", "8"))
    for size in sizes
) | {f"{end}c16" for end in "<>"}
KEYS: frozenset[type] = frozenset(
    {type(None), bool, int, float, complex, str, bytes, Fraction, Decimal, range, type(...)}
    | {datetime.date, datetime.time, datetime.datetime, datetime.timedelta}
    | MEMBERS
    | PATHS
)
WRITERS: dict[type, Callable[[Encoder, Any], n.AnyNode]] = {
    str: lambda _, value: _text(value),
    bytes: lambda _, value: n.Bytes(value),
    complex: lambda _, value: n.Complex(value.real, value.imag),
    dict: _write_dict,
    range: _write_range,
    slice: _write_slice,
    np.ndarray: _write_array,
    Fraction: _write_fraction,
    Decimal: _write_decimal,
    **dict.fromkeys(PATHS, _write_path),
    **dict.fromkeys(STREAMS, lambda encoder, value: write_stream(value, encoder.link(value))),
    **dict.fromkeys(MEMBERS, _write_member),
    TextColumn: lambda _, value: write_column(value),
    **dict.fromkeys([list, tuple, set, frozenset], _write_sequence),
    **dict.fromkeys(CONTAINERS, _write_container),
    **dict.fromkeys(VIEWS, lambda encoder, value: write_dict_view(encoder, value, is_key)),
    **dict.fromkeys(SCALARS, _write_array),
    **dict.fromkeys(
        [datetime.date, datetime.time, datetime.datetime, datetime.timedelta], _write_moment
    ),
}
