"""The grader's end of a worker: frames, waited for with patience, and a little of its output."""

import os
import select
import socket
import struct
from collections.abc import Callable
from typing import Protocol

from gradekit.workers import wire

KEPT_OUTPUT_BYTES = 4096  # of what a worker prints, for staff
MAX_OUTPUT_BYTES = 16 * 2**20  # a worker that prints more is not listened to, and waits
_CHUNK_BYTES = 2**20
_CREDENTIALS = struct.Struct("=iII")  # of the process that has sent: pid, user, group


class Patience(Protocol):
    """Says for how long a worker is waited for."""

    def look(self) -> float:
        """Return seconds after which to ask again; raises WireTimeout where it is enough."""


class Channel:
    """A socket on which frames go to and fro, and the pipe that a worker prints to.

    The pipe is emptied while a frame is waited for: a worker that prints a lot need not wait.
    """

    def __init__(self, frames: socket.socket, output: int) -> None:
        self._frames, self._output, self._heard_bytes = frames, output, 0
        self.heard = bytearray()
        frames.setblocking(False)
        os.set_blocking(output, False)
        self._poll = select.poll()
        self._poll.register(output, select.POLLIN)

    def send(self, frame: bytes, patience: Patience) -> None:
        """Send a frame.

        Raises WireTimeout where it is not taken while `patience` lasts, WireClosed where nobody
        is there.
        """
        view = memoryview(frame)
        while view:
            self._wait(select.POLLOUT, patience)
            try:
                view = view[self._frames.send(view[:_CHUNK_BYTES]) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise wire.WireClosed("the other end is closed") from error

    def receive(
        self, patience: Patience, require: Callable[[int], None] = lambda _length: None
    ) -> bytes:
        """Return the next frame's payload; its length is held against the cap before any of it.

        `require` is given the length in bytes, and raises what it likes.
        Raises WireTimeout, WireClosed, or WireError for a frame that is too long.
        """
        length = wire.read_length(self._read(wire.LENGTH.size, patience))
        require(length)
        return self._read(length, patience)

    def receive_with_sender(self, patience: Patience) -> tuple[bytes, int]:
        """Return the next frame's payload and the pid of who sent it, as the kernel tells it here.

        The socket has SO_PASSCRED until then. 0 is a process that cannot be seen from here. Raises
        what `receive` raises.
        """
        self._wait(select.POLLIN, patience)
        try:
            _, ancillary, _, _ = self._frames.recvmsg(
                1, socket.CMSG_SPACE(_CREDENTIALS.size), socket.MSG_PEEK
            )
        except OSError as error:
            raise wire.WireClosed("the other end is closed") from error
        self._frames.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 0)
        pids = [
            _CREDENTIALS.unpack(data[: _CREDENTIALS.size])[0]
            for level, kind, data in ancillary
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_CREDENTIALS)
        ]
        return self.receive(patience), pids[0] if pids else 0

    def has_more(self) -> bool:
        """Whether bytes wait that nobody asked for."""
        try:
            return bool(self._frames.recv(1, socket.MSG_PEEK))
        except OSError:
            return False

    def close(self) -> None:
        """Close both; what the worker printed until then is in `heard`."""
        self._drain()
        self._frames.close()
        if self._output >= 0:
            os.close(self._output)
            self._output = -1

    def _read(self, count: int, patience: Patience) -> bytes:
        data = bytearray()
        while len(data) < count:
            self._wait(select.POLLIN, patience)
            try:
                chunk = self._frames.recv(min(count - len(data), _CHUNK_BYTES))
            except BlockingIOError:
                continue
            except OSError as error:
                raise wire.WireClosed("the other end is closed") from error
            if not chunk:
                raise wire.WireClosed("the other end closed in the middle")
            data += chunk
        return bytes(data)

    def _wait(self, event: int, patience: Patience) -> None:
        """Wait until the socket is ready, and hear what is printed meanwhile."""
        self._poll.register(self._frames, event)
        while True:
            seconds = patience.look()
            ready = [descriptor for descriptor, _ in self._poll.poll(seconds * 1000 + 1)]
            if self._output in ready and not self._hear():
                self._poll.unregister(self._output)
            if self._frames.fileno() in ready:
                return

    def _hear(self) -> bool:
        """Take what was printed, once; whether more is to be listened for."""
        try:
            chunk = os.read(self._output, 2**16)
        except BlockingIOError:
            return True
        self._heard_bytes += len(chunk)
        self.heard += chunk[: KEPT_OUTPUT_BYTES - len(self.heard)]
        return bool(chunk) and self._heard_bytes < MAX_OUTPUT_BYTES

    def _drain(self) -> None:
        before = -1
        while self._output >= 0 and before < self._heard_bytes < MAX_OUTPUT_BYTES:
            before = self._heard_bytes
            self._hear()
