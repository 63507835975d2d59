"""The wire: what is sent arrives, and nothing else is taken for a message."""

import contextlib
import socket
import struct
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from gradekit.grading import wire

ARRAYS = hnp.arrays(
    st.sampled_from([np.dtype(name) for name in sorted(wire.DTYPES)]),
    hnp.array_shapes(min_dims=0, max_dims=4, max_side=4),
)
SCALARS = st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=20)


@given(ARRAYS)
def test_arrays_cross_unchanged(array: np.ndarray) -> None:
    """An array comes back with its dtype, shape and bits, writable and a copy of its own."""
    back = wire.from_array(wire.to_array(array))
    assert (back.dtype, back.shape, back.tobytes()) == (array.dtype, array.shape, array.tobytes())
    assert back.flags.writeable


@given(st.dictionaries(st.text(max_size=8), SCALARS | ARRAYS, max_size=4))
def test_requests_cross_unchanged(values: dict[str, object]) -> None:
    """A request decodes to what was encoded."""
    arguments = {name: wire.to_argument(value) for name, value in values.items()}
    request = wire.Request(3, "probe", [arguments])
    assert wire.decode(wire.encode(request)[4:], wire.Request) == request


@given(st.binary(max_size=200))
def test_random_bytes_are_no_message(payload: bytes) -> None:
    """Bytes decode to a reply or are refused in the wire's own way, never otherwise."""
    with contextlib.suppress(wire.WireError):
        assert isinstance(wire.decode(payload, wire.Reply), wire.Reply)


@given(st.data())
def test_a_damaged_reply_is_refused_or_still_arrays(data: st.DataObject) -> None:
    """A reply with changed bytes gives arrays of allowed dtypes, or is refused."""
    reply = wire.Reply(1, [{"h": wire.to_array(np.arange(6.0).reshape(2, 3))}])
    payload = bytearray(wire.encode(reply)[4:])
    for _ in range(data.draw(st.integers(1, 4))):
        payload[data.draw(st.integers(0, len(payload) - 1))] = data.draw(st.integers(0, 255))
    try:
        decoded = wire.decode(bytes(payload), wire.Reply)
        arrays = [wire.from_array(a) for answer in decoded.answers for a in answer.values()]
    except wire.WireError:
        return
    assert all(array.dtype.name in wire.DTYPES for array in arrays)


@pytest.mark.parametrize(
    "lie",
    [
        wire.Array("object", (1,), b"\0" * 8),
        wire.Array("float64", (2,), b"\0" * 8),
        wire.Array("float64", (-1,), b""),
        wire.Array("float64", (1,) * 9, b"\0" * 8),
        wire.Array("float64", (2**62, 4), b""),
        wire.Array("float64", (0, 2**64 - 1), b""),
        wire.Array("float64", (0, *[2**32] * 4), b""),
        wire.Array("float64", (0, -1), b""),
        wire.Array("datetime64", (1,), b"\0" * 8),
        wire.Array("U4", (1,), b"\0" * 16),
    ],
    ids=[
        "object",
        "bytes",
        "negative",
        "dimensions",
        "overflow",
        "empty",
        "wide",
        "none",
        "time",
        "text",
    ],
)
def test_an_array_that_lies_is_refused(lie: wire.Array) -> None:
    """Dtypes off the list, sizes that do not match and absurd shapes are refused."""
    with pytest.raises(wire.WireError):
        wire.from_array(lie)


@pytest.mark.parametrize("value", [[object()], ["text"], [[1], [1, 2]], np.zeros((1,) * 9)])
def test_what_is_no_plain_array_is_not_sent(value: object) -> None:
    """Objects, texts, ragged lists and too many dimensions do not become arrays."""
    with pytest.raises(wire.WireError):
        wire.to_array(value)


def test_a_length_above_the_cap_is_refused_before_it_is_read() -> None:
    """A frame that announces more than the cap is refused at once."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(struct.pack(">I", wire.MAX_FRAME_BYTES + 1))
        with pytest.raises(wire.WireError, match="too long"):
            wire.receive(ours, time.monotonic() + 5)


def test_a_frame_that_stops_in_the_middle_is_told() -> None:
    """A peer that closes early is told apart from one that is silent."""
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            theirs.sendall(struct.pack(">I", 10) + b"half")
        with pytest.raises(wire.WireClosed):
            wire.receive(ours, time.monotonic() + 5)


def test_a_frame_that_drips_runs_into_the_deadline() -> None:
    """A peer that sends too little in time is given up."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(struct.pack(">I", 10) + b"half")
        with pytest.raises(wire.WireTimeout):
            wire.receive(ours, time.monotonic() + 0.05)


def test_bytes_that_nobody_asked_for_are_seen() -> None:
    """More than the one frame is noticed."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert not wire.has_more(ours)
        theirs.sendall(b"x")
        assert wire.has_more(ours)
