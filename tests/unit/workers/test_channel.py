"""The grader's end of a worker: whole frames before a deadline, whatever the peer does."""

import os
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from gradekit.workers import channel as channel_module
from gradekit.workers import wire
from gradekit.workers.channel import KEPT_OUTPUT_BYTES, Channel
from gradekit.workers.deadlines.clock import Until, within


class Peer:
    """Both ends: the channel, and what a worker has."""

    def __init__(self) -> None:
        ours, self.socket = socket.socketpair()
        output, self.printed = os.pipe()
        self.channel = Channel(ours, output)

    def gone(self) -> None:
        """Close the worker's ends."""
        self.socket.close()
        if self.printed >= 0:
            os.close(self.printed)
            self.printed = -1


@pytest.fixture
def peer() -> Iterator[Peer]:
    """A channel and its peer."""
    made = Peer()
    yield made
    made.gone()
    made.channel.close()


def soon(seconds: float = 5.0) -> Until:
    """Return what waits for some seconds."""
    return within(seconds)


@pytest.fixture
def beside() -> Iterator[Callable[[Callable[[], object]], None]]:
    """Runs a function beside the test, and waits for it at the end."""
    threads: list[threading.Thread] = []

    def start(function: Callable[[], object]) -> None:
        threads.append(threading.Thread(target=function))
        threads[-1].start()

    yield start
    for thread in threads:
        thread.join()


def test_frames_cross_whole(peer: Peer, beside: Callable[[Callable[[], object]], None]) -> None:
    """A frame larger than any buffer arrives as it was sent, in both directions."""
    payload = os.urandom(3_000_000)
    frame = struct.pack(">I", len(payload)) + payload
    beside(lambda: peer.socket.sendall(frame))
    assert peer.channel.receive(soon()) == payload
    received = bytearray()

    def take() -> None:
        while len(received) < len(frame):
            received.extend(peer.socket.recv(2**16))

    beside(take)
    peer.channel.send(frame, soon())
    while len(received) < len(frame):
        time.sleep(0.01)
    assert received == frame


def test_a_length_above_the_cap_is_refused_before_it_is_read(peer: Peer) -> None:
    """A frame that announces more than the cap is refused at once."""
    peer.socket.sendall(struct.pack(">I", wire.MAX_FRAME_BYTES + 1))
    with pytest.raises(wire.WireError, match="too long"):
        peer.channel.receive(soon())


def test_a_frame_that_stops_in_the_middle_is_told(peer: Peer) -> None:
    """A peer that closes early is told apart from one that is silent."""
    peer.socket.sendall(struct.pack(">I", 10) + b"half")
    peer.gone()
    with pytest.raises(wire.WireClosed):
        peer.channel.receive(soon())


def test_a_frame_that_drips_runs_into_the_deadline(
    peer: Peer, beside: Callable[[Callable[[], object]], None]
) -> None:
    """A peer that sends a byte now and then is given up at the one deadline of the call."""
    ended = threading.Event()

    def drip() -> None:
        peer.socket.sendall(struct.pack(">I", 1000))
        while not ended.wait(0.02):
            peer.socket.sendall(b"x")

    beside(drip)
    started = time.monotonic()
    with pytest.raises(wire.WireTimeout):
        peer.channel.receive(soon(0.2))
    ended.set()
    assert time.monotonic() - started < 5


def test_a_peer_that_does_not_read_runs_into_the_deadline(peer: Peer) -> None:
    """Sending ends at the deadline as well."""
    with pytest.raises(wire.WireTimeout):
        peer.channel.send(bytes(10_000_000), soon(0.1))


def test_nobody_there_is_told(peer: Peer) -> None:
    """Sending to a worker that is gone is no hang and no signal."""
    peer.gone()
    with pytest.raises(wire.WireClosed):
        peer.channel.send(bytes(100), soon())


def test_bytes_that_nobody_asked_for_are_seen(peer: Peer) -> None:
    """More than the one frame is noticed."""
    assert not peer.channel.has_more()
    peer.socket.sendall(b"x")
    assert peer.channel.has_more()


def test_a_worker_that_prints_a_lot_need_not_wait(
    peer: Peer, beside: Callable[[Callable[[], object]], None]
) -> None:
    """What is printed while an answer is waited for is taken, and a little of it kept."""

    def print_and_answer() -> None:
        for _ in range(100):
            os.write(peer.printed, b"noise " * 1000)
        peer.socket.sendall(struct.pack(">I", 2) + b"ok")

    beside(print_and_answer)
    assert peer.channel.receive(soon()) == b"ok"
    assert bytes(peer.channel.heard) == (b"noise " * 1000)[:KEPT_OUTPUT_BYTES]


def test_a_worker_that_prints_without_end_is_not_listened_to(
    peer: Peer,
    beside: Callable[[Callable[[], object]], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Above the cap nothing more is taken: the worker waits until its deadline."""
    monkeypatch.setattr(channel_module, "MAX_OUTPUT_BYTES", 200_000)
    written = []

    def flood() -> None:
        os.set_blocking(peer.printed, True)
        try:
            while True:
                written.append(os.write(peer.printed, bytes(10_000)))
        except OSError:
            return

    beside(flood)
    with pytest.raises(wire.WireTimeout):
        peer.channel.receive(soon(0.5))
    assert sum(written) < 1_000_000
    peer.channel.close()


def test_what_was_printed_before_the_end_is_kept(peer: Peer) -> None:
    """The last words of a worker that died are there after closing."""
    os.write(peer.printed, b"Fatal error")
    peer.gone()
    peer.channel.close()
    assert bytes(peer.channel.heard) == b"Fatal error"
