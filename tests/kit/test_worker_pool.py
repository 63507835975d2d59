"""Workers start clean, are limited, and are gone when they are ended."""

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gradekit.grading import wire
from gradekit.grading.bench import Bench, Clock
from gradekit.grading.pool import WorkerPool, how_it_ended, ran_out_of_cpu
from gradekit.grading.worker import Limits
from gradekit.report import CheckOutcome, GraderError, StudentMemory

PROBES = """
import os, resource, sys

import numpy as np


def open_files():
    return {"n": [int(n) for n in os.listdir("/proc/self/fd") if n != "4"]}


def facts(name):
    return {"known": name in os.environ, "n": len(os.environ)}


def loaded(name):
    return {"is": name in sys.modules}


def stdin():
    return {"n": len(os.read(0, 10))}


def shout():
    os.write(1, b"heard" * 1000)
    os.write(2, b"heard" * 1000)
    print("heard")
    return {"n": 1}


def limits():
    kinds = ("AS", "FSIZE", "NOFILE", "CORE")
    return {"n": [resource.getrlimit(getattr(resource, f"RLIMIT_{kind}"))[1] for kind in kinds]}


def large_file(path):
    with open(path, "wb") as file:
        file.write(b"x" * 10_000_000)
    return {"n": 1}


def large_array():
    return {"n": np.ones(10**9).sum()}


def many_files():
    return {"n": len([open("/dev/null") for _ in range(1000)])}


def family():
    child = os.fork()
    if not child:
        import time
        time.sleep(600)
    return {"pid": child, "own": os.getpid()}


def zygote():
    return {"pid": os.getppid()}
"""


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    """A pool with small limits."""
    with WorkerPool(Limits(address_space_bytes=2**31, file_bytes=2**20, open_files=32)) as pool:
        yield pool


@pytest.fixture
def bench(pool: WorkerPool, tmp_path: Path) -> Iterator[Bench]:
    """A bench on an empty hand-in."""
    made = Bench(pool, tmp_path, PROBES, Clock(call_seconds=20.0))
    yield made
    made.renew()


def open_descriptors() -> int:
    """Return how many descriptors this process has open."""
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def alive(pid: int) -> bool:
    """Whether a process runs, and is not only waiting to be reaped."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def gone(pid: int) -> bool:
    """Whether a process ends within a few seconds."""
    end = time.monotonic() + 5
    while alive(pid) and time.monotonic() < end:
        time.sleep(0.01)
    return not alive(pid)


def test_a_worker_holds_its_channel_and_nothing_else(bench: Bench) -> None:
    """No descriptor of the grader's is open in a worker but the standard ones and the channel."""
    with Path(os.devnull).open() as inherited:
        os.set_inheritable(inherited.fileno(), True)
        assert set(bench.ask("open_files")["n"]) <= {0, 1, 2, 3}


def test_a_worker_knows_nothing_of_the_environment(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Variables of the grader's, such as tokens, do not reach a worker."""
    monkeypatch.setenv("GRADER_TOKEN", "secret")
    with WorkerPool() as fresh:
        other = Bench(fresh, bench._snapshot, PROBES)
        assert not other.ask("facts", name="GRADER_TOKEN")["known"]
        assert other.ask("facts", name="OPENBLAS_NUM_THREADS")["known"]
        other.renew()


@pytest.mark.parametrize(
    ("module", "there"),
    [("numpy.linalg", True), ("pytest", False), ("gradekit.grading.plugin", False)],
)
def test_what_a_worker_has_loaded(bench: Bench, module: str, there: bool) -> None:
    """NumPy is loaded already, and nothing that decides is."""
    assert bool(bench.ask("loaded", name=module)["is"]) == there


def test_standard_streams_lead_nowhere(bench: Bench, capfd: pytest.CaptureFixture[str]) -> None:
    """Nothing is read from the grader's terminal, and nothing is printed there."""
    assert bench.ask("stdin")["n"] == 0
    assert bench.ask("shout")["n"] == 1
    assert capfd.readouterr() == ("", "")


def test_limits_are_set_for_good(bench: Bench) -> None:
    """A worker's hard limits are those that the pool was given."""
    assert bench.ask("limits")["n"].tolist() == [2**31, 2**20, 32, 0]


def test_too_much_memory_is_told(bench: Bench) -> None:
    """An array beyond the limit is MEMORY, and the machine does not feel it."""
    with pytest.raises(StudentMemory):
        bench.ask("large_array")


@pytest.mark.parametrize("probe", ["large_file", "many_files"])
def test_files_are_limited(bench: Bench, tmp_path: Path, probe: str) -> None:
    """Neither large files nor many open ones are to be had."""
    arguments = {"path": str(tmp_path / "large")} if probe == "large_file" else {}
    with pytest.raises(CheckOutcome):
        bench.ask(probe, **arguments)
    assert not (tmp_path / "large").exists() or (tmp_path / "large").stat().st_size <= 2**20


def test_what_a_worker_started_ends_with_it(bench: Bench) -> None:
    """A child that a worker has left behind, if it could start one, ends with the worker."""
    try:
        pids = bench.ask("family")
    except CheckOutcome:
        return
    assert alive(int(pids["pid"]))
    bench.renew()
    assert gone(int(pids["own"]))
    assert gone(int(pids["pid"]))


def test_nothing_is_left_of_a_pool(tmp_path: Path) -> None:
    """Closing a pool ends its zygote."""
    with WorkerPool() as pool:
        bench = Bench(pool, tmp_path, PROBES)
        zygote = int(bench.ask("zygote")["pid"])
        assert alive(zygote)
        bench.renew()
    assert gone(zygote)


def test_a_zygote_that_died_is_the_graders_fault(tmp_path: Path) -> None:
    """Without its zygote a pool says so, as the grader's fault and not as the student's."""
    with WorkerPool() as pool:
        bench = Bench(pool, tmp_path, PROBES)
        os.kill(int(bench.ask("zygote")["pid"]), signal.SIGKILL)
        with pytest.raises(GraderError, match="zygote"):
            bench.renew()


def test_a_pool_is_used_for_one_worker_after_another(pool: WorkerPool, tmp_path: Path) -> None:
    """Workers come and go without leaving descriptors behind."""
    before = open_descriptors()
    for _ in range(20):
        worker = pool.spawn(tmp_path, PROBES)
        wire.send(worker.channel, wire.encode(wire.Request(1, "stdin", [{}])), time.monotonic() + 5)
        wire.receive(worker.channel, time.monotonic() + 20)
        pool.end(worker)
    assert open_descriptors() == before


@pytest.mark.parametrize(
    ("status", "words", "cpu"),
    [
        (0, "exit code 0", False),
        (3 << 8, "exit code 3", False),
        (signal.SIGSEGV, "killed by SIGSEGV", False),
        (signal.SIGXCPU, "killed by SIGXCPU", True),
    ],
)
def test_how_a_process_ended_in_words(status: int, words: str, cpu: bool) -> None:
    """A wait status becomes words for staff."""
    assert how_it_ended(status) == words
    assert ran_out_of_cpu(status) == cpu
