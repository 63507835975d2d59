"""The grader's end of a worker: frames before a deadline, and a little of what it prints."""

import os
import select
import socket
import time

from gradekit.grading import wire

KEPT_OUTPUT_BYTES = 4096  # of what a worker prints, for staff
MAX_OUTPUT_BYTES = 16 * 2**20  # a worker that prints more is not listened to, and waits
_CHUNK_BYTES = 2**20


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

    def send(self, frame: bytes, deadline: float) -> None:
        """Send a frame before `deadline` (seconds of time.monotonic).

        Raises WireTimeout where it is not taken in time, WireClosed where nobody is there.
        """
        view = memoryview(frame)
        while view:
            self._wait(select.POLLOUT, deadline)
            try:
                view = view[self._frames.send(view[:_CHUNK_BYTES]) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise wire.WireClosed("the other end is closed") from error

    def receive(self, deadline: float) -> bytes:
        """Return the next frame's payload; its length is held against the cap before any of it.

        Raises WireTimeout, WireClosed, or WireError for a frame that is too long.
        """
        length = wire.read_length(self._read(wire.LENGTH.size, deadline))
        return self._read(length, deadline)

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

    def _read(self, count: int, deadline: float) -> bytes:
        data = bytearray()
        while len(data) < count:
            self._wait(select.POLLIN, deadline)
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

    def _wait(self, event: int, deadline: float) -> None:
        """Wait until the socket is ready, and hear what is printed meanwhile."""
        self._poll.register(self._frames, event)
        while True:
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                raise wire.WireTimeout
            ready = [descriptor for descriptor, _ in self._poll.poll(remaining * 1000 + 1)]
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
