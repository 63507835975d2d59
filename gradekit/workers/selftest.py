"""Tries every sandbox escape in a throw-away worker before grading starts."""

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec

from gradekit.errors import CheckOutcome, GraderError
from gradekit.sandbox.escapes import SEEN_WITHOUT_NAMESPACES, judge_escapes
from gradekit.sandbox.layers import NEWEST_LANDLOCK, Layers
from gradekit.sandbox.limits import Limits
from gradekit.workers.client import Clock, ProbeClient
from gradekit.workers.pool import ONLY_NUMPY, Importable, WorkerPool
from gradekit.workers.snapshots import snapshot

PROBE = '''
def attempt_all(**target):
    """Try each escape on this worker."""
    from gradekit.sandbox import escapes

    return escapes.attempt_all(escapes.Target(**target))
'''
SECONDS = 30.0
UNTOUCHED = b"untouched"
MOST_TOLD = 5  # in the one line that refuses to grade


def escapes(pool: WorkerPool) -> dict[str, str]:
    """Return for each escape what is wrong with how it ended in a worker; "" where it was stopped.

    Raises GraderError where a worker gives no answer: then it is not known what holds it.
    """
    outside = pool.folder / "outside"
    for path in (outside, outside.with_name("outside.spare")):
        path.write_bytes(UNTOUCHED)
    with (
        _listener() as where,
        snapshot(pool.snapshots, {"own": UNTOUCHED}) as folder,
        snapshot(pool.snapshots, {"neighbour": UNTOUCHED}) as beside,
    ):
        # Writable for its owner: what stops a worker must not be the file's mode.
        neighbour = beside / "neighbour"
        for path in (neighbour, folder / "own"):
            path.chmod(0o644)
        target = {"outside": str(outside), "neighbour": str(neighbour), **where}
        found = _attempt_all(pool, folder, {**target, "installed": str(msgspec.__file__)})
        if any(path.read_bytes() != UNTOUCHED for path in (outside, neighbour, folder / "own")):
            raise GraderError("the sandbox's test of itself changed a file that it must not")
    return judge_escapes(found, pool.layers)


def _attempt_all(pool: WorkerPool, folder: Path, target: Mapping[str, int | str]) -> dict[str, int]:
    client = ProbeClient(pool, folder, PROBE, Clock(call_seconds=SECONDS))
    try:
        found = client.ask("attempt_all", **target)
    except CheckOutcome as error:
        why = f"{error} [{client.staff_message}]"
        raise GraderError(f"the sandbox's test of itself gives no answer: {why}") from error
    finally:
        client.renew()
    return {name: int(value) for name, value in found.items()}


def open_pool(
    *,
    namespaces: bool = True,
    landlock_version: int = NEWEST_LANDLOCK,
    importable: Importable = ONLY_NUMPY,
    limits: Limits | None = None,
) -> WorkerPool:
    """Return a pool whose workers are confined, as escapes that were tried have shown.

    Raises GraderError, in one line, where any escape is not stopped that the layers should stop.
    """
    pool = WorkerPool(
        limits,
        namespaces=namespaces,
        landlock_version=landlock_version,
        importable=importable,
    )
    try:
        require_none(escapes(pool), pool.layers)
    except BaseException:
        pool.close()
        raise
    return pool


def require_none(found: Mapping[str, str], layers: Layers) -> None:
    """Raise GraderError where any escape was not stopped that some layers should stop."""
    open_doors = [f"{name} {found[name]}" for name in still_open(found, layers)]
    if open_doors:
        more = [f"{len(open_doors) - MOST_TOLD} more"] if len(open_doors) > MOST_TOLD else []
        raise GraderError(
            "the sandbox does not hold here, so nothing is graded: "
            f"{'; '.join([*open_doors[:MOST_TOLD], *more])} ({layers}); `gradekit doctor` tells "
            "more"
        )


def still_open(found: Mapping[str, str], layers: Layers) -> list[str]:
    """Return the escapes that were not stopped, but for the one that only namespaces stop."""
    allowed = set() if layers.namespaces else {SEEN_WITHOUT_NAMESPACES}
    return [name for name, wrong in found.items() if wrong and name not in allowed]


@contextmanager
def _listener() -> Iterator[dict[str, int | str]]:
    name = f"gradekit-{Path.cwd().stat().st_ino}-{id(object())}"
    with socket.socket() as tcp, socket.socket(socket.AF_UNIX) as abstract:
        tcp.bind(("127.0.0.1", 0))
        tcp.listen()
        abstract.bind(f"\0{name}")
        abstract.listen()
        yield {"port": tcp.getsockname()[1], "abstract_name": name}
