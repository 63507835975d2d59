"""Values cross between a test and a worker by exact type, and nothing else gets through."""

import contextlib
import datetime
import enum
import io
import math
import operator
from collections import Counter, OrderedDict, defaultdict, deque
from decimal import Decimal
from fractions import Fraction
from http import HTTPStatus
from pathlib import Path, PurePath
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradekit.workers.remote.values import nodes as n
from gradekit.workers.remote.values.decoding import Decoder, read_graph
from gradekit.workers.remote.values.encoding import CannotCross, Encoder
from gradekit.workers.remote.values.members import EnumMember
from gradekit.workers.wire import WireError


def crossed(value: Any) -> Any:
    """Return a value as the other side has it."""
    return Decoder().decode(read_graph(msgspec.msgpack.encode(Encoder().encode(value))))


def at_its_end(stream: io.BytesIO) -> io.BytesIO:
    """Return a stream that has been read."""
    stream.read()
    return stream


def closed(stream: io.StringIO) -> io.StringIO:
    """Return a stream that is closed."""
    stream.close()
    return stream


def alike(one: Any, other: Any) -> bool:
    """Whether two values are the same, and of the same exact types all through."""
    if type(one) is not type(other):
        return False
    if isinstance(one, float | complex | np.generic):
        return repr(one) == repr(other)
    if isinstance(one, Decimal):
        return str(one) == str(other)
    if isinstance(one, np.ndarray):
        same: bool = one.dtype == other.dtype and one.shape == other.shape
        if one.dtype.kind == "O":
            return same and all(map(alike, one.ravel().tolist(), other.ravel().tolist()))
        return (
            same
            and one.tobytes() == other.tobytes()
            and bool(one.flags.f_contiguous == other.flags.f_contiguous)
        )
    if isinstance(one, io.StringIO | io.BytesIO):
        if one.closed or other.closed:
            return bool(one.closed and other.closed)
        return (one.getvalue(), one.tell()) == (other.getvalue(), other.tell())
    if isinstance(one, slice):
        return alike([one.start, one.stop, one.step], [other.start, other.stop, other.step])
    if isinstance(one, deque):
        return one.maxlen == other.maxlen and alike(list(one), list(other))
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, defaultdict) and one.default_factory is not other.default_factory:
        return False
    if isinstance(one, dict):
        return alike(list(one.items()), list(other.items()))
    if isinstance(one, set | frozenset):
        return sorted(map(repr, one)) == sorted(map(repr, other))
    return bool(one == other)


atoms: Any = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.complex_numbers(),
    st.text(st.characters()),
    st.binary(),
    st.dates(),
    st.times(),
    st.datetimes(timezones=st.just(datetime.UTC) | st.none()),
    st.timedeltas(),
    st.fractions(),
    st.decimals(places=3),
    st.just(...),
    st.builds(range, st.integers(-99, 99), st.integers(-99, 99), st.integers(1, 9)),
)


def is_no_nan(value: Any) -> bool:
    """Whether a value is equal to itself, and may be a key."""
    return not isinstance(value, Decimal) or value.is_finite()


hashed = atoms.filter(is_no_nan)
keys = st.one_of(hashed, st.tuples(hashed, hashed))
arrays: Any = st.builds(
    lambda kind, shape, order, seed: np.asarray(
        np.random.default_rng(seed).integers(0, 100, shape).astype(kind), order=order
    ),
    st.sampled_from(["?", "i1", "<u8", ">i4", "f2", "f8", "c16", "M8[D]", "m8[s]", "<U7", "S3"]),
    st.lists(st.integers(0, 4), max_size=4).map(tuple),
    st.sampled_from("CF"),
    st.integers(0, 99),
)
values = st.recursive(
    st.one_of(atoms, arrays, st.builds(slice, atoms, atoms)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=20),
        st.lists(inner).map(tuple),
        st.dictionaries(keys, inner),
        st.dictionaries(keys, inner).map(OrderedDict),
        st.dictionaries(keys, inner).map(lambda held: defaultdict(list, held)),
        st.dictionaries(keys, st.integers()).map(Counter),
        st.lists(inner, max_size=5).map(lambda held: deque(held, maxlen=5)),
    ),
    max_leaves=30,
)


