"""The zygote: a clean process with NumPy loaded, which forks one worker for each order.

It is started with exec and never sees a hidden check or an expected value; workers are its
children, so that nothing of the grader's memory is ever in theirs.
"""

import contextlib
import os
import signal
import socket

import msgspec

# Imported here so that every worker finds them loaded.
import numpy.linalg  # noqa: F401
import tqdm  # noqa: F401

from gradekit.grading import worker


class Spawn(msgspec.Struct, frozen=True, tag=True):
    """Orders a worker on a snapshot; its channel comes along as a descriptor."""

    snapshot: str
    probes: str
    limits: worker.Limits


class Reap(msgspec.Struct, frozen=True, tag=True):
    """Orders the end of a worker: killed with its whole session, and waited for."""

    pid: int


class Done(msgspec.Struct, frozen=True):
    """What came of an order: the new worker's pid, or the ended one's wait status."""

    value: int


def receive_order(control: socket.socket) -> tuple[Spawn | Reap | None, list[int]]:
    """Return the next order and the descriptors that came with it; None when the grader is gone."""
    data, descriptors, _, _ = socket.recv_fds(control, 2**20, 1)
    if not data:
        return None, []
    return msgspec.msgpack.decode(data, type=Spawn | Reap), descriptors


def spawn(order: Spawn, channel: socket.socket) -> int:
    """Fork a worker and return its pid; in the child this never returns."""
    pid = os.fork()
    if pid:
        channel.close()
        return pid
    try:
        worker.run(channel, order.snapshot, order.probes, order.limits)
    finally:
        os._exit(0)


def reap(order: Reap) -> int:
    """Kill a worker with its session; return how the worker had ended, as os.waitpid gives it.

    The worker is waited for last: until then nobody else can have its pid.
    """
    for kill in (os.kill, os.killpg):
        with contextlib.suppress(ProcessLookupError):
            kill(order.pid, signal.SIGKILL)
    _, status = os.waitpid(order.pid, 0)
    return status


def main() -> None:
    """Carry out orders from the socket that standard input is, until it closes."""
    control = socket.socket(fileno=os.dup(0))
    while True:
        order, descriptors = receive_order(control)
        if order is None:
            return
        if isinstance(order, Spawn):
            value = spawn(order, socket.socket(fileno=descriptors[0]))
        else:
            value = reap(order)
        control.send(msgspec.msgpack.encode(Done(value)))


if __name__ == "__main__":
    main()
