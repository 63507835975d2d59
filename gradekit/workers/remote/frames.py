"""Reads the messages of remote names from bytes, which may hold anything."""

import msgspec

from gradekit.workers.remote.protocol import FromTest, FromWorker
from gradekit.workers.wire import WireError

_FROM_TEST = msgspec.msgpack.Decoder(FromTest)
_FROM_WORKER = msgspec.msgpack.Decoder(FromWorker)
_ERRORS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OverflowError)


def decode_from_worker(payload: bytes) -> FromWorker:
    """Return what a worker says; raise WireError where it is no message."""
    try:
        message: FromWorker = _FROM_WORKER.decode(payload)
    except _ERRORS as error:
        raise WireError("no message of a worker's") from error
    return message


def decode_from_test(payload: bytes) -> FromTest:
    """Return what the test's side says; raise WireError where it is no message."""
    try:
        message: FromTest = _FROM_TEST.decode(payload)
    except _ERRORS as error:
        raise WireError("no message of a test's") from error
    return message
