"""The wire: what is sent arrives, and nothing else is taken for a message."""

import contextlib
import struct

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from gradekit.workers import wire

ARRAYS = hnp.arrays(
    st.sampled_from([np.dtype(name) for name in sorted(wire.ARRAY_DTYPES)]),
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
        assert isinstance(wire.decode_reply(payload, 1, 1), wire.Reply)


@given(st.data())
def test_a_damaged_reply_is_refused_or_still_arrays(data: st.DataObject) -> None:
    """A reply with changed bytes gives arrays of allowed dtypes, or is refused."""
    reply = wire.Reply(1, [{"h": wire.to_array(np.arange(6.0).reshape(2, 3))}])
    payload = bytearray(wire.encode(reply)[4:])
    for _ in range(data.draw(st.integers(1, 4))):
        payload[data.draw(st.integers(0, len(payload) - 1))] = data.draw(st.integers(0, 255))
    try:
        decoded = wire.decode_reply(bytes(payload), 1, 1)
        arrays = [wire.from_array(a) for answer in decoded.answers for a in answer.values()]
    except wire.WireError:
        return
    assert all(array.dtype.name in wire.ARRAY_DTYPES for array in arrays)


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


REPLY = wire.Reply(1, [{"h": wire.to_array(np.arange(6.0))}])


@pytest.mark.parametrize(
    ("number", "calls"), [(2, 1), (1, 0), (1, 2)], ids=["number", "fewer", "more"]
)
def test_a_reply_to_something_else_is_refused(number: int, calls: int) -> None:
    """A reply is to the question that was asked, with one answer for each call of it."""
    payload = wire.encode(REPLY)[wire.LENGTH.size :]
    assert wire.decode_reply(payload, 1, 1) == REPLY
    with pytest.raises(wire.WireError):
        wire.decode_reply(payload, number, calls)


@pytest.mark.parametrize(
    "payload",
    [
        wire.encode(REPLY)[wire.LENGTH.size :] + b"\0",
        wire.encode(REPLY)[wire.LENGTH.size : -1],
        b"\x91" * 10_000,
        msgspec.msgpack.encode({"number": 1, "answers": [{"h" * 201: ["int8", [1], b"1"]}]}),
        msgspec.msgpack.encode({"number": 1, "answers": [{"h": ["int8", [1] * 9, b"1"]}]}),
        msgspec.msgpack.encode(
            {"number": 1, "answers": [{str(n): ["int8", [1], b"1"] for n in range(257)}]}
        ),
        b"\x81\xa6number\xcf" + b"\xff" * 8,
        msgspec.msgpack.encode({"number": 1, "fault": {"kind": "x", "type_name": "y", "text": 1}}),
        msgspec.msgpack.encode(
            {
                "number": 1,
                "fault": {"kind": "x", "type_name": "y", "text": "", "file": "", "line": -1},
            }
        ),
    ],
    ids=["trailing", "short", "deep", "name", "shape", "arrays", "number", "text", "line"],
)
def test_a_reply_out_of_bounds_is_refused(payload: bytes) -> None:
    """Trailing bytes, deep nesting, long names and too many of anything are no reply."""
    with pytest.raises(wire.WireError):
        wire.decode_reply(payload, 1, 1)


@pytest.mark.parametrize("length", [wire.MAX_FRAME_BYTES + 1, 2**32 - 1])
def test_a_length_above_the_cap_is_refused(length: int) -> None:
    """A frame that announces more than the cap is refused by its first bytes."""
    with pytest.raises(wire.WireError, match="too long"):
        wire.read_length(struct.pack(">I", length))


def test_what_is_too_long_is_not_sent() -> None:
    """A message above the cap is refused where it is made."""
    array = wire.Array("uint8", (wire.MAX_FRAME_BYTES,), bytes(wire.MAX_FRAME_BYTES))
    with pytest.raises(wire.WireError, match="too long"):
        wire.encode(wire.Reply(1, [{"h": array}]))


def test_wider_floats_travel_as_64_bits() -> None:
    """NumPy's longdouble, which some use against overflow, is taken at the width of the others."""
    sent = wire.to_array(np.array([0.5, 1.5], np.longdouble))
    assert wire.from_array(sent).dtype == np.float64
    np.testing.assert_array_equal(wire.from_array(sent), [0.5, 1.5])


def test_what_many_calls_share_is_the_same_in_each() -> None:
    """Arguments that are one object in many calls arrive as arrays of their own, right in each."""
    shared, step = np.arange(6.0).reshape(2, 3), 1e-5
    calls = [{"x": shared, "y": shared + n, "n": n, "step": step} for n in range(3)]
    made = wire.to_calls(calls)
    assert made == [{k: wire.to_argument(v) for k, v in call.items()} for call in calls]
    arrived = [wire.from_argument(call["x"]) for call in made]
    arrived[0] += 1
    np.testing.assert_array_equal(arrived[1], shared)


@pytest.mark.parametrize("kind", ["float16", "float32", "float64", "longdouble", "int8", "uint64"])
def test_single_numbers_of_numpy_are_plain_as_arguments(kind: str) -> None:
    """Whatever their width they arrive as Python's own numbers, and truth values as such."""
    for value, plain in ((np.dtype(kind).type(3), 3), (np.bool_(True), True), (np.str_("a"), "a")):
        request = wire.Request(1, "probe", wire.to_calls([{"x": value}]))
        [call] = wire.decode(wire.encode(request)[4:], wire.Request).calls
        assert call["x"] == plain
        assert type(call["x"]) in wire.PLAIN


@pytest.mark.parametrize("value", [object(), {"a": 1j}, np.complex64(1j), 2**64, [[1], [2, 3]]])
def test_an_argument_that_cannot_be_sent_is_named(value: object) -> None:
    """One line says which argument it is."""
    with pytest.raises(wire.WireError, match=r"\Athe argument degrees cannot be sent: .+\Z"):
        wire.to_calls([{"x": 1, "degrees": value}])


def test_arrays_of_the_other_byte_order_arrive_as_numbers() -> None:
    """A big-endian array on a little-endian machine, or the other way round, keeps its values."""
    for order in "<>":
        array = np.array([1.5, -2.0], dtype=f"{order}f8")
        np.testing.assert_array_equal(wire.from_array(wire.to_array(array)), [1.5, -2.0])