@settings(max_examples=200, deadline=None)
@given(values)
def test_a_value_arrives_as_it_was(value: Any) -> None:
    """True arrives as True, a list as a list, in the same order and of the same exact types."""
    assert alike(crossed(value), value)


@settings(max_examples=50, deadline=None)
@given(st.sets(keys), st.frozensets(keys))
def test_a_set_arrives_as_it_was(one: set[Any], other: frozenset[Any]) -> None:
    """Sets keep their members' types, too."""
    assert alike(crossed(one), one)
    assert alike(crossed(other), other)


KINDS = [np.bool_, np.int8, np.uint64, np.float16, np.float32, np.float64, np.complex128]


@pytest.mark.parametrize("kind", KINDS)
def test_a_scalar_of_numpy_s_stays_one(kind: type) -> None:
    """A number of NumPy's does not become one of Python's."""
    assert alike(crossed([kind(1), (kind(0),)]), [kind(1), (kind(0),)])
    assert crossed(kind) is kind


@pytest.mark.parametrize(
    "value",
    [
        [1] * 16,
        [1.0] * 40,
        [True] * 99,
        tuple(range(100)),
        [2**64] * 20,
        [-(2**63), *range(30)],
        [True, 1] * 10,
        2**10_000,
        -(2**64),
        float("nan"),
        math.inf,
        "\ud800",
        "é" * 100,
        np.array([[1, "a"], [None, [2]]], dtype=object),
        np.array("2020-01-01", "M8[D]")[()],
        np.str_("abc"),
        np.zeros((0, 3)),
        np.zeros(3, "<U0"),
        {(1, (2, "x")): {frozenset([1])}},
        len,
        int,
        ValueError,
        operator.itemgetter.__class__,
        np.sin,
        datetime.time(3, fold=1),
        datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone(datetime.timedelta(hours=2))),
        Decimal("sNaN"),
        Fraction(-3, 7),
        Path("data") / "é.csv",
        io.StringIO("a\r\n\ud800é"),
        at_its_end(io.BytesIO(b"\0a")),
        closed(io.StringIO("gone")),
        {PurePath("/"): Path()},
        HTTPStatus.OK,
        Counter({"a": -1, "b": 0}),
        Counter({"a": "text"}),
        OrderedDict([("b", 1), ("a", OrderedDict())]),
        defaultdict(None, {1: 2}),
        defaultdict(int, {"a": 1}),
        deque([1, deque()]),
        deque(maxlen=0),
        Counter,
        deque,
    ],
    ids=lambda value: repr(value)[:20],
)
def test_values_of_many_kinds(value: Any) -> None:
    """Long numbers, lists of numbers, texts that are none in UTF-8, and what both sides have."""
    assert alike(crossed(value), value)


def test_what_is_held_twice_is_one_object_there() -> None:
    """A matrix of one row over and over is what it was: a mistake that a test looks for."""
    row = [0]
    got = crossed([row, row, [0]])
    assert got[0] is got[1]
    assert got[0] is not got[2]


@pytest.mark.parametrize(
    "node",
    [
        n.Container("deque", b"\0\0\0\0\0\0\0\0", other=0),  # of two items, of one at most
        n.Container("deque", b"", other=1),
        n.Container("defaultdict", b"", other=0),  # makes its values by a number
        n.Container("Counter", b"\0\0\0\0"),  # a key without a value
        n.Container("Counter", b"\2\0\0\0", b"\0\0\0\0"),  # a key that is none
        n.Container("dict", b""),
        n.Container("eval", b""),
        n.Container("deque", b"\7\0\0\0"),
    ],
)
def test_a_container_that_is_none_is_refused(node: n.Container) -> None:
    """What no container of these can hold is no value."""
    with pytest.raises(WireError):
        Decoder().decode([1, "x", n.Sequence("list", b""), node])


