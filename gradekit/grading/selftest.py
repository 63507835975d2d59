"""Tries the escapes on a worker of one's own before anything is graded."""

import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from gradekit.grading.bench import Bench, Clock
from gradekit.grading.pool import WorkerPool
from gradekit.grading.snapshots import snapshot
from gradekit.report import CheckOutcome, GraderError
from gradekit.sandbox.layers import Layers

PROBE = '''
def attempt_all(**target):
    """Try each escape on this worker."""
    from gradekit.sandbox import escapes

    return escapes.attempt_all(escapes.Target(**target))
'''
SECONDS = 30.0
# Landlock and the filter do not see it; namespaces do.
SEEN_WITHOUT_NAMESPACES = "seeing that a file outside is there"


def escapes(pool: WorkerPool) -> dict[str, bool]:
    """Return for each escape whether it succeeds in a worker of the pool.

    Raises GraderError where a worker gives no answer: then it is not known what holds it.
    """
    outside = pool.folder / "outside"
    for path in (outside, outside.with_name("outside.spare")):
        path.write_bytes(b"untouched")
    with _listener() as where, snapshot(pool.snapshots, {}) as folder:
        bench = Bench(pool, folder, PROBE, Clock(call_seconds=SECONDS))
        try:
            found = bench.ask(
                "attempt_all", outside=str(outside), installed=str(msgspec.__file__), **where
            )
        except CheckOutcome as error:
            why = f"{error} [{bench.staff_message}]"
            raise GraderError(f"the sandbox's test of itself gives no answer: {why}") from error
        finally:
            bench.renew()
    if outside.read_bytes() != b"untouched":
        raise GraderError("the sandbox's test of itself changed a file outside")
    return {name: bool(value.any()) for name, value in found.items()}


def open_pool(*, namespaces: bool = True, extras: Sequence[str] = ()) -> WorkerPool:
    """Return a pool whose workers are confined, as escapes that were tried have shown.

    `extras` are modules that they have besides NumPy. Raises GraderError, in one line, where any
    escape succeeds that the layers should stop.
    """
    pool = WorkerPool(namespaces=namespaces, extras=extras)
    try:
        require_none(escapes(pool), pool.layers)
    except BaseException:
        pool.close()
        raise
    return pool


def require_none(found: Mapping[str, bool], layers: Layers) -> None:
    """Raise GraderError where any escape succeeded that some layers should stop."""
    open_doors = still_open(found, layers)
    if open_doors:
        raise GraderError(
            f"the sandbox does not hold here, so nothing is graded: {'; '.join(open_doors)} "
            f"succeeded ({layers}); `gradekit doctor` tells more"
        )


def still_open(found: Mapping[str, bool], layers: Layers) -> list[str]:
    """Return the escapes that succeeded, but for the one that only namespaces stop."""
    allowed = set() if layers.namespaces else {SEEN_WITHOUT_NAMESPACES}
    return [name for name, succeeded in found.items() if succeeded and name not in allowed]


@contextmanager
def _listener() -> Iterator[dict[str, int | str]]:
    name = f"gradekit-{Path.cwd().stat().st_ino}-{id(object())}"
    with socket.socket() as tcp, socket.socket(socket.AF_UNIX) as abstract:
        tcp.bind(("127.0.0.1", 0))
        tcp.listen()
        abstract.bind(f"\0{name}")
        abstract.listen()
        yield {"port": tcp.getsockname()[1], "abstract_name": name}
