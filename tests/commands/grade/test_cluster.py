"""Grading on a Dask cluster: a real scheduler and real workers, some of them killed."""

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cell_notebooks import cell, notebook, with_answers
from costly_checks import HUGE, RIGHT, UNINTERRUPTED, outcomes, tasks, with_check
from distributed import Client
from graded_cells import bundle_of, submission

from gradekit.batch.dask_cluster import dask_backend, require_alike
from gradekit.batch.local import Task, Ungraded, grade_all, local_backend
from gradekit.errors import GraderError
from gradekit.gradebook.store.scores import read_scores
from gradekit.grading.bundle import GradingBundle
from gradekit.grading.grader import Submission
from gradekit.grading.reference.answers_cache import ReferenceAnswers, read_answers
from gradekit.model import Outcome, Report

pytestmark = pytest.mark.one_in(4, of="grading a class")

SECONDS_TO_START = 60
SLOWLY = """
import time


class Doubler:
    def forward(self, x):
        time.sleep(0.1)
        return {factor} * x
"""


class Cluster:
    """A scheduler and workers as processes of their own, each in an empty folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._processes: list[subprocess.Popen[bytes]] = []
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        self._start("scheduler", "--port", self.address.rpartition(":")[2], "--no-dashboard")

    def add_worker(self) -> subprocess.Popen[bytes]:
        """Start a worker of one thread."""
        options = ["--nthreads", "1", "--no-dashboard", "--no-nanny", "--host", "127.0.0.1"]
        return self._start("worker", self.address, *options)

    def _start(self, what: str, *arguments: str) -> subprocess.Popen[bytes]:
        place = self._folder / f"{what}-{len(self._processes)}"
        place.mkdir()
        local = ["--local-directory", str(place)] if what == "worker" else ["--host", "127.0.0.1"]
        command = [sys.executable, "-m", "distributed.cli.dask_" + what, *arguments, *local]
        with (place / "log").open("wb") as log:
            process = subprocess.Popen(command, cwd=place, stdout=log, stderr=log)
        self._processes.append(process)
        return process

    def await_workers(self, count: int) -> None:
        """Wait until the scheduler is there, and so many workers have come to it."""
        with Client(self.address, timeout=SECONDS_TO_START, set_as_default=False) as client:
            if count:
                client.wait_for_workers(count, timeout=SECONDS_TO_START)

    def close(self) -> None:
        """End all that was started."""
        for process in reversed(self._processes):
            process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A scheduler on the loopback address, with no worker yet."""
    cluster = Cluster(tmp_path)
    yield cluster
    cluster.close()


@pytest.mark.slow
def test_workers_that_are_killed_lose_nothing(cluster: Cluster, tiny_kit: GradingBundle) -> None:
    """With each of the first two workers killed in the middle, a third that came late ends it."""
    slow = [
        Task(Submission(f"student_{n}", {"lib/thing.py": SLOWLY.format(factor=n % 3).encode()}))
        for n in range(12)
    ]
    first, second = cluster.add_worker(), cluster.add_worker()
    cluster.await_workers(2)
    found: dict[str, Report | Ungraded] = {}
    with dask_backend(tiny_kit, cluster.address) as backend:
        assert backend.size == 2
        for outcome in grade_all(slow, backend):
            found[outcome.student] = outcome
            if len(found) == 2:
                first.kill()
                cluster.add_worker()
                cluster.await_workers(2)
            if len(found) == 5:
                second.kill()
    with local_backend(tiny_kit, 1) as backend:
        expected = {one.student: facts(one) for one in grade_all(slow, backend)}
    assert {student: facts(one) for student, one in found.items()} == expected


def facts(outcome: Report | Ungraded) -> Any:
    """Return what must be the same wherever a hand-in is graded."""
    if isinstance(outcome, Ungraded):
        return outcome
    return outcome.key, [(r.check, r.outcome, r.message, r.key) for r in outcome.results]


@pytest.mark.slow
def test_a_check_that_nothing_interrupts_ends_no_worker(
    cluster: Cluster, tiny_kit: GradingBundle
) -> None:
    """Values that make a check go on for ever are their hand-in's TIMEOUT there as well."""
    bundle = with_check(tiny_kit, UNINTERRUPTED["one call in C"])
    worker = cluster.add_worker()
    cluster.await_workers(1)
    with dask_backend(bundle, cluster.address) as backend:
        found = {one.student: one for one in grade_all(tasks([RIGHT, HUGE, RIGHT]), backend)}
    assert [outcomes(found[one])[0] for one in "abc"] == ["PASS", "TIMEOUT", "PASS"]
    assert worker.poll() is None


