"""The fork server: a clean process with NumPy loaded, which forks one worker for each order.

It is started with exec and never sees a hidden check, a probe or an expected value; workers are its
children, so that nothing of the grader's memory, or of another worker's, is ever in theirs.
"""

import contextlib
import gc
import os
import signal
import socket
import sys
import traceback
from collections.abc import Collection
from importlib import import_module
from pathlib import Path

import msgspec

# Loaded here so that every worker finds them; no worker can read more than these packages.
import numpy
import numpy.fft
import numpy.linalg
import numpy.polynomial
import numpy.random
import tqdm

from gradekit.assignment.import_stubs import limit_imports
from gradekit.sandbox import escapes  # noqa: F401  (for the self-test)
from gradekit.sandbox.confinement import Confinement
from gradekit.sandbox.layers import Layers
from gradekit.sandbox.places import library_paths
from gradekit.workers import wire, worker
from gradekit.workers.control import (
    NAMESPACES,
    Ended,
    OrderAnswer,
    Ready,
    Reap,
    Refused,
    Spawn,
    Started,
)
from gradekit.workers.packages import MARK, STUB_MARK, load

PACKAGES = [numpy, tqdm]


def receive_order(control: socket.socket) -> tuple[Spawn | Reap | None, list[int]]:
    """Return the next order and the descriptors that came with it; None when the grader is gone."""
    data, descriptors, _, _ = socket.recv_fds(control, 2**20, 2)
    if not data:
        return None, []
    return msgspec.msgpack.decode(data, type=Spawn | Reap), descriptors


def spawn(order: Spawn, confinement: Confinement, channel: int, output: int) -> int:
    """Fork a worker and return its pid; in the child this never returns."""
    pid = os.fork()
    if pid:
        os.close(channel)
        os.close(output)
        return pid
    os.dup2(output, 2)  # what goes wrong from here on is told there
    try:
        confinement.apply(Path(order.snapshot), channel, output, order.limits)
        worker.run_worker(order.snapshot)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def reap(order: Reap) -> OrderAnswer:
    """Kill a worker with its session; tell how it had ended, and what it had taken.

    The worker is waited for last: until then nobody else can have its pid.
    """
    for kill in (os.kill, os.killpg):
        with contextlib.suppress(ProcessLookupError):
            kill(order.pid, signal.SIGKILL)
    _, status, used = os.wait4(order.pid, 0)
    try:
        os.killpg(order.pid, 0)
    except ProcessLookupError:
        return Ended(status, used.ru_utime + used.ru_stime)
    return Refused("a process that a hand-in started outlived its worker")


def settle_imports(declared: Collection[str] = (), stubs: Collection[str] = ()) -> None:
    """Leave imports with Python's library and the stand-ins, and load what comes late.

    No stand-in takes the place of a package that is `declared`; `stubs` have one, too.
    """
    limit_imports(library_paths(), declared, stubs)
    tqdm.tqdm.monitor_interval = 0  # its monitor is a thread
    request = wire.encode(wire.Request(0, "", [{"x": wire.to_array([1.0])}]))
    wire.decode(request[wire.LENGTH.size :], wire.Request)
    wire.encode(worker.answer(wire.Request(0, "", []), worker.ProbeModules(wire.Probes([]))))
    gc.freeze()


def prepare_confinement() -> Confinement:
    """Return the confinement of all workers; where this process is in it, it is so afterwards."""
    snapshots, root, layers, version, *extras = sys.argv[1:]
    with contextlib.suppress(OSError):
        # Where memory runs out, let it be a worker that ends and not the grader.
        Path("/proc/self/oom_score_adj").write_text("500")
    declared = [name.removeprefix(MARK) for name in extras if name.startswith(MARK)]
    stubs = [name.removeprefix(STUB_MARK) for name in extras if name.startswith(STUB_MARK)]
    own = [name for name in extras if not name.startswith((MARK, STUB_MARK))]
    packages = [*PACKAGES, *(one for name in own for one in import_module(name).PACKAGES)]
    packages += load(declared)
    wanted = Layers(int(version), layers == NAMESPACES)
    confinement = Confinement(Path(snapshots), Path(root), packages, wanted)
    settle_imports(declared, stubs)
    return confinement


def carry_out(order: Spawn | Reap, descriptors: list[int], confinement: Confinement) -> OrderAnswer:
    """Do what was ordered and return what came of it."""
    if isinstance(order, Reap):
        return reap(order)
    channel, output = descriptors
    return Started(spawn(order, confinement, channel, output))


def main() -> None:
    """Carry out orders from the socket that standard input is, until it closes."""
    control = socket.socket(fileno=os.dup(0))
    try:
        confinement = prepare_confinement()
    except OSError as error:
        control.send(msgspec.msgpack.encode(Refused(str(error))))
        return
    found = confinement.layers
    with contextlib.suppress(ConnectionError):  # the grader is gone, whatever it had still asked
        control.send(msgspec.msgpack.encode(Ready(found.landlock_version, found.namespaces)))
        while True:
            order, descriptors = receive_order(control)
            if order is None:
                return
            control.send(msgspec.msgpack.encode(carry_out(order, descriptors, confinement)))


if __name__ == "__main__":
    main()