class Colour(enum.Enum):
    RED = 1


def test_a_member_of_an_enumeration_is_known_by_name() -> None:
    """One that only the other side has is equal to itself, and to nothing else."""
    assert crossed(Colour.RED) is Colour.RED or crossed(Colour.RED).name == "RED"
    one = Decoder().decode([1, n.EnumNode("m", "Colour", "RED", 0)])
    assert one == EnumMember("m", "Colour", "RED")
    assert one != EnumMember("m", "Colour", "BLUE")
    assert (one.value, one == 1, hash(one) == hash(one)) == (1, False, True)


class Seven(int):
    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = int.__hash__


class AnyList(list[int]):
    pass


class AnyCounter(Counter[str]):
    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]


class AnyArray(np.ndarray[Any, Any]):
    pass


@pytest.mark.parametrize(
    "value",
    [
        Seven(3),
        AnyList([1]),
        AnyCounter(),
        [1, Seven(3)],
        {Seven(3): 1},
        np.ones(2).view(AnyArray),
        np.ma.masked_array([1]),
        np.array([Seven(3)], dtype=object),
        np.zeros(2, [("a", int)]),
        np.longdouble(1),
        object(),
        range(10**12),
        (x for x in "a"),
        open,
        compile,
        np.load,
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_not_plain_does_not_cross(value: Any) -> None:
    """A class derived from a plain one is not plain, whatever it says of itself."""
    with pytest.raises(CannotCross):
        crossed(value)


def test_what_holds_itself_is_refused() -> None:
    """A list in itself is no value; it would have no end when it is compared."""
    endless: list[Any] = []
    endless.append([endless])
    with pytest.raises(CannotCross, match="holds itself"):
        crossed(endless)


def nested(depth: int) -> list[Any]:
    """Return lists in lists."""
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


def test_depth_has_a_bound_on_both_sides() -> None:
    """Lists in lists in lists are taken up to a hundred."""
    assert crossed(nested(n.MAX_DEPTH - 1))
    with pytest.raises(CannotCross, match="lists in lists"):
        crossed(nested(n.MAX_DEPTH + 1))
    deep: list[n.AnyNode] = [n.Sequence("list", b"")]
    for place in range(n.MAX_DEPTH + 5):
        deep.append(n.Sequence("list", np.array([place], "<u4").tobytes()))
    with pytest.raises(WireError, match="lists in lists"):
        Decoder().decode(deep)


def places(*wanted: int) -> bytes:
    """Return places as a node holds them."""
    return np.array(wanted, "<u4").tobytes()


def laughs() -> list[n.AnyNode]:
    """Return a small value that would be written out with no end."""
    return ["ha", *(n.Sequence("list", places(*[place] * 10)) for place in range(30))]


LIES: dict[str, list[n.AnyNode]] = {
    "nothing": [],
    "laughs": laughs(),
    "itself": [n.Sequence("list", places(0))],
    "later": [n.Sequence("list", places(1)), 1],
    "half a place": [1, n.Sequence("list", b"\0\0")],
    "a view of a list": [n.Sequence("dict_keys", places(1)), n.Sequence("list", b"")],
    "a view of nothing": [n.Sequence("dict_items", b"")],
    "no kind": [n.Sequence("dict", b"")],
    "a list as key": [n.Sequence("list", b""), n.Sequence("set", places(0))],
    "a list in a tuple as key": [
        n.Sequence("list", b""),
        n.Sequence("tuple", places(0)),
        n.Mapping(places(1), places(0)),
    ],
    "more keys than values": [1, n.Mapping(places(0), b"")],
    "long range": [0, 10**15, 1, n.Sequence("range", places(0, 1, 2))],
    "range of floats": [0.5, n.Sequence("range", places(0, 0, 0))],
    "range of two": [0, n.Sequence("range", places(0, 0))],
    "shape": [n.ArrayNode("<f8", (3,), "C", b"\0" * 8)],
    "shape below zero": [n.ArrayNode("<f8", (-1, -1), "C", b"\0" * 8)],
    "huge shape of nothing": [n.ArrayNode("<f8", (0, 2**62, 2**62), "C", b"")],
    "letters of no bytes": [n.ArrayNode("<U0", (2**40,), "C", b"")],
    "objects": [n.ArrayNode("|O", (1,), "C", b"\0" * 8)],
    "records": [n.ArrayNode("V8", (1,), "C", b"\0" * 8)],
    "no letter": [n.ArrayNode("<U1", (1,), "C", b"\xff\xff\xff\xff")],
    "no order": [n.ArrayNode("<f8", (1,), "K", b"\0" * 8)],
    "scalars": [n.ArrayNode("<f8", (2,), "C", b"\0" * 16, scalar=True)],
    "half a float": [n.Numbers("list", "d", b"\0\0")],
    "numbers of no code": [n.Numbers("list", "O", b"")],
    "numbers of no kind": [n.Numbers("set", "d", b"")],
    "long number": [n.LongInt(b"\1" * (n.MAX_INT_BYTES + 1))],
    "no date": [n.Moment("date", (0, 13, 99))],
    "parts": [n.Moment("date", (1, 1))],
    "zone": [n.Moment("time", (1, 1, 1, 1), offset=10**15)],
    "by zero": [n.FractionNode(b"\1", b"\0")],
    "not lowest": [n.FractionNode(b"\2", b"\4")],
    "behind its end": [n.Stream(is_text=True, content=b"a", place=2)],
    "a text that is none": [n.Stream(is_text=True, content=b"\xff", place=0)],
    "no decimal": [n.DecimalNode("one")],
    "digits without end": [n.DecimalNode("1E+999999")],
    "open": [n.Known("builtins", "open")],
    "eval": [n.Known("builtins", "eval")],
    "os": [n.Known("os", "system")],
    "handle": [n.Object(1)],
    "function": [n.Function(1, "f")],
    "callback": [n.Callback(1, "f")],
    "link": [n.Ref(1)],
}


@pytest.mark.parametrize("lie", LIES)
def test_nodes_that_lie_are_no_value(lie: str) -> None:
    """A worker that writes nodes of its own gives a fault of the protocol, and nothing more."""
    with pytest.raises(WireError):
        Decoder().decode(LIES[lie])


def test_a_truth_value_is_true_or_false() -> None:
    """A byte that is neither becomes true, not something between them."""
    made = Decoder().decode([n.ArrayNode("|b1", (2,), "C", b"\2\0")])
    assert made.tobytes() == b"\1\0"
    assert Decoder().decode([n.Numbers("list", "b", b"\2\0")]) == [True, False]


def test_keys_that_are_made_to_be_slow_are_refused() -> None:
    """A dict of keys with one hash would take the square of their number."""
    alike = [(-1, -2)[bit >> place & 1] for bit in range(2**9) for place in range(9)]
    keys = {tuple(alike[start : start + 9]) for start in range(0, len(alike), 9)}
    assert len({hash(key) for key in keys}) == 1
    with pytest.raises(WireError, match="slow"):
        crossed(keys)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_bytes_are_a_value_or_a_fault(payload: bytes) -> None:
    """Arbitrary bytes are read as a value or refused, and nothing else happens."""
    with contextlib.suppress(WireError):
        Decoder().decode(read_graph(payload))


@settings(max_examples=300, deadline=None)
@given(values, st.data())
def test_damaged_bytes_are_a_value_or_a_fault(value: Any, data: Any) -> None:
    """Bytes that were a value, with some of them changed, are a value or refused."""
    payload = bytearray(msgspec.msgpack.encode(Encoder().encode(value)))
    for _ in range(data.draw(st.integers(1, 4))):
        payload[data.draw(st.integers(0, len(payload) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(WireError):
        Decoder().decode(read_graph(bytes(payload)))
