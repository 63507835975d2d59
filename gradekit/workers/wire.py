"""Frames between the grader and a worker: length-prefixed, typed, data only.

A frame is four bytes of length (big-endian) and that many bytes of MessagePack. Both ends decode
into the types below and nothing else; arrays travel as (dtype, shape, bytes).
"""

import math
import struct
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Annotated, Any, TypeVar

import msgspec
import numpy as np

MAX_FRAME_BYTES = 64 * 2**20
MAX_DIMENSIONS = 8
MAX_ANSWERS = 100_000  # in one message
MAX_ARRAYS = 256  # in one answer
MAX_ARRAYS_IN_ALL = 200_000  # in one message
MAX_WIRE_NAME = 200  # characters
MAX_TRACE = 4000  # characters
READY = 0  # the number of the one message that a worker sends unasked
ARRAY_DTYPES = frozenset(
    ["bool"]
    + [f"{kind}{bits}" for kind in ("int", "uint") for bits in (8, 16, 32, 64)]
    + [f"float{bits}" for bits in (16, 32, 64)]
)
LENGTH = struct.Struct(">I")

PLAIN = (bool, int, float, str)
LEAST_INT, MOST_INT = -(2**63), 2**64 - 1

_T = TypeVar("_T")
WireName = Annotated[str, msgspec.Meta(max_length=MAX_WIRE_NAME)]


class WireError(Exception):
    """What arrived is no frame, no message or no array."""


class WireClosed(WireError):
    """The other end closed before a whole frame had arrived."""


class WireTimeout(Exception):
    """No whole frame arrived before the deadline."""


class Array(msgspec.Struct, array_like=True, frozen=True):
    """An array as data: the dtype's name, the shape, and the elements in C order."""

    dtype: WireName
    shape: Annotated[tuple[int, ...], msgspec.Meta(max_length=MAX_DIMENSIONS)]
    data: bytes


Argument = Array | dict[str, Array] | bool | int | float | str | None
# The length of a list or dict is held against its cap before anything of it is read.
NamedArrays = Annotated[dict[WireName, Array], msgspec.Meta(max_length=MAX_ARRAYS)]


class Probes(msgspec.Struct, frozen=True):
    """What a worker may be asked: the names of modules, and their marshalled code, in order.

    It is the first that a worker gets, from the grader itself: the process that workers are forked
    from never has it.
    """

    modules: list[tuple[str, bytes]]


class Request(msgspec.Struct, frozen=True):
    """Asks a worker to run one probe on each of some calls' arguments."""

    number: int
    probe: str
    calls: list[dict[str, Argument]]


class Fault(msgspec.Struct, frozen=True):
    """Why a worker has no answer: the exception's type and text, and the line that raised it.

    `trace` is the end of Python's own traceback, for staff.
    """

    kind: WireName
    type_name: WireName
    text: Annotated[str, msgspec.Meta(max_length=500)]
    file: WireName = ""
    line: Annotated[int, msgspec.Meta(ge=0, le=2**31)] = 0
    trace: Annotated[str, msgspec.Meta(max_length=MAX_TRACE)] = ""


class _Sealed(msgspec.Struct, frozen=True):
    """A reply whose answers are counted before any of them is opened."""

    number: int
    answers: Annotated[list[msgspec.Raw], msgspec.Meta(max_length=MAX_ANSWERS)] = []
    fault: Fault | None = None


_SEALED = msgspec.msgpack.Decoder(_Sealed)
_ANSWER = msgspec.msgpack.Decoder(NamedArrays)


class Reply(msgspec.Struct, frozen=True):
    """A worker's answers, one for each call, or its fault."""

    number: int
    answers: list[NamedArrays] = []
    fault: Fault | None = None


def to_array(value: object) -> Array:
    """Return a number, list or array as data; raise WireError where its elements are no numbers."""
    try:
        array = np.asarray(value)
    except (ValueError, TypeError) as error:
        raise WireError(f"a {type(value).__name__} is no array") from error
    if array.dtype.kind == "f" and array.dtype.itemsize > 8:
        array = array.astype(np.float64)  # NumPy's longdouble, which is not alike everywhere
    dtype = _name(array.dtype)
    if dtype not in ARRAY_DTYPES:
        raise WireError(f"an array of dtype {dtype} is not taken")
    if array.ndim > MAX_DIMENSIONS:
        raise WireError(f"an array of {array.ndim} dimensions is not taken")
    native = array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))
    return Array(dtype, array.shape, native.tobytes())


