"""Frames between the grader and a worker: length-prefixed, typed, data only.

A frame is four bytes of length (big-endian) and that many bytes of MessagePack. Both ends decode
into the types below and nothing else; arrays travel as (dtype, shape, bytes).
"""

import math
import socket
import struct
import time
from typing import Any, TypeVar

import msgspec
import numpy as np

MAX_FRAME_BYTES = 64 * 2**20
MAX_DIMENSIONS = 8
DTYPES = frozenset(
    ["bool"]
    + [f"{kind}{bits}" for kind in ("int", "uint") for bits in (8, 16, 32, 64)]
    + [f"float{bits}" for bits in (16, 32, 64)]
)
_LENGTH = struct.Struct(">I")
_CHUNK_BYTES = 2**20

T = TypeVar("T")


class WireError(Exception):
    """What arrived is no frame, no message or no array."""


class WireClosed(WireError):
    """The other end closed before a whole frame had arrived."""


class WireTimeout(Exception):
    """No whole frame arrived before the deadline."""


class Array(msgspec.Struct, array_like=True, frozen=True):
    """An array as data: the dtype's name, the shape, and the elements in C order."""

    dtype: str
    shape: tuple[int, ...]
    data: bytes


Argument = Array | dict[str, Array] | bool | int | float | str | None
Answer = dict[str, Array]


class Request(msgspec.Struct, frozen=True):
    """Asks a worker to run one probe on each of some calls' arguments."""

    number: int
    probe: str
    calls: list[dict[str, Argument]]


class Fault(msgspec.Struct, frozen=True):
    """Why a worker has no answer: the exception's type and text, and the line that raised it."""

    kind: str
    type_name: str
    text: str
    file: str = ""
    line: int = 0


class Reply(msgspec.Struct, frozen=True):
    """A worker's answers, one for each call, or its fault."""

    number: int
    answers: list[Answer] = []
    fault: Fault | None = None


def to_array(value: object) -> Array:
    """Return a number, list or array as data; raise WireError where its elements are no numbers."""
    try:
        array = np.asarray(value)
    except (ValueError, TypeError) as error:
        raise WireError(f"a {type(value).__name__} is no array") from error
    if array.dtype.name not in DTYPES:
        raise WireError(f"an array of dtype {array.dtype.name} is not taken")
    if array.ndim > MAX_DIMENSIONS:
        raise WireError(f"an array of {array.ndim} dimensions is not taken")
    return Array(
        array.dtype.name, array.shape, array.astype(array.dtype.newbyteorder("=")).tobytes()
    )


def from_array(array: Array) -> np.ndarray:
    """Return the writable NumPy array that `array` describes; raise WireError where it lies."""
    if array.dtype not in DTYPES:
        raise WireError("an array of a dtype that is not taken")
    if len(array.shape) > MAX_DIMENSIONS or any(size < 0 for size in array.shape):
        raise WireError("an array of a shape that is not taken")
    dtype = np.dtype(array.dtype)
    if math.prod(array.shape) * dtype.itemsize != len(array.data):
        raise WireError("an array whose bytes do not match its shape")
    try:
        return np.frombuffer(array.data, dtype).reshape(array.shape).copy()
    except ValueError as error:  # no element, and a size that NumPy does not take
        raise WireError("an array of a shape that is not taken") from error


def to_argument(value: Any) -> Argument:
    """Return a Python value as a probe's argument."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, dict):
        return {str(name): to_array(item) for name, item in value.items()}
    return to_array(value)


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
    return _LENGTH.pack(len(payload)) + payload


def decode(payload: bytes, kind: type[T]) -> T:
    """Return a frame's payload as a message of one kind; raise WireError where it is none."""
    try:
        return msgspec.msgpack.decode(payload, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise WireError(f"no {kind.__name__}") from error


def send(channel: socket.socket, frame: bytes, deadline: float) -> None:
    """Send a frame before `deadline` (seconds of time.monotonic)."""
    view = memoryview(frame)
    while view:
        try:
            _set_timeout(channel, deadline)
            view = view[channel.send(view[:_CHUNK_BYTES]) :]
        except TimeoutError as error:
            raise WireTimeout from error
        except OSError as error:
            raise WireClosed("the other end is closed") from error


def receive(channel: socket.socket, deadline: float) -> bytes:
    """Return the next frame's payload; the length is held against the cap before any allocation."""
    (length,) = _LENGTH.unpack(_read(channel, _LENGTH.size, deadline))
    if length > MAX_FRAME_BYTES:
        raise WireError(f"a frame of {length} bytes is too long")
    return _read(channel, length, deadline)


def has_more(channel: socket.socket) -> bool:
    """Whether bytes wait that nobody asked for."""
    channel.settimeout(0)
    try:
        return bool(channel.recv(1, socket.MSG_PEEK))
    except OSError:
        return False


def _read(channel: socket.socket, count: int, deadline: float) -> bytes:
    data = bytearray()
    while len(data) < count:
        try:
            _set_timeout(channel, deadline)
            chunk = channel.recv(min(count - len(data), _CHUNK_BYTES))
        except TimeoutError as error:
            raise WireTimeout from error
        except OSError as error:
            raise WireClosed("the other end is closed") from error
        if not chunk:
            raise WireClosed("the other end closed in the middle")
        data += chunk
    return bytes(data)


def _set_timeout(channel: socket.socket, deadline: float) -> None:
    remaining = deadline - time.monotonic()
    if remaining <= 0:
        raise TimeoutError
    channel.settimeout(remaining)
