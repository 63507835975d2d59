"""Starts the zygote and orders workers from it; the grader holds one end of each channel."""

import os
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import msgspec

from gradekit.grading import worker
from gradekit.grading.zygote import Done, Reap, Spawn
from gradekit.report import GraderError

ORDER_SECONDS = 30.0

# One BLAS thread, set before NumPy is imported: a worker may not be able to start others.
CLEAN_ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
}


@dataclass(frozen=True)
class Worker:
    """A worker process: the grader's end of its channel, and its pid."""

    channel: socket.socket
    pid: int


class WorkerPool:
    """A zygote and the workers that it forks; use as a context manager.

    Raises GraderError where the zygote cannot be started or does not answer.
    """

    def __init__(self, limits: worker.Limits | None = None) -> None:
        self.limits = limits or worker.Limits()
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.settimeout(ORDER_SECONDS)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-m", "gradekit.grading.zygote"],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                env=CLEAN_ENVIRONMENT,
                cwd="/",
            )

    def __enter__(self) -> "WorkerPool":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self.close()

    def spawn(self, snapshot: Path, probes: str) -> Worker:
        """Return a fresh worker on a snapshot of a hand-in, given the probes' source text."""
        ours, theirs = socket.socketpair()
        with theirs:
            pid = self._order(Spawn(str(snapshot), probes, self.limits), [theirs.fileno()])
        return Worker(ours, pid)

    def end(self, ended: Worker) -> int:
        """Kill a worker and whatever is in its session; return its wait status."""
        ended.channel.close()
        return self._order(Reap(ended.pid), [])

    def close(self) -> None:
        """End the zygote; workers whose channel closes end by themselves or are reaped with it."""
        self._control.close()
        try:
            self._process.wait(timeout=ORDER_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _order(self, order: Spawn | Reap, descriptors: list[int]) -> int:
        try:
            socket.send_fds(self._control, [msgspec.msgpack.encode(order)], descriptors)
            return msgspec.msgpack.decode(self._control.recv(1024), type=Done).value
        except (OSError, msgspec.MsgspecError) as error:
            raise GraderError(f"the zygote does not answer ({error}); grade again") from error


def how_it_ended(status: int) -> str:
    """Return a wait status in words, for the staff's report."""
    if os.WIFSIGNALED(status):
        return f"killed by {signal.Signals(os.WTERMSIG(status)).name}"
    return f"exit code {os.waitstatus_to_exitcode(status)}"


def ran_out_of_cpu(status: int) -> bool:
    """Whether a worker was ended for using more processor time than allowed."""
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU
