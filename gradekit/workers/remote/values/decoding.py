"""Builds values from nodes, which may hold anything: a value or a WireError, in bounded memory."""

import datetime
import math
import re
import sys
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Sequence
from decimal import Decimal
from enum import EnumMeta
from fractions import Fraction
from pathlib import Path, PurePath
from typing import Any

import msgspec
import numpy as np

from gradekit.workers.remote.values import dict_views, tables
from gradekit.workers.remote.values import nodes as n
from gradekit.workers.remote.values.encoding import DTYPES
from gradekit.workers.remote.values.members import member_named, member_of
from gradekit.workers.remote.values.shared import SHARED
from gradekit.workers.remote.values.streams import read_stream
from gradekit.workers.remote.values.table_decoding import known_class, read_table, read_texts
from gradekit.workers.remote.values.views import read_view
from gradekit.workers.wire import WireError

LONGEST_INTERNED = 40
_CODES = {"d": "<f8", "q": "<i8", "b": "u1"}
_MOMENTS = re.compile(r"[<>][Mm]8(?:\[(?:25)?[YMWDhmsunpf]s?\])?")
_TEXTS = re.compile(r"[<>|][US](?P<length>\d{1,6})")
GRAPH = msgspec.msgpack.Decoder(n.Graph)


def _no_other(decoder: "Decoder", node: n.Node) -> Any:  # noqa: ARG001
    raise WireError("a value that only the other side has")


DecodeOther = Callable[["Decoder", Any], Any]


class Decoder:
    """Builds one message's value; `other` builds what stands for something on the other side.

    `linked` is given each list, dict, set, array and table that has a link, and returns what takes
    its place. Tables of other `packages` are no values.
    """

    def __init__(
        self,
        other: DecodeOther = _no_other,
        linked: Callable[[int, Any], Any] = lambda _, value: value,
        packages: Collection[str] = tables.PACKAGES,
    ) -> None:
        self._other, self.linked, self.packages = other, linked, packages
        self.built: list[Any] = []
        self._foreign: list[bool] = []
        self._depths: list[int] = []
        self._sizes: list[int] = []
        self._hashable: list[bool] = []
        self._depth, self._size, self._is_hashable = 0, 1, True
        self._is_foreign = False

    def decode(self, nodes: Sequence[n.AnyNode]) -> Any:
        """Return the value of nodes; raise WireError where they are none."""
        if not nodes:
            raise WireError("no value")
        for node in nodes:
            self._depth, self._size, self._is_hashable = 0, 1, True
            self._is_foreign = False
            kind = type(node)
            if kind is str:
                self._size += len(node) // 16  # type: ignore[arg-type]
                short = len(node) <= LONGEST_INTERNED  # type: ignore[arg-type]
                value: Any = sys.intern(node) if short else node  # type: ignore[arg-type]
            elif kind in READERS:
                value = self._read(kind, node)
            elif isinstance(node, n.Node):
                self._is_hashable, self._is_foreign = False, True
                value = self._other(self, node)
            else:
                value = node
            self._keep(value)
        return self.built[-1]

    def _read(self, kind: type, node: Any) -> Any:
        try:
            return READERS[kind](self, node)
        except (ValueError, TypeError, ArithmeticError, LookupError) as error:
            raise WireError(f"no {kind.__name__}") from error

    def _keep(self, value: Any) -> None:
        if self._depth > n.MAX_DEPTH + 1:
            raise WireError("a value of too many lists in lists")
        if self._size > n.MAX_UNFOLDED:
            raise WireError("a value that would be far larger when it is written out")
        self.built.append(value)
        self._depths.append(self._depth)
        self._sizes.append(self._size)
        self._hashable.append(self._is_hashable)
        self._foreign.append(self._is_foreign)

    def child(self, place: int) -> Any:
        """Return what stands at one place before the node that is read."""
        if not 0 <= place < len(self.built):
            raise WireError("a part that is not there")
        self._depth = max(self._depth, self._depths[place] + 1)
        self._size += self._sizes[place]
        self._is_foreign |= self._foreign[place]
        return self.built[place]

    def children(self, places: bytes, *, keys: bool = False) -> list[Any]:
        """Return what a node holds; WireError where that does not stand before it, or is no key."""
        wanted = np.frombuffer(places, "<u4")
        if not wanted.size:
            return []
        if int(wanted.max()) >= len(self.built):
            raise WireError("a part that is not there")
        listed = wanted.tolist()
        self._depth = max(self._depth, 1 + max(self._depths[place] for place in listed))
        self._size += sum(self._sizes[place] for place in listed)
        if self._size > n.MAX_UNFOLDED:
            raise WireError("a value that would be far larger when it is written out")
        hashable = all(self._hashable[place] for place in listed)
        if keys and not hashable:
            raise WireError("a key that is none")
        self._is_hashable = hashable
        self._is_foreign |= any(self._foreign[place] for place in listed)
        found = [self.built[place] for place in listed]
        if keys:
            _require_unlike(found)
        return found

    def weigh(self, count: int) -> None:
        """Note that a value takes as much as so many parts."""
        self._size += count

    def is_foreign(self, place: int) -> bool:
        """Whether what stands at one place holds what only the other side has."""
        return self._foreign[place]

    def dtype(self, name: str) -> np.dtype[Any]:
        """Return a dtype of NumPy's by its name; raise WireError for one that is not taken."""
        return _dtype(name)

    @property
    def measure(self) -> tuple[int, int]:
        """The size of what the node holds, as if what is held twice were two, and its depth."""
        return self._size, self._depth

    def weigh_held(self, size: int, depth: int) -> None:
        """Note that the node holds what is there already, of some size and depth."""
        self._size += size
        self._depth = max(self._depth, depth)

    def unhashable(self, may_be_key: bool = False) -> None:
        """Note that a value can be no key, or that it can, whatever it is made of."""
        self._is_hashable = may_be_key


