"""Mutated frames for the grader's end of the wire, and what comes of each."""

import collections
import contextlib
import os
import random
import socket
import struct
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np

from gradekit.workers import wire
from gradekit.workers.channel import Channel
from gradekit.workers.deadlines.clock import within

NUMBER, CALLS = 1, 2
# Heads of MessagePack that announce very much: text, bytes, list, dict, extension.
LARGE_HEADS = [bytes([head]) + b"\xff" * 4 for head in (0xDB, 0xC6, 0xDD, 0xDF, 0xC9)]


def seeds() -> list[bytes]:
    """Return right replies of several kinds, as frames."""
    small = np.array([1, 2], np.int8)
    arrays = [np.arange(6.0).reshape(2, 3), np.zeros((0, 4)), np.bool_(True), small]
    answers = [{f"a{n}": wire.to_array(array) for n, array in enumerate(arrays)}] * CALLS
    fault = wire.Fault("exception", "ValueError", "text", "lib/thing.py", 3)
    replies = [wire.Reply(NUMBER, answers), wire.Reply(NUMBER, [{}] * CALLS)]
    return [wire.encode(reply) for reply in (*replies, wire.Reply(NUMBER, fault=fault))]


def mutate(frame: bytes, draw: random.Random) -> bytes:
    """Return a frame with one to four changes, its length mended in most cases."""
    data = bytearray(frame)
    for _ in range(draw.choice([1, 1, 1, 2, 4])):
        place = draw.randrange(len(data) + 1)
        kind = draw.randrange(6)
        if kind == 0 and data:
            data[min(place, len(data) - 1)] = draw.randrange(256)
        elif kind == 1:
            del data[place : place + draw.randint(1, 8)]
        elif kind == 2:
            data[place:place] = draw.randbytes(draw.randint(1, 8))
        elif kind == 3:
            data[place:place] = draw.choice(LARGE_HEADS)
        elif kind == 4:
            data[place:place] = data[: draw.randrange(len(data) + 1)]
        else:
            data[place : place + 4] = struct.pack(
                ">I", draw.choice([0, 1, 2**16, 2**31, 2**32 - 1])
            )
    if draw.random() < 0.7:
        data[: wire.LENGTH.size] = wire.LENGTH.pack(max(len(data) - wire.LENGTH.size, 0))
    return bytes(data)


def swollen() -> Iterator[tuple[bytes, int]]:
    """Yield the largest frames there can be, each with the number of calls that it answers."""
    room = wire.MAX_FRAME_BYTES - 100
    yield wire.encode(wire.Reply(NUMBER, [{"a": wire.Array("int8", (room,), bytes(room))}])), 1
    tiny = {f"{n:x}": wire.Array("int8", (0,), b"") for n in range(wire.MAX_ARRAYS)}
    calls = room // len(msgspec.msgpack.encode(tiny))
    yield wire.encode(wire.Reply(NUMBER, [tiny] * calls)), calls
    yield wire.encode(wire.Reply(NUMBER, [{}] * wire.MAX_ANSWERS)), wire.MAX_ANSWERS
    for head in (b"\x91", b"\x81\xa1a", b"\xdd\xff\xff\xff\xff"):
        data = (head * (room // len(head)))[:room]
        yield wire.LENGTH.pack(len(data)) + data, 1


def take(frame: bytes, calls: int = CALLS) -> str:
    """Send a frame to a grader's channel and close; return what came of it."""
    ours, theirs = socket.socketpair()
    output, printed = os.pipe()
    channel = Channel(ours, output)
    sender = threading.Thread(target=_send, args=(theirs, frame))
    sender.start()
    try:
        reply = wire.decode_reply(channel.receive(within(60)), NUMBER, calls)
        for answer in reply.answers:
            for array in answer.values():
                wire.from_array(array)
    except wire.WireClosed:
        return "closed early"
    except wire.WireError:
        return "refused"
    except wire.WireTimeout:
        return "timed out"
    finally:
        channel.close()
        os.close(printed)
        sender.join()
    return "fault" if reply.fault else "values"


def _send(peer: socket.socket, frame: bytes) -> None:
    with peer, contextlib.suppress(BrokenPipeError):
        peer.sendall(frame)


def fuzz(count: int, seed: int = 0) -> dict[str, int]:
    """Return how often each end came of `count` mutated frames; another exception is not caught."""
    draw, right = random.Random(seed), seeds()
    ends = (take(mutate(draw.choice(right), draw)) for _ in range(count))
    return dict(sorted(collections.Counter(ends).items()))


def main() -> None:
    """Fuzz as many frames as asked for, or take the largest where the number is 0.

    Prints the ends, and the most memory that this process used for both ends of the wire, in MiB.
    """
    count = int(sys.argv[1])
    found = fuzz(count) if count else collections.Counter(take(*frame) for frame in swollen())
    print(*(f"{name}={number}" for name, number in found.items()), sep="\n")
    print(f"peak={peak_mebibytes()}")


def peak_mebibytes() -> int:
    """Return the most memory that this process has used; getrusage would count its parent's."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


if __name__ == "__main__":
    main()
