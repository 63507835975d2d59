"""Has the fork server fork confined workers; refuses where they are not confined."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import msgspec

from gradekit.errors import GraderError
from gradekit.files import told_by_machine
from gradekit.processes import without_ctrl_c
from gradekit.sandbox.layers import NEWEST_LANDLOCK, Layers
from gradekit.sandbox.limits import Limits
from gradekit.workers import control as orders
from gradekit.workers import wire
from gradekit.workers.channel import Channel
from gradekit.workers.deadlines.clock import within
from gradekit.workers.deadlines.meter import Meter
from gradekit.workers.packages import MARK, STUB_MARK

ORDER_SECONDS = 120.0  # an order takes milliseconds, on a machine that is not busy

_Done = TypeVar("_Done", orders.Started, orders.Ended)

# One BLAS thread, set before NumPy is imported: a worker may not start others. What code reads that
# it never wrote (np.empty) is the same each time, and nothing that could pass for a value: memory
# that the C library gives is filled with the byte 0x55, which makes floats of 1e103.
CLEAN_ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    "MALLOC_PERTURB_": str(0xAA),
}


@dataclass(frozen=True)
class Worker:
    """A worker process: the grader's end of its channel, and its pid as the fork server sees it.

    `start_cpu_seconds` is the processor time that it took before anything of the hand-in ran;
    `meter` reads how much it has taken now.
    """

    channel: Channel
    pid: int
    meter: Meter = field(default_factory=Meter)
    start_cpu_seconds: float = 0.0


@dataclass(frozen=True)
class Importable:
    """What workers may import besides Python's own library and NumPy.

    `extras` are modules of the kit's, with what they import, whose PACKAGES may be read; `packages`
    are those that an assignment names, and `stubs` packages that do nothing.
    """

    extras: Sequence[str] = ()
    packages: Sequence[str] = ()
    stubs: Sequence[str] = ()


ONLY_NUMPY = Importable()


class WorkerPool(AbstractContextManager["WorkerPool"]):
    """A fork server and the workers that it forks; use as a context manager.

    Workers read snapshots below `snapshots`, one each, and import what is `importable`.
    `landlock_version` is for trying what an older kernel would enforce. Raises GraderError where
    the fork server cannot be started or workers cannot be confined here, StorageError where the
    machine has no files or room left for it.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        namespaces: bool = True,
        landlock_version: int = NEWEST_LANDLOCK,
        importable: Importable = ONLY_NUMPY,
    ) -> None:
        if sys.platform != "linux":
            raise GraderError("grading needs Linux; docs/container.md tells how to run it here")
        self.limits, self.packages = limits or Limits(), tuple(importable.packages)
        with without_ctrl_c():
            self._folder = tempfile.TemporaryDirectory(prefix="gradekit-")
        self.folder = Path(self._folder.name)
        self.snapshots, root = self.folder / "snapshots", self.folder / "root"
        self.snapshots.mkdir()
        root.mkdir()
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.settimeout(ORDER_SECONDS)
        wanted = orders.NAMESPACES if namespaces else orders.PLAIN
        told = [*importable.extras, *(f"{MARK}{name}" for name in self.packages)]
        told += [f"{STUB_MARK}{name}" for name in importable.stubs]
        command = [sys.executable, "-I", "-m", "gradekit.workers.forkserver"]
        with theirs, without_ctrl_c():
            self._process = subprocess.Popen(
                [*command, str(self.snapshots), str(root), wanted, str(landlock_version), *told],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                env=CLEAN_ENVIRONMENT,
                cwd="/",
            )
        try:
            self.layers = self._greeting()
        except BaseException:
            self.close()
            raise

    def __exit__(self, *error: object) -> None:
        self.close()

    def spawn(self, snapshot: Path, probes: wire.Probes) -> Worker:
        """Return a fresh, confined worker on a snapshot, which has some probes."""
        ours, theirs = socket.socketpair()
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)  # who sends is told by the kernel
        output, printed = os.pipe()
        channel = Channel(ours, output)
        try:
            order = orders.Spawn(str(snapshot), self.limits)
            started = self._order(order, [theirs.fileno(), printed], orders.Started)
        except BaseException:
            channel.close()
            raise
        finally:
            theirs.close()
            os.close(printed)
        return self._await_ready(Worker(channel, started.pid), probes)

    def end(self, worker: Worker) -> orders.Ended:
        """Kill a worker and whatever is in its session; return how it had ended."""
        worker.channel.close()
        worker.meter.close()
        return self._order(orders.Reap(worker.pid), [], orders.Ended)

    def close(self) -> None:
        """End the fork server, and with it what is left of its workers; remove the snapshots."""
        self._control.close()
        try:
            self._process.wait(timeout=ORDER_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._folder.cleanup()

    def _greeting(self) -> Layers:
        ready = self._answer()
        if not isinstance(ready, orders.Ready):
            raise GraderError("the fork server does not say what holds its workers")
        return Layers(ready.landlock_version, ready.namespaces)

    def _await_ready(self, started: Worker, probes: wire.Probes) -> Worker:
        """Give a worker its probes, and wait until it says that it is confined and has them.

        Until then no student code has run. Returns the worker with a meter of its own.
        """
        channel, patience = started.channel, within(ORDER_SECONDS)
        try:
            channel.send(wire.encode(probes), patience)
            payload, pid = channel.receive_with_sender(patience)
            wire.decode_reply(payload, wire.READY, 1)
        except (wire.WireError, wire.WireTimeout) as error:
            status = self.end(started).status
            said = bytes(channel.heard).decode("utf-8", "replace").strip()
            why = said.splitlines()[-1] if said else how_it_ended(status)
            raise GraderError(f"a worker could not be started: {why}") from error
        meter = Meter(pid)
        return Worker(channel, started.pid, meter, meter.cpu_seconds())

    def _order(
        self, order: orders.Spawn | orders.Reap, descriptors: list[int], expected: type[_Done]
    ) -> _Done:
        try:
            socket.send_fds(self._control, [msgspec.msgpack.encode(order)], descriptors)
        except OSError as error:
            raise GraderError(f"the fork server does not answer ({error}); grade again") from error
        done = self._answer()
        if not isinstance(done, expected):
            raise GraderError("the fork server gives no answer to an order; grade again")
        return done

    def _answer(self) -> orders.OrderAnswer:
        try:
            data = self._control.recv(2**16)
            answer: orders.OrderAnswer = msgspec.msgpack.decode(data, type=orders.OrderAnswer)
        except (OSError, msgspec.MsgspecError) as error:
            raise GraderError(f"the fork server does not answer ({error}); grade again") from error
        if isinstance(answer, orders.Refused):
            why = f"no sandbox, so nothing is graded: {answer.reason}"
            raise told_by_machine(answer.reason) or GraderError(why)
        return answer


def how_it_ended(status: int) -> str:
    """Return a wait status in words, for the staff's report."""
    if os.WIFSIGNALED(status):
        with contextlib.suppress(ValueError):
            return f"killed by {signal.Signals(os.WTERMSIG(status)).name}"
        return f"killed by signal {os.WTERMSIG(status)}"
    return f"exit code {os.waitstatus_to_exitcode(status)}"


def ran_out_of_cpu(status: int) -> bool:
    """Whether a worker was ended for using more processor time than allowed."""
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU


def was_killed(status: int) -> bool:
    """Whether a worker was ended by the pool, and not by itself or its own fault."""
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
