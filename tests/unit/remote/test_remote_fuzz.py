"""Whatever a worker says of objects that both sides hold is values or the hand-in's fault."""

import contextlib
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gradekit.errors import CheckOutcome
from gradekit.workers import wire
from gradekit.workers.remote import protocol
from gradekit.workers.remote.frames import AsProtocol, decode_from_test, decode_from_worker
from gradekit.workers.remote.in_test.answers.others_compared import compares_nothing
from gradekit.workers.remote.in_test.exchange import AnswerBack
from gradekit.workers.remote.in_test.namespace import SessionNamespace
from gradekit.workers.remote.in_test.session import RemoteSession
from gradekit.workers.remote.local import LocalExchange
from gradekit.workers.remote.values import nodes as n
from gradekit.workers.remote.values.decoding import Decoder
from gradekit.workers.remote.values.encoding import Encoder
from gradekit.workers.wire import WireError

OWN = protocol.FIRST_OF_WORKERS


class LyingExchange:
    """A worker that answers with what it is told to; `links` are those of what it was given."""

    def __init__(self) -> None:
        self.reply: Any = None
        self.links: list[int] = []

    def exchange(self, operation: protocol.Operation, answer: AnswerBack) -> protocol.Finished:
        """Return the reply, written out and read again."""
        del answer
        found = [getattr(node, "link", 0) for node in operation.arguments]
        self.links = [link for link in found if link]
        reply = self.reply(operation.number, self.links)
        with AsProtocol():
            told = decode_from_worker(wire.encode(reply)[wire.LENGTH.size :])
        assert isinstance(told, protocol.Finished)
        return told

    describe = LocalExchange.describe


def places(draw: Any, before: int) -> bytes:
    """Return places of some nodes that stand before."""
    some = st.lists(st.integers(0, before - 1), max_size=4) if before else st.just([])
    return np.array(draw(some), "<u4").tobytes()


def place(draw: Any, before: int) -> int:
    """Return the place of a node, that may not be there."""
    return int(draw(st.integers(0, max(0, before))))


@st.composite
def graphs(draw: Any) -> list[Any]:
    """Draw nodes that claim what they like; links from 0 on stand for what was given."""
    link = st.sampled_from([0, 1, 2, 3, 4, OWN + 1, OWN + 2, OWN + 3])
    found: list[Any] = []
    for _ in range(draw(st.integers(1, 12))):
        at, held = len(found), draw(link)
        kinds: dict[str, Any] = {
            "ref": lambda held=held: n.Ref(held),
            "list": lambda at=at, held=held: n.Sequence("list", places(draw, at), held),
            "set": lambda held=held: n.Sequence("set", b"", held),
            "tuple": lambda at=at: n.Sequence("tuple", places(draw, at)),
            "dict": lambda held=held: n.Mapping(b"", b"", held),
            "deque": lambda at=at, held=held: n.Container("deque", places(draw, at), link=held),
            "array": lambda held=held: n.ArrayNode("<f8", (2, 2), "C", b"\1" * 32, link=held),
            "view": lambda at=at, held=held: n.View(
                place(draw, at),
                draw(st.integers(0, 40)),
                tuple(draw(st.lists(st.integers(-1, 3), max_size=3))),
                tuple(draw(st.lists(st.integers(-32, 32), max_size=3))),
                held,
            ),
            "object": lambda at=at: n.Object(7 + at, place(draw, at), False, place(draw, at) - 1),
            "class": lambda at=at: n.Class(
                90 + at, "K", "m", specials=("__eq__",), fields=("a", draw(st.text(max_size=3)))
            ),
            "call": lambda: n.Callback(
                draw(st.integers(0, 3)),
                "f",
                is_object=draw(st.booleans()),
                parameters=draw(st.none() | st.just((("x", 1, False),))),
            ),
            "instance": lambda at=at, held=held: n.Instance("K", place(draw, at) - 1, held),
            "number": lambda: 3,
        }
        found.append(kinds[draw(st.sampled_from(sorted(kinds)))]())
    return found


def with_links(node: Any, given: list[int]) -> Any:
    """Return a node whose small link is that of something given."""
    link = getattr(node, "link", 0)
    if 0 < link <= len(given):
        return msgspec.structs.replace(node, link=given[link - 1])
    return node


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(graphs(), st.integers(0, 2**12)), min_size=1, max_size=4))
def test_claims_are_values_or_a_fault(replies: list[tuple[list[Any], int]]) -> None:
    """What was given keeps its type, what was not stays as it was, and nothing holds itself."""
    exchange = LyingExchange()
    session = RemoteSession(exchange)
    row, table, matrix, never = [1], {"a": 2}, np.zeros((2, 2)), [[1], 2]
    xs = [row, never[1]]
    for nodes, kept in replies:

        def reply(number: int, links: list[int], nodes: Any = nodes, kept: int = kept) -> Any:
            made = [with_links(node, links) for node in nodes]
            last = np.array([len(made) - 1], "<u4").tobytes()
            made += [n.Sequence("tuple", last), n.Sequence("tuple", places_of(len(made)))]
            own = [*links, OWN + 1, OWN + 2, OWN + 3]
            still = [one for at, one in enumerate(own) if kept >> at & 1]
            return protocol.Finished(number, made, kept=still)

        exchange.reply = reply
        with contextlib.suppress(CheckOutcome):
            session.operate("call", 5, "f", xs, table, matrix)
    assert never == [[1], 2]
    assert [type(one) for one in (xs, row, table, matrix)] == [list, list, dict, np.ndarray]
    assert (matrix.shape, matrix.dtype) == ((2, 2), np.dtype(float))
    repr((xs, table))


def places_of(*wanted: int) -> bytes:
    """Return places as a node holds them."""
    return np.array(wanted, "<u4").tobytes()


class DamagingExchange(LocalExchange):
    """A worker whose replies arrive with some bytes changed."""

    changes: list[tuple[int, int]] = []  # noqa: RUF012  (each test sets its own)

    def exchange(self, operation: protocol.Operation, answer: AnswerBack) -> protocol.Finished:
        """Return the reply as it arrives."""
        frame = bytearray(wire.encode(super().exchange(operation, answer))[wire.LENGTH.size :])
        for at, byte in self.changes:
            frame[at % len(frame)] = byte
        with AsProtocol():
            told = decode_from_worker(bytes(frame))
            if not isinstance(told, protocol.Finished):
                raise WireError("another message")
        return told


CODE = """
import numpy as np
from dataclasses import dataclass
@dataclass
class Stack:
    items: list
    def push(self, x):
        self.items.append(x)
        return self.items, self.items[:]
    def part(self, m): return m[:, 0], m
"""
CHANGES = st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), min_size=1, max_size=3)


@settings(max_examples=50, deadline=None)
@given(CHANGES)
def test_damaged_replies_are_values_or_a_fault(changes: list[tuple[int, int]]) -> None:
    """Bytes that were an answer of objects which both sides hold, and are no longer."""
    exchange = DamagingExchange()
    names = SessionNamespace(RemoteSession(exchange))
    names.run(CODE, "cell.py")
    kind: Any = names.get("Stack")
    stack, bystander = kind([1]), [[5]]
    held = stack.items
    exchange.changes = changes
    # What is damaged may be another object's method, or say that something was raised.
    with contextlib.suppress(CheckOutcome, TypeError, ValueError, AttributeError):
        stack.push(3)
        stack.part(np.zeros((2, 2)))
    assert type(held) is list
    assert bystander == [[5]]


@settings(max_examples=50, deadline=None)
@given(CHANGES)
def test_damaged_operations_are_operations_or_a_fault(changes: list[tuple[int, int]]) -> None:
    """Names of what is given, and what is no longer shared, are read or refused."""
    whole = protocol.Operation(
        3, "call", 1, "f", [[1][0], n.Sequence("tuple", places_of(0))], [4], [5], named={6: "x"}
    )
    frame = bytearray(wire.encode(whole)[wire.LENGTH.size :])
    for at, byte in changes:
        frame[at % len(frame)] = byte
    with contextlib.suppress(WireError):
        decode_from_test(bytes(frame))


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_parts_of_arrays_arrive_as_they_were(data: Any) -> None:
    """Slices, turned round and over, of both orders: the same numbers of the same memory."""
    shape = data.draw(st.lists(st.integers(1, 4), min_size=1, max_size=3))
    kind = data.draw(st.sampled_from(["<f8", ">i4", "?", "<U3"]))
    numbers = np.arange(np.prod(shape)).reshape(shape)
    whole = np.array(numbers.astype(kind), order=data.draw(st.sampled_from("CF")))
    step = st.sampled_from([1, 2, -1, -2])
    part = whole[tuple(slice(None, None, data.draw(step)) for _ in shape)]
    part = part.T if data.draw(st.booleans()) else part
    nodes = Encoder(base=lambda value: whole if value is part else None).encode((whole, part))
    one, other = Decoder().decode(nodes)
    assert np.array_equal(other, part)
    assert other.strides == part.strides
    assert np.shares_memory(one, other)


ANSWERS = st.dictionaries(
    st.sampled_from("ab"), st.lists(st.sampled_from([True, False, None]), max_size=4)
)


@settings(max_examples=60, deadline=None)
@given(ANSWERS)
def test_who_answers_alike_to_all_compares_nothing(right: Any) -> None:
    """Where the solution tells others from what the test compares; the solution itself does."""
    assert not compares_nothing(right, right)
    alike = {place: found[:1] * len(found) for place, found in right.items()}
    tells = [place for place, found in right.items() if {True, False} <= set(found)]
    told = any(right[place][0] is not None for place in tells)
    assert compares_nothing(alike, right) == told


@pytest.mark.parametrize("offset", [2**40, 33, -1])
def test_a_part_outside_of_an_array_is_refused(offset: int) -> None:
    """Memory that is not the array's is never looked at."""
    nodes: list[n.AnyNode] = [n.ArrayNode("<f8", (4,), "C", bytes(32))]
    nodes.append(n.View(0, offset, (1,), (8,)))
    with pytest.raises(WireError):
        Decoder().decode(nodes)
