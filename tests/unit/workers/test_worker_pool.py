"""Workers start clean, are limited, and are gone when they are ended."""

import errno
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from gradekit.errors import AuthoringError, CheckOutcome, GraderError, StorageError, StudentMemory
from gradekit.sandbox.limits import Limits
from gradekit.workers import wire
from gradekit.workers.client import Clock, ProbeClient
from gradekit.workers.control import PLAIN, Refused
from gradekit.workers.deadlines.clock import within
from gradekit.workers.pool import WorkerPool, how_it_ended, ran_out_of_cpu
from gradekit.workers.probe_code import probes_of

SnapshotOf = Callable[..., Path]

PROBES = """
import os, resource, sys

import numpy as np


def open_files():
    found = []
    for n in range(1000):
        try:
            os.fstat(n)
        except OSError:
            continue
        found.append(n)
    return {"n": found}


def facts(name):
    return {"known": name in os.environ, "n": len(os.environ)}


def loaded(name):
    return {"is": name in sys.modules}


def importable(name):
    import importlib

    importlib.import_module(name)
    return {"n": 1}


def never_written(n):
    return {"n": np.empty(n)}


def stdin():
    return {"n": len(os.read(0, 10))}


def shout():
    os.write(1, b"heard" * 1000)
    os.write(2, b"heard" * 1000)
    print("heard")
    return {"n": 1}


def limits():
    kinds = ("AS", "FSIZE", "NOFILE", "CORE", "NPROC")
    return {"n": [resource.getrlimit(getattr(resource, f"RLIMIT_{kind}"))[1] for kind in kinds]}


def large_array():
    return {"n": np.ones(10**9).sum()}


def many_files():
    return {"n": len([open("/dev/null") for _ in range(1000)])}


def devnull():
    with open(os.devnull, "w") as nothing:
        print("nothing", file=nothing)
    return {"n": 1}


def family():
    os.fork()
    return {"n": 1}


def spin():
    while True:
        pass


def algebra():
    a = np.random.default_rng(0).standard_normal((60, 60))
    solved = np.linalg.solve(a, a @ a)
    u, s, v = np.linalg.svd(a)
    spectrum = np.fft.ifft(np.fft.fft(a)).real
    close = np.allclose(solved, a) and np.allclose(u * s @ v, a) and np.allclose(spectrum, a)
    return {"close": close, "sorted": np.sort(a, axis=None), "det": np.linalg.slogdet(a)[1]}


def plots():
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    from IPython.display import display
    from matplotlib import cm
    figure, axes = plt.subplots(), plt.figure().gca()
    plt.plot([1, 2]); plt.savefig("plot.png"); plt.show(); display(figure)
    return {"n": 1}


def progress():
    from tqdm import tqdm, trange
    from tqdm.auto import tqdm as auto
    return {"n": sum(tqdm(range(4))) + sum(trange(2)) + sum(auto([1]))}
"""


@pytest.fixture
def client(pool: WorkerPool, snapshot_of: SnapshotOf) -> Iterator[ProbeClient]:
    """A client on an empty hand-in."""
    made = ProbeClient(pool, snapshot_of(pool), PROBES, Clock(call_seconds=20.0))
    yield made
    made.renew()


def open_descriptors() -> int:
    """Return how many descriptors this process has open."""
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def processes_of(folder: Path) -> list[str]:
    """Return the running processes that were started for a pool's folder, workers among them."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if str(folder).encode() in (process / "cmdline").read_bytes():
                found.append(process.name)
        except OSError:  # it has ended meanwhile
            continue
    return found


def left_of(folder: Path) -> list[str]:
    """Return the processes of a pool's folder that do not end within a few seconds."""
    end = time.monotonic() + 10
    while processes_of(folder) and time.monotonic() < end:
        time.sleep(0.01)
    return processes_of(folder)


def test_a_worker_holds_its_channel_and_nothing_else(client: ProbeClient) -> None:
    """No descriptor of the grader's is open in a worker but the standard ones and the channel."""
    with Path(os.devnull).open() as inherited:
        os.set_inheritable(inherited.fileno(), True)
        assert client.ask("open_files")["n"].tolist() == [0, 1, 2, 3]