@cache
def _name(dtype: np.dtype[Any]) -> str:
    """Return a dtype's name, which NumPy makes anew each time."""
    return dtype.name


@cache
def _dtype(name: str) -> np.dtype[Any]:
    return np.dtype(name)


def from_array(array: Array) -> np.ndarray:
    """Return the writable NumPy array that `array` describes; raise WireError where it lies."""
    shape, data = array.shape, array.data
    if array.dtype not in ARRAY_DTYPES:
        raise WireError("an array of a dtype that is not taken")
    if len(shape) > MAX_DIMENSIONS or min(shape, default=0) < 0:
        raise WireError("an array of a shape that is not taken")
    dtype = _dtype(array.dtype)
    if math.prod(shape) * dtype.itemsize != len(data):
        raise WireError("an array whose bytes do not match its shape")
    try:
        return np.frombuffer(data, dtype).reshape(shape).copy()
    except ValueError as error:  # no element, and a size that NumPy does not take
        raise WireError("an array of a shape that is not taken") from error


def to_argument(value: Any) -> Argument:
    """Return a Python value as a probe's argument; NumPy's single numbers are plain ones there.

    Raises WireError for what cannot be sent.
    """
    if isinstance(value, np.longdouble):
        value = float(value)
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, int) and not LEAST_INT <= value <= MOST_INT:
        raise WireError("a whole number of more than 64 bits is not taken")
    if value is None or isinstance(value, PLAIN):
        return value  # type: ignore[no-any-return, unused-ignore]
    if isinstance(value, dict):
        return {str(name): to_array(item) for name, item in value.items()}
    return to_array(value)


def to_calls(calls: Sequence[Mapping[str, Any]]) -> list[dict[str, Argument]]:
    """Return the arguments of several calls; what is one object in many of them is made once.

    Raises WireError, with the argument's name, for what cannot be sent.
    """
    made: dict[int, Argument] = {}
    for call in calls:
        for name, value in call.items():
            if id(value) not in made:
                try:
                    made[id(value)] = to_argument(value)
                except WireError as error:
                    raise WireError(f"the argument {name} cannot be sent: {error}") from error
    return [{name: made[id(value)] for name, value in call.items()} for call in calls]


def from_argument(argument: Argument) -> Any:
    """Return the Python value of a probe's argument, with arrays of its own."""
    if isinstance(argument, Array):
        return from_array(argument)
    if isinstance(argument, dict):
        return {name: from_array(array) for name, array in argument.items()}
    return argument


def encode(message: msgspec.Struct) -> bytes:
    """Return a message as one frame."""
    payload = msgspec.msgpack.encode(message)
    if len(payload) > MAX_FRAME_BYTES:
        raise WireError(f"a message of {len(payload)} bytes is too long")
    return LENGTH.pack(len(payload)) + payload


def decode(payload: bytes, kind: type[_T]) -> _T:
    """Return a frame's payload as a message of one kind; raise WireError where it is none."""
    return _decoded(payload, msgspec.msgpack.Decoder(kind))


def _decoded(payload: bytes | msgspec.Raw, decoder: msgspec.msgpack.Decoder[_T]) -> _T:
    try:
        return decoder.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OverflowError) as error:
        raise WireError(f"no {getattr(decoder.type, '__name__', 'answer').lstrip('_')}") from error


def decode_reply(payload: bytes, number: int, calls: int) -> Reply:
    """Return a worker's reply to one question; raise WireError where it is none.

    What it may take of memory is bounded by the frame's length and by the number of calls.
    """
    sealed = _decoded(payload, _SEALED)
    if sealed.number != number:
        raise WireError("an answer to another question")
    if sealed.fault is None and len(sealed.answers) != calls:
        raise WireError("more or fewer answers than calls")
    if sealed.fault is not None:
        return Reply(number, fault=sealed.fault)
    answers, arrays = [], 0
    for raw in sealed.answers:
        answers.append(_decoded(raw, _ANSWER))
        arrays += len(answers[-1])
        if arrays > MAX_ARRAYS_IN_ALL:
            raise WireError("more arrays than anybody asks for")
    return Reply(number, answers)


def read_length(head: bytes) -> int:
    """Return the length that a frame's first bytes tell; raise WireError where it is too long."""
    length: int = LENGTH.unpack(head)[0]
    if length > MAX_FRAME_BYTES:
        raise WireError(f"a frame of {length} bytes is too long")
    return length
