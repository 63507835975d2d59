"""Reads the messages of remote names from bytes, which may hold anything."""

from typing import Any, TypeVar

import msgspec

from gradekit.errors import StudentProtocol
from gradekit.workers.remote.protocol import FromTest, FromWorker
from gradekit.workers.wire import WireError

Message = TypeVar("Message")

_FROM_TEST: msgspec.msgpack.Decoder[FromTest] = msgspec.msgpack.Decoder(FromTest)
_FROM_WORKER: msgspec.msgpack.Decoder[FromWorker] = msgspec.msgpack.Decoder(FromWorker)
_ERRORS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OverflowError)


def decode_from_worker(payload: bytes) -> FromWorker:
    """Return what a worker says; raise WireError where it is no message."""
    return _decoded(_FROM_WORKER, payload, "no message of a worker's")


def decode_from_test(payload: bytes) -> FromTest:
    """Return what the test's side says; raise WireError where it is no message."""
    return _decoded(_FROM_TEST, payload, "no message of a test's")


def _decoded(decoder: msgspec.msgpack.Decoder[Message], payload: bytes, problem: str) -> Message:
    try:
        return decoder.decode(payload)
    except _ERRORS as error:
        raise WireError(problem) from error


class AsProtocol:
    """Makes what a worker says wrongly the hand-in's fault."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if isinstance(error, WireError):
            raise StudentProtocol("the answer is not made of plain values") from error
