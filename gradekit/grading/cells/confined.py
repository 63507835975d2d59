"""Opens a confined worker for the cells of one submission."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from gradekit.grading.cells.notebook_run import NewRemote
from gradekit.workers.client import ProbeClient
from gradekit.workers.deadlines.clock import Clock
from gradekit.workers.pool import WorkerPool
from gradekit.workers.remote.in_test.confined import confined_session
from gradekit.workers.remote.in_test.namespace import RemoteNamespace, SessionNamespace


def confined_cells(pool: WorkerPool, options: Mapping[str, Any] | None = None) -> NewRemote:
    """Return what opens a fresh worker of a pool on a snapshot; its time is on the clock.

    Options are those of `RemoteSession`.
    """

    @contextmanager
    def new_remote(snapshot: Path, clock: Clock) -> Iterator[RemoteNamespace]:
        client = ProbeClient(pool, snapshot, "", clock)
        try:
            yield SessionNamespace(confined_session(client, **(options or {})))
        finally:
            client.renew()

    return new_remote