def _require_unlike(keys: Iterable[Any]) -> None:
    alike = Counter(map(hash, keys))
    if alike and max(alike.values()) > n.MAX_ALIKE_HASHES:
        raise WireError("keys that are made to be slow")


def _sequence(decoder: Decoder, node: n.Sequence) -> Any:
    kind = node.kind
    items = decoder.children(node.items, keys=kind in ("set", "frozenset"))
    if kind in ("list", "set"):
        decoder.unhashable()
        value: Any = items if kind == "list" else set(items)
        return decoder.linked(node.link, value) if node.link else value
    if kind == "tuple":
        return tuple(items)
    if kind == "frozenset":
        return frozenset(items)
    if kind in dict_views.NAMES:
        decoder.unhashable()
        return dict_views.as_view(kind, items)
    if kind == "slice":
        decoder.unhashable()
        return slice(*_three(items))
    if kind == "range":
        made = range(*_three(items))
        if any(type(one) is not int for one in items) or len(made) > n.MAX_RANGE:
            raise WireError("a range of too many numbers")
        decoder.weigh(len(made))
        return made
    raise WireError("a list of no kind")


def _three(items: list[Any]) -> list[Any]:
    if len(items) != 3:
        raise WireError("a range or slice of not three parts")
    return items


def _numbers(decoder: Decoder, node: n.Numbers) -> Any:
    found = np.frombuffer(node.data, _CODES[node.code])
    decoder.weigh(found.size)
    values = (found != 0).tolist() if node.code == "b" else found.tolist()
    if node.kind == "tuple":
        return tuple(values)
    if node.kind != "list":
        raise WireError("a list of no kind")
    decoder.unhashable()
    return decoder.linked(node.link, values) if node.link else values


def _mapping(decoder: Decoder, node: n.Mapping) -> Any:
    keys = decoder.children(node.keys, keys=True)
    value = dict(zip(keys, decoder.children(node.values), strict=True))
    decoder.unhashable()
    return decoder.linked(node.link, value) if node.link else value


def _container(decoder: Decoder, node: n.Container) -> Any:
    other = decoder.child(node.other) if node.other >= 0 else None
    items = decoder.children(node.items, keys=node.kind != "deque")
    made: Any
    if node.kind == "deque":
        if other is not None and (type(other) is not int or len(items) > other):
            raise WireError("a deque of another length")
        made = deque(items, other)
    else:
        pairs = zip(items, decoder.children(node.values), strict=True)
        if node.kind == "defaultdict":
            made = defaultdict(other)
        else:
            made = {"Counter": Counter, "OrderedDict": OrderedDict}[node.kind]()
        for key, value in pairs:  # as they are: a Counter would add them up
            made[key] = value
    decoder.unhashable()
    return decoder.linked(node.link, made) if node.link else made


def _require_shape(shape: tuple[int, ...], count: int) -> None:
    if min(shape, default=0) < 0 or math.prod(shape) != count:
        raise WireError("an array of a shape that is not its own")


def _dtype(name: str) -> np.dtype[Any]:
    texts = _TEXTS.fullmatch(name)
    if name not in DTYPES and not _MOMENTS.fullmatch(name) and not texts:
        raise WireError("an array of a dtype that is not taken")
    return np.dtype(name)