def test_a_worker_knows_nothing_of_the_environment(
    snapshot_of: SnapshotOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Variables of the grader's, such as tokens, do not reach a worker."""
    monkeypatch.setenv("GRADER_TOKEN", "secret")
    with WorkerPool() as fresh:
        other = ProbeClient(fresh, snapshot_of(fresh), PROBES)
        assert not other.ask("facts", name="GRADER_TOKEN")["known"]
        assert other.ask("facts", name="OPENBLAS_NUM_THREADS")["known"]
        other.renew()


@pytest.mark.parametrize(
    ("module", "there"),
    [
        ("numpy.linalg", True),
        ("pytest", False),
        ("gradekit.grading.grader", False),
    ],
)
def test_what_a_worker_has_loaded(client: ProbeClient, module: str, there: bool) -> None:
    """NumPy is loaded already, and nothing that decides is."""
    assert bool(client.ask("loaded", name=module)["is"]) == there


LIBRARY = [
    "sqlite3", "ssl", "ctypes", "decimal", "asyncio", "multiprocessing", "concurrent.futures",
    "xml.dom.minidom", "unittest", "zoneinfo", "email", "http.client", "lzma", "bz2", "curses",
    "numpy.ma", "numpy.testing", "numpy.polynomial", "tqdm.notebook", "pdb", "cProfile",
]  # fmt: skip


@pytest.mark.parametrize("module", LIBRARY)
def test_python_s_library_can_be_imported(client: ProbeClient, module: str) -> None:
    """Whatever Python and NumPy bring along is there, also what is loaded late."""
    assert client.ask("importable", name=module)["n"] == 1


@pytest.mark.parametrize("module", ["nbformat", "nbclient", "gradekit.grading.grader"])
def test_no_other_package_can_be_imported(client: ProbeClient, module: str) -> None:
    """What is installed for grading is not there for hand-ins."""
    with pytest.raises(CheckOutcome, match="ModuleNotFoundError"):
        client.ask("importable", name=module)


def test_linear_algebra_works_in_there(client: ProbeClient) -> None:
    """BLAS, LAPACK, FFT, sorting and random numbers need nothing that is forbidden."""
    assert client.ask("algebra")["close"]


@pytest.mark.parametrize("probe", ["plots", "progress", "devnull"])
def test_what_answers_do_besides_is_no_trouble(client: ProbeClient, probe: str) -> None:
    """Plots are drawn nowhere, bars are shown nowhere, and /dev/null takes everything."""
    assert client.ask(probe)["n"] >= 1


def test_standard_streams_lead_nowhere(
    client: ProbeClient, capfd: pytest.CaptureFixture[str]
) -> None:
    """Nothing is read from the grader's terminal, and nothing is printed there."""
    assert client.ask("stdin")["n"] == 0
    assert client.ask("shout")["n"] == 1
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("size", [500, 50_000, 500_000])
def test_memory_that_nobody_wrote_is_the_same_each_time(client: ProbeClient, size: int) -> None:
    """An array that an answer forgot to fill passes for no value, and gives one grade each time."""
    first = client.ask("never_written", n=size)["n"]
    client.renew()
    assert (client.ask("never_written", n=size)["n"] == first).all()
    assert abs(first).min() > 1e100


def test_limits_are_set_for_good(snapshot_of: SnapshotOf) -> None:
    """A worker's hard limits are those that the pool was given; it writes and starts nothing."""
    with WorkerPool(Limits(address_space_bytes=2**31, open_files=32)) as pool:
        client = ProbeClient(pool, snapshot_of(pool), PROBES)
        assert client.ask("limits")["n"].tolist() == [2**31, 0, 32, 0, 0]
        client.renew()


def test_too_much_memory_is_told(client: ProbeClient) -> None:
    """An array beyond the limit is MEMORY, and the machine does not feel it."""
    with pytest.raises(StudentMemory):
        client.ask("large_array")


@pytest.mark.parametrize("probe", ["many_files", "family"])
def test_neither_many_files_nor_processes_are_to_be_had(client: ProbeClient, probe: str) -> None:
    """Open files are limited, and a worker cannot start another process."""
    with pytest.raises(CheckOutcome):
        client.ask(probe)


def test_a_worker_that_spins_ends_with_its_pool(snapshot_of: SnapshotOf, pool: WorkerPool) -> None:
    """Closing a pool ends its fork server and a worker that nobody has ended."""
    with WorkerPool(namespaces=pool.layers.namespaces) as fresh:
        worker = fresh.spawn(snapshot_of(fresh), probes_of(PROBES))
        worker.channel.send(wire.encode(wire.Request(1, "spin", [{}])), within(5))
        assert len(processes_of(fresh.folder)) >= 2
    worker.channel.close()
    assert left_of(fresh.folder) == []
    assert not fresh.folder.exists()


ABANDONED = """
import os, signal, sys, time
from gradekit.workers import wire
from gradekit.workers.deadlines.clock import within
from gradekit.workers.pool import WorkerPool
from gradekit.workers.probe_code import probes_of
from gradekit.workers.snapshots import make_snapshot

pool = WorkerPool(namespaces=sys.argv[1] == "True")
probes = probes_of("def spin():\\n    while True: pass")
worker = pool.spawn(make_snapshot(pool.snapshots, {}), probes)
worker.channel.send(wire.encode(wire.Request(1, "spin", [{}])), within(5))
print(pool.folder, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_nothing_outlives_a_grader_that_is_killed(pool: WorkerPool) -> None:
    """A grader that is killed takes its fork server and a worker that spins along."""
    command = [sys.executable, "-c", ABANDONED, str(pool.layers.namespaces)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    folder = Path(done.stdout.strip())
    assert done.returncode == -signal.SIGKILL
    assert folder.is_dir()
    assert left_of(folder) == []
    shutil.rmtree(folder)


def test_nothing_is_left_of_a_worker(client: ProbeClient, pool: WorkerPool) -> None:
    """A worker that was ended is gone at once."""
    before = len(processes_of(pool.folder))
    client.ask("stdin")
    assert len(processes_of(pool.folder)) == before + 1
    client.renew()
    assert len(processes_of(pool.folder)) == before


def test_a_fork_server_that_died_is_the_graders_fault(
    snapshot_of: SnapshotOf, pool: WorkerPool
) -> None:
    """Without its fork server a pool says so, as the grader's fault and not as the student's."""
    with WorkerPool(namespaces=pool.layers.namespaces) as fresh:
        client = ProbeClient(fresh, snapshot_of(fresh), PROBES)
        client.ask("stdin")
        os.kill(fresh._process.pid, signal.SIGKILL)
        assert left_of(fresh.folder) == []  # its workers end with it
        with pytest.raises(GraderError, match="fork server"):
            client.renew()


def test_a_worker_that_cannot_be_confined_is_the_graders_fault(pool: WorkerPool) -> None:
    """A worker that fails before it has shut the doors gives no grade, and says why."""
    with pytest.raises(GraderError, match="could not be started: FileNotFoundError"):
        pool.spawn(pool.snapshots / "nothing", probes_of(PROBES))


@pytest.mark.parametrize("text", ["def broken(:", "x = 1\n\0", "(" * 300])
def test_probes_that_are_no_python_are_told(text: str) -> None:
    """What is wrong with probes is told with its line, before any worker has them."""
    with pytest.raises(AuthoringError, match=r"probes\.py, line 1: not Python"):
        probes_of(text)


def test_other_systems_are_pointed_to_a_container(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Linux there are no workers, and the message says where to read on."""
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(GraderError, match="grading needs Linux"):
        WorkerPool()


def test_a_pool_is_used_for_one_worker_after_another(
    pool: WorkerPool, snapshot_of: SnapshotOf
) -> None:
    """Workers come and go without leaving descriptors behind."""
    folder, before = snapshot_of(pool), open_descriptors()
    for _ in range(20):
        worker = pool.spawn(folder, probes_of(PROBES))
        worker.channel.send(wire.encode(wire.Request(1, "stdin", [{}])), within(5))
        worker.channel.receive(within(20))
        pool.end(worker)
    assert open_descriptors() == before


def test_a_fork_server_ends_quietly_when_its_grader_is_gone(tmp_path: Path) -> None:
    """Whoever stops a command reads nothing of a fork server whose answer nobody took."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    command = [
        sys.executable,
        "-I",
        "-m",
        "gradekit.workers.forkserver",
        str(tmp_path),
        str(tmp_path),
    ]
    with theirs:
        fork_server = subprocess.Popen(
            [*command, PLAIN, "7"], stdin=theirs.fileno(), stderr=subprocess.PIPE
        )
    ours.settimeout(60)
    ours.recv(1, socket.MSG_PEEK)
    ours.close()
    _, told = fork_server.communicate(timeout=60)
    assert (fork_server.returncode, told) == (0, b"")


@pytest.mark.parametrize(
    ("status", "words", "cpu"),
    [
        (0, "exit code 0", False),
        (3 << 8, "exit code 3", False),
        (signal.SIGSEGV, "killed by SIGSEGV", False),
        (signal.SIGXCPU, "killed by SIGXCPU", True),
        (signal.SIGRTMIN + 3, "killed by signal 37", False),
    ],
)
def test_how_a_process_ended_in_words(status: int, words: str, cpu: bool) -> None:
    """A wait status becomes words for staff."""
    assert how_it_ended(status) == words
    assert ran_out_of_cpu(status) == cpu


@pytest.mark.parametrize(
    ("number", "advice"),
    [(errno.EMFILE, "allow more open files"), (errno.ENOSPC, "make room"), (errno.ENOMEM, "jobs")],
)
def test_what_the_machine_refuses_to_the_fork_server_is_no_fault_of_the_sandbox(
    number: int, advice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Too few open files, or a full disk, as the sandbox starts is told with what to do."""
    refused = Refused(str(OSError(number, os.strerror(number), "/usr/lib/python3/x.py")))
    monkeypatch.setattr(msgspec.msgpack, "decode", lambda *_, **__: refused)
    with pytest.raises(StorageError, match=f"{os.strerror(number)}: .*{advice}") as caught:
        WorkerPool()
    assert "/usr/lib" not in str(caught.value)
