"""Grades on a Dask cluster: hand-ins and the grading bundle travel as bytes, no folder is shared.

Dask keeps what is under way: the tasks of a worker that is lost go to another one.
"""

import logging
import platform
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from distributed import Client
from distributed.diagnostics.plugin import WorkerPlugin

from gradekit import __version__
from gradekit.batch.grading_process import GradingProcess, Task
from gradekit.batch.local import GradingBackend
from gradekit.errors import GradekitError, GraderError
from gradekit.files import Files
from gradekit.grading.bundle import GradingBundle
from gradekit.grading.reference.answers_cache import read_answers, write_answers
from gradekit.model import Report

SECONDS_TO_CONNECT = 10


class KitOnWorker(WorkerPlugin):
    """Brings a grading bundle to a worker; Dask gives it to each one, later ones too.

    `answers` are those of the references that are known, as files by name. `name` is what tasks
    find the kit by.
    """

    def __init__(self, bundle: GradingBundle, answers: Files) -> None:
        self.name, self._bundle, self._answers = f"gradekit-{bundle.key}", replace(bundle), answers

    def setup(self, worker: Any) -> None:  # noqa: ARG002
        """Keep the kit; the process that grades is started with the first task."""
        _processes[self.name] = GradingProcess(self._bundle, known=self._answers)

    def teardown(self, worker: Any) -> None:  # noqa: ARG002
        """End the process that grades."""
        process = _processes.pop(self.name, None)
        if process:
            process.close()


# A check may end its process, and a Dask worker has other tasks.
_processes: dict[str, GradingProcess] = {}
_one_at_a_time = threading.Lock()


@contextmanager
def dask_backend(
    bundle: GradingBundle, address: str, folder: Path | None = None
) -> Iterator[GradingBackend]:
    """Keep the workers of a Dask cluster as a backend, by the address of its scheduler.

    One worker computes the reference's answers for all, or they come from a folder of this machine,
    which keeps them for the next time.

    Raises GradekitError where nobody answers there, GraderError where no worker can grade as this
    process would: each needs the same kit and the same versions.
    """
    with _connected(address) as client:
        _ask_versions(client, bundle)
        plugin = KitOnWorker(bundle, _answers(client, bundle, folder))
        client.register_plugin(plugin)
        executor = client.get_executor(pure=False)

        def submit(task: Task) -> Future[Report]:
            future: Future[Report] = executor.submit(grade_on_worker, plugin.name, task)
            return future

        try:
            yield GradingBackend(submit, len(client.nthreads()))
        finally:
            executor.shutdown(wait=False)
            client.unregister_worker_plugin(plugin.name)


@contextmanager
def _connected(address: str) -> Iterator[Client]:
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what it tells comes as errors
    try:
        client = Client(address, timeout=SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise GradekitError(
            f"no Dask scheduler answers at {address}: start one, or mend the address ({error})"
        ) from error
    with client:
        yield client


def _ask_versions(client: Client, bundle: GradingBundle) -> None:
    try:
        keys = client.run(_versions_and_key, replace(bundle))
    except Exception as error:  # such as a worker that cannot import this module
        raise GraderError(f"the workers cannot grade: {type(error).__name__}: {error}") from error
    if not keys:
        raise GradekitError("the cluster has no workers: start some with `dask worker`")
    require_alike(keys, *_versions_and_key(bundle))


def require_alike(workers: Mapping[str, tuple[str, str]], here: str, key: str) -> None:
    """Raise GraderError where a worker has another key than this process; both by versions."""
    for worker, (versions, its) in workers.items():
        if its != key:
            raise GraderError(
                f"the worker {worker} would grade otherwise: it has {versions}, here is {here}; "
                "install the same there"
            )


def _answers(client: Client, bundle: GradingBundle, folder: Path | None) -> Files:
    """Return what is known of the references' answers."""
    known: Files = read_answers(folder) if folder else {}
    if not known:
        known = client.submit(reference_on_worker, replace(bundle), pure=False).result()
        if folder:
            write_answers(folder, known)
    return known


def reference_on_worker(bundle: GradingBundle) -> Files:
    """Return the reference's answers to the questions of all checks, as files by name."""
    with _one_at_a_time, closing(GradingProcess(bundle)) as process:
        try:
            return dict(process.reference_answers())
        except GraderError:  # each worker computes them, and each hand-in's report says why
            return {}


def _versions_and_key(bundle: GradingBundle) -> tuple[str, str]:
    versions = f"Python {platform.python_version()}, NumPy {np.__version__}, gradekit {__version__}"
    return versions, replace(bundle).key


def grade_on_worker(name: str, task: Task) -> Report:
    """Grade a task with the kit that a plugin of this name has brought to this worker."""
    with _one_at_a_time:
        if name not in _processes:
            raise GraderError("the worker has no grading bundle: grade again")
        return _processes[name].grade(task)