def _array(decoder: Decoder, node: n.ArrayNode) -> Any:
    dtype = _dtype(node.dtype)
    if not dtype.itemsize:  # texts of no letters take no bytes, however many there are
        _require_shape(node.shape, min(math.prod(node.shape), n.MAX_NODES))
        found = np.zeros(math.prod(node.shape), dtype)
    else:
        found = np.frombuffer(node.data, dtype)
    if dtype.kind == "b":  # a byte of 2 would be neither true nor false
        found = np.frombuffer(node.data, np.uint8) != 0
    if dtype.kind == "U" and dtype.itemsize:
        letters = np.frombuffer(node.data, dtype.str[0] + "u4")
        if letters.size and int(letters.max()) > sys.maxunicode:
            raise WireError("a text of no letters")
    _require_shape(node.shape, found.size)
    decoder.weigh(len(node.data) // 16)
    if node.scalar:
        if node.shape:
            raise WireError("a scalar of some dimensions")
        return found[0]
    if node.order not in ("C", "F"):
        raise WireError("an array of no order")
    decoder.unhashable()
    made = found.reshape(node.shape, order=node.order).copy(order=node.order)  # type: ignore[call-overload]
    return decoder.linked(node.link, made) if node.link else made


def _object_array(decoder: Decoder, node: n.ObjectArray) -> Any:
    items = decoder.children(node.items)
    _require_shape(node.shape, len(items))
    decoder.unhashable()
    made = np.empty(len(items), object)
    for place, item in enumerate(items):
        made[place] = item
    whole = made.reshape(node.shape).copy()
    return decoder.linked(node.link, whole) if node.link else whole


def _moment(decoder: Decoder, node: n.Moment) -> Any:  # noqa: ARG001
    lengths = {"date": 3, "time": 4, "datetime": 7, "timedelta": 3}
    if lengths.get(node.kind) != len(node.parts):
        raise WireError("a moment of other parts")
    if node.kind == "timedelta":
        return datetime.timedelta(*node.parts)
    if node.kind == "date":
        return datetime.date(*node.parts)
    zone = None
    if node.offset is not None:
        zone = datetime.timezone(datetime.timedelta(microseconds=node.offset))
        zone = datetime.UTC if not node.offset else zone
    kind: Any = datetime.datetime if node.kind == "datetime" else datetime.time
    return kind(*node.parts, tzinfo=zone, fold=int(node.fold))


def _fraction(decoder: Decoder, node: n.FractionNode) -> Fraction:  # noqa: ARG001
    numerator, denominator = (
        int.from_bytes(part, "little", signed=True) for part in (node.numerator, node.denominator)
    )
    made = Fraction(numerator, denominator)
    if made.denominator != denominator:
        raise WireError("a fraction that is not in its lowest terms")
    return made


def _decimal(decoder: Decoder, node: n.DecimalNode) -> Decimal:  # noqa: ARG001
    made = Decimal(node.text)
    if made.is_finite() and abs(made.adjusted()) > n.MAX_DECIMAL_EXPONENT:
        raise WireError("a decimal number of too many digits")
    return made


def _path(decoder: Decoder, node: n.PathNode) -> PurePath:  # noqa: ARG001
    return PurePath(node.text) if node.pure else Path(node.text)


def _enum(decoder: Decoder, node: n.EnumNode) -> Any:
    found: Any = vars(sys.modules.get(node.module, sys))
    for name in node.owner.split("."):
        found = found.get(name)
        if isinstance(found, EnumMeta):
            break
        found = vars(found) if isinstance(found, type) else {}
    if isinstance(found, EnumMeta) and found.__qualname__ == node.owner:
        member: Any = member_named(found, node.name)
        if member is not None:
            return member
    value: Any = decoder.child(node.value) if node.value >= 0 else None
    kind: Any = type(value)
    return member_of(node.module, node.owner, node.name, kind, node.is_value, value)


def _known(decoder: Decoder, node: n.Known) -> Any:
    if node.module == "pandas":
        return known_class(decoder, node.name)
    try:
        return SHARED[node.module, node.name]
    except KeyError as error:
        raise WireError("a name that is none of those which both sides have") from error


def _stream(decoder: Decoder, node: n.Stream) -> Any:
    decoder.weigh(len(node.content) // 16)
    made = read_stream(node)
    return decoder.linked(node.link, made) if node.link else made


def _long_int(decoder: Decoder, node: n.LongInt) -> int:
    if len(node.data) > n.MAX_INT_BYTES:
        raise WireError("a whole number of too many digits")
    decoder.weigh(len(node.data) // 8)
    return int.from_bytes(node.data, "little", signed=True)


def _bytes(decoder: Decoder, node: n.Bytes) -> str | bytes:
    decoder.weigh(len(node.data) // 16)
    return node.data.decode("utf-8", "surrogatepass") if node.text else node.data


READERS: dict[type, Callable[[Decoder, Any], Any]] = {
    n.LongInt: _long_int,
    n.Bytes: _bytes,
    n.Complex: lambda _, node: complex(node.real, node.imag),
    n.Sequence: _sequence,
    n.Numbers: _numbers,
    n.Mapping: _mapping,
    n.Container: _container,
    n.ArrayNode: _array,
    n.View: read_view,
    n.ObjectArray: _object_array,
    n.Texts: read_texts,
    n.Table: read_table,
    n.Moment: _moment,
    n.FractionNode: _fraction,
    n.DecimalNode: _decimal,
    n.PathNode: _path,
    n.Stream: _stream,
    n.EnumNode: _enum,
    n.Known: _known,
}


def read_graph(payload: bytes) -> list[n.AnyNode]:
    """Return the nodes that bytes hold; raise WireError where they hold none."""
    try:
        return GRAPH.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OverflowError) as error:
        raise WireError("no value") from error
