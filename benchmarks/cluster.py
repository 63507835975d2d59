"""What a hand-in costs on a Dask cluster of this machine: a scheduler and one or two workers."""

import contextlib
import socket
import subprocess
import sys
import time
from argparse import Namespace
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from classes import ORDINARY, Workshop, class_of
from distributed import Client
from tqdm import tqdm

from gradekit.batch.dask_cluster import dask_backend
from gradekit.batch.local import GradingBackend, Task, Ungraded, grade_all
from gradekit.grading.grader import Submission

WORKERS = (1, 2)
CLUSTER_SIZE = 60  # hand-ins
SECONDS_TO_START = 60


def cluster(workshop: Workshop, folder: Path, options: Namespace) -> dict[str, Any]:
    """Return the seconds per hand-in with one worker and with two, in turn, the best of each.

    What is measured is grading: hand-ins go to the workers, and reports come back. Each worker has
    graded the class once before, so that nothing is cold.
    """
    students = class_of(ORDINARY, min(options.class_size, CLUSTER_SIZE))
    writer = workshop.writer
    tasks = [Task(Submission(name, writer.modules(kind, name))) for name, kind in students.items()]
    seconds: dict[int, list[float]] = defaultdict(list)
    for number in range(1, options.rounds + 1):
        for workers in WORKERS:
            place = folder / f"{number}-{workers}"
            with (
                running(place, workers) as address,
                dask_backend(writer.bundle, address) as backend,
            ):
                _grade(tasks, backend, f"{workers} Dask workers, round {number}, cold")
                seconds[workers].append(_grade(tasks, backend, f"{workers} Dask workers, {number}"))
    best = {workers: min(found) / len(tasks) for workers, found in seconds.items()}
    return {
        "students": len(tasks),
        "seconds": {str(workers): round(one, 4) for workers, one in best.items()},
        "ratio": round(best[WORKERS[0]] / best[WORKERS[-1]], 3),
    }


def _grade(tasks: Sequence[Task], backend: GradingBackend, what: str) -> float:
    started = time.perf_counter()
    for outcome in tqdm(grade_all(tasks, backend), total=len(tasks), desc=what, unit="hand-in"):
        if isinstance(outcome, Ungraded):
            raise RuntimeError(f"{outcome.student}: {outcome.reason}")
    return time.perf_counter() - started


@contextlib.contextmanager
def running(folder: Path, workers: int) -> Iterator[str]:
    """Run a scheduler and some workers of one thread; give the scheduler's address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    with contextlib.ExitStack() as stack:
        stack.enter_context(_process(folder / "scheduler", "scheduler", "--port", str(port)))
        for number in range(workers):
            place = folder / f"worker-{number}"
            options = ["--nthreads", "1", "--no-nanny", "--local-directory", str(place)]
            stack.enter_context(_process(place, "worker", address, *options))
        with Client(address, timeout=SECONDS_TO_START, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=SECONDS_TO_START)
        yield address


@contextlib.contextmanager
def _process(folder: Path, what: str, *arguments: str) -> Iterator[None]:
    folder.mkdir(parents=True)
    command = [sys.executable, "-m", f"distributed.cli.dask_{what}", *arguments]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--no-dashboard"],
            cwd=folder,
            stdout=log,
            stderr=log,
        )
    try:
        yield
    finally:
        process.terminate()
        process.wait()