SQUARES = notebook(
    cell("staff", "import pandas as pd", "setup"),
    cell("solution", "def squares(n):\n    return pd.DataFrame({'n': range(n)}) ** 2", "answer"),
    cell("test", "assert list(squares(3)['n']) == [0, 1, 4]", "table", 2),
    cell("test", "assert len(squares(50)) == 50", "length"),
)


@pytest.mark.slow
def test_code_in_cells_is_graded_on_a_cluster(cluster: Cluster, tmp_path: Path) -> None:
    """Test cells, tables and packages travel with the bundle; reports are the same."""
    bundle = bundle_of(tmp_path / "course", SQUARES)
    answers = {
        "right": {},
        "wrong": {"answer": "def squares(n):\n    return pd.DataFrame({'n': range(n)})"},
        "broken": {"answer": "def squares(n:"},
    }
    given = [Task(submission(with_answers(SQUARES, one), name)) for name, one in answers.items()]
    cluster.add_worker()
    cluster.await_workers(1)
    with dask_backend(bundle, cluster.address) as backend:
        found = {one.student: one for one in grade_all(given, backend)}
    with local_backend(bundle, 1) as backend:
        expected = {one.student: facts(one) for one in grade_all(given, backend)}
    assert {student: facts(one) for student, one in found.items()} == expected
    points = {
        name: sum(one.score(item) or 0 for item in one.automatic_items)
        for name, one in found.items()
        if isinstance(one, Report)
    }
    assert points == {"right": 3, "wrong": 1, "broken": 0}


@pytest.mark.slow
def test_a_class_graded_on_a_cluster_has_the_same_points(
    cluster: Cluster, tiny_handins: Any, gradekit: Callable[..., tuple[int, str, str]]
) -> None:
    """`grade --dask` records what `grade` would; a second run without it has nothing to do."""
    assignment = tiny_handins.assignment
    tiny_handins.add_solved("ada")
    tiny_handins.add("bob")
    cluster.add_worker()
    cluster.await_workers(1)
    code, _, err = gradekit(assignment.root, "grade", "tiny", "--dask", cluster.address)
    assert (code, err) == (0, "")
    assert {s: one.total for s, one in read_scores(assignment).items()} == {"ada": 4.0, "bob": 0.0}
    code, out, _ = gradekit(assignment.root, "grade", "tiny")
    assert (code, out.count("kept")) == (0, 3)


@pytest.mark.slow
def test_answers_of_the_reference_are_computed_by_one_worker_for_all(
    cluster: Cluster, tiny_kit: GradingBundle, tmp_path: Path
) -> None:
    """They come back to this machine, and what it has by the next time is what workers go by."""
    folder = tmp_path / "answers"
    right = Task(Submission("ada", {"lib/thing.py": tiny_kit.reference["lib/thing.py"]}))
    cluster.add_worker()
    cluster.await_workers(1)

    def outcomes() -> set[Outcome]:
        with dask_backend(tiny_kit, cluster.address, folder) as backend:
            (report,) = grade_all([right], backend)
        assert isinstance(report, Report)
        return {result.outcome for result in report.results}

    assert outcomes() == {Outcome.PASS}
    assert read_answers(folder)
    for key in read_answers(folder):
        kept = ReferenceAnswers(folder).get(key, list)
        (folder / key).unlink()
        other = [{name: array + 1 for name, array in one.items()} for one in kept]
        ReferenceAnswers(folder).get(key, lambda other=other: other)  # type: ignore[misc]
    assert Outcome.FAIL in outcomes()


@pytest.mark.slow
def test_a_cluster_that_is_none_is_told(
    cluster: Cluster, tiny_handins: Any, gradekit: Callable[..., tuple[int, str, str]]
) -> None:
    """A scheduler without workers, and an address where nobody answers, are one line each."""
    root = tiny_handins.assignment.root
    tiny_handins.add_solved("ada")
    cluster.await_workers(0)
    code, _, err = gradekit(root, "grade", "tiny", "--dask", cluster.address)
    assert (code, err.strip()) == (
        1,
        "gradekit: the cluster has no workers: start some with `dask worker`",
    )
    cluster.close()
    code, _, err = gradekit(root, "grade", "tiny", "--dask", cluster.address)
    assert code == 1
    assert f"no Dask scheduler answers at {cluster.address}" in err
    assert len(err.splitlines()) == 1


def test_a_worker_that_would_grade_otherwise_is_refused() -> None:
    """Other versions, or another kit, on one worker stop the command before anything is graded."""
    alike = {"tcp://a": ("Python 3.12", "key")}
    require_alike(alike, "Python 3.12", "key")
    with pytest.raises(GraderError, match=r"tcp://b would grade otherwise: it has Python 3\.11"):
        require_alike({**alike, "tcp://b": ("Python 3.11", "other")}, "Python 3.12", "key")
