"""A client turns what a worker says into values or a fault, and shows nothing of what it gave."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from gradekit.errors import (
    CheckFailed,
    CheckOutcome,
    GraderError,
    StudentCrash,
    StudentMemory,
    StudentTimeout,
)
from gradekit.grading.reference.client import ReferenceClient
from gradekit.sandbox.limits import Limits
from gradekit.workers import wire
from gradekit.workers.client import HANGING_IMPORT, Clock, ProbeClient, UpTo
from gradekit.workers.messages import definition_around, describe_crash, plain, source_line
from gradekit.workers.pool import WorkerPool

SnapshotOf = Callable[..., Path]

PROBES = """
import os

import numpy as np


def double(x):
    return {"doubled": 2 * x}


def fail(x):
    raise ValueError(str(x))


def die(x):
    os._exit(3)


def flags(x):
    return {"writable": x.flags.writeable, "random": np.random.rand()}


def named(pair, word, flag, nothing):
    kind = flag is True and nothing is None
    return {"sum": pair["a"] + pair["b"], "length": len(word), "kind": kind}


def file_of(path):
    return {"there": os.path.exists(path)}


def spend(x):
    while True:
        x = x + 1
"""
FORGED = """
import os, time
from gradekit.workers import wire


def forge(kind, type_name, file, line):
    fault = wire.Fault(kind, type_name, "hidden 0.25", file, line)
    os.write(3, wire.encode(wire.Reply(1, fault=fault)))
    time.sleep(60)
"""


@pytest.fixture
def client(pool: WorkerPool, snapshot_of: SnapshotOf) -> Iterator[ProbeClient]:
    """A client on a hand-in of one file."""
    made = ProbeClient(pool, snapshot_of(pool, own_py="x = 1\nhidden = 0.25\n"), PROBES)
    yield made
    made.renew()


def test_values_come_back(client: ProbeClient) -> None:
    """Arrays go and come, one answer for each call of a message and in its order."""
    calls = [{"x": np.full((2, 2), float(n))} for n in range(50)]
    answers = client.ask_many("double", calls)
    assert [a["doubled"][0, 0] for a in answers] == [2.0 * n for n in range(50)]


def test_arguments_of_all_kinds(client: ProbeClient) -> None:
    """Numbers, words, truth, nothing and dicts of arrays are what a probe may be given."""
    pair = {"a": np.ones(2), "b": np.arange(2)}
    got = client.ask("named", pair=pair, word="rnn", flag=True, nothing=None)
    assert got["sum"].tolist() == [1.0, 2.0]
    assert (int(got["length"]), bool(got["kind"])) == (3, True)


def test_each_call_starts_alike(client: ProbeClient) -> None:
    """Arrays are writable, and the random numbers begin anew with each call."""
    first, second = client.ask_many("flags", [{"x": np.ones(1)}] * 2)
    assert first["writable"]
    assert first["random"] == second["random"]


def test_an_exception_leaves_the_worker_and_its_text_stays_with_staff(client: ProbeClient) -> None:
    """The text of an exception is for staff alone, and the next question is answered."""
    with pytest.raises(StudentCrash) as caught:
        client.ask("fail", x="hidden 0.25")
    assert "hidden" not in str(caught.value)
    assert "ValueError: hidden 0.25" in client.staff_message
    assert client.ask("double", x=1)["doubled"] == 2


def test_a_process_that_ends_is_replaced(client: ProbeClient) -> None:
    """A worker that exits costs one question; a fresh one answers the next."""
    with pytest.raises(StudentCrash, match="ended before it gave an answer"):
        client.ask("die", x=1)
    assert client.staff_message == "exit code 3"
    assert client.ask("double", x=1)["doubled"] == 2


def test_processor_time_runs_out(snapshot_of: SnapshotOf) -> None:
    """Who uses up the processor time is told so, though the deadline has not come."""
    with WorkerPool(Limits(cpu_seconds=1)) as pool:
        client = ProbeClient(pool, snapshot_of(pool), PROBES, Clock(call_seconds=60.0))
        with pytest.raises(StudentTimeout, match="processor time"):
            client.ask("spend", x=1)


def test_a_hand_in_s_time_is_counted_over_all_questions(
    pool: WorkerPool, snapshot_of: SnapshotOf
) -> None:
    """What the checks before took is gone: the next question is not even asked."""
    clock = Clock(call_seconds=5.0, total_seconds=7.0, used_seconds=7.0)
    with pytest.raises(StudentTimeout, match="not run: the checks before it used all 7 s"):
        ProbeClient(pool, snapshot_of(pool), PROBES, clock).ask("double", x=1)


FORGERIES = [
    ("exception", HANGING_IMPORT, "hidden 0.25", 1),
    ("exception", "hidden 0.25", "own.py", 1),
    ("exception", "ValueError", "hidden 0.25", 1),
    ("exception", "ValueError", "/etc/hidden", 1),
    ("exception", "NotImplementedError", "hidden 0.25", 2),
    ("exception", "ValueError", "own.py", 10**6),
    ("exception", "ModuleNotFoundError", "hidden 0.25", -1),
    ("memory", "hidden 0.25", "hidden 0.25", 0),
    ("answer", "hidden 0.25", "hidden 0.25", 0),
    ("hidden 0.25", "hidden 0.25", "hidden 0.25", 0),
]


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_fault_shows_nothing(
    pool: WorkerPool, snapshot_of: SnapshotOf, forgery: tuple[str, str, str, int]
) -> None:
    """A worker that writes faults of its own cannot make a message say what it was given."""
    client = ProbeClient(pool, snapshot_of(pool, own_py="x = 1\n"), FORGED)
    names = ("kind", "type_name", "file", "line")
    with pytest.raises(CheckOutcome) as caught:
        client.ask("forge", **dict(zip(names, forgery, strict=True)))
    client.renew()
    assert "hidden" not in str(caught.value)


def test_memory_has_an_outcome_of_its_own(pool: WorkerPool, snapshot_of: SnapshotOf) -> None:
    """A worker's MemoryError is told as memory, without its text."""
    client = ProbeClient(pool, snapshot_of(pool), FORGED)
    with pytest.raises(StudentMemory):
        client.ask("forge", kind="memory", type_name="MemoryError", file="", line=0)
    client.renew()


def test_a_line_is_shown_of_the_hand_in_only(tmp_path: Path) -> None:
    """No file outside of the snapshot can be asked for, however it is named."""
    (tmp_path / "snapshot").mkdir()
    (tmp_path / "secret.py").write_text("hidden = 1\n", encoding="utf-8")
    for name in ("../secret.py", str(tmp_path / "secret.py"), "secret.py", ""):
        assert source_line(tmp_path / "snapshot", name, 1) == ("", "")


def test_a_missing_line_and_a_broken_file_are_no_trouble(tmp_path: Path) -> None:
    """Lines beyond a file, bytes that are no text and broken files do not stop a message."""
    (tmp_path / "m.py").write_bytes(b"def broken(:\n\xff\n")
    assert source_line(tmp_path, "m.py", 1) == ("def broken(:", "broken")
    assert source_line(tmp_path, "m.py", 99) == ("", "")
    fault = wire.Fault("exception", "SyntaxError", "", "m.py", 1)
    assert describe_crash(fault, tmp_path) == "SyntaxError at m.py, line 1: def broken(:"


@pytest.mark.parametrize(
    ("line", "name"),
    [(1, ""), (2, "A"), (4, "A.f"), (6, "A.f.g"), (7, "A.f"), (9, "A.h"), (10, ""), (12, "k")],
)
def test_the_function_around_a_line_is_found_by_indentation(line: int, name: str) -> None:
    """A line belongs to the definitions that stand above it and further left."""
    text = (
        "x = 1\nclass A(Base):\n    def f(self):\n        y = 2\n        def g():\n"
        "            return y\n        return g\n\n    async def h(self): pass\nz = 3\n"
        "def k():\n\tpass\n"
    )
    assert definition_around(text.splitlines(), line) == name


def test_what_staff_read_holds_no_control_characters() -> None:
    """What a hand-in prints cannot steer the terminal of whoever reads a report."""
    assert plain("a\x1b[2Jb", b"\x1b]0;title\x07 end\n") == "a [2Jb; printed: … ]0;title  end"


def test_the_reference_is_asked_once_for_the_same(
    pool: WorkerPool, snapshot_of: SnapshotOf
) -> None:
    """The reference's answers are kept, and each asker has a copy of his own."""
    client = ReferenceClient(
        pool,
        snapshot_of(pool),
        PROBES + "\nimport time\n\ndef now():\n    return {'t': time.time()}\n",
    )
    first, second = client.ask("now"), client.ask("now")
    assert first["t"] == second["t"]
    first["t"][...] = 0
    assert client.ask("now")["t"] == second["t"]
    client.renew()


@pytest.mark.parametrize(
    ("probe", "arguments"), [("fail", {"x": 1}), ("die", {"x": 1}), ("none", {})]
)
def test_a_reference_that_fails_is_the_graders_fault(
    pool: WorkerPool, snapshot_of: SnapshotOf, probe: str, arguments: dict[str, int]
) -> None:
    """What the reference cannot answer gives no grade; staff read the probe and the reason."""
    client = ReferenceClient(pool, snapshot_of(pool), PROBES)
    with pytest.raises(GraderError, match=rf"the reference fails in probe {probe}( \(.*\))?: .*\["):
        client.ask(probe, **arguments)
    client.renew()


class Small:
    """A reference that gives one number."""

    def ask_many(self, probe: str, calls: object) -> list[dict[str, np.ndarray]]:  # noqa: ARG002
        """Return one number."""
        return [{"x": np.zeros(())}]

    def cpu_seconds_of(self, probe: str, calls: object) -> float:  # noqa: ARG002
        """Return no time."""
        return 0.0

    def released(self) -> dict[str, str]:
        """Return nothing."""
        return {}

    def functions_called(self, question: object) -> dict[str, str]:  # noqa: ARG002
        """Return none."""
        return {}


LARGE = "import numpy as np\n\n\ndef large(n):\n    return {'x': np.zeros(n)}\n"


def test_an_answer_that_is_many_times_too_long_is_not_read(
    pool: WorkerPool, snapshot_of: SnapshotOf
) -> None:
    """Beside a reference that gives one number, millions are a FAIL before they are read."""
    client = ProbeClient(pool, snapshot_of(pool), LARGE, Clock(), Small())
    with pytest.raises(CheckFailed, match="many times as many numbers as were asked for"):
        client.ask("large", n=2_000_000)
    client.ask("large", n=10_000)
    shapes = {"x": (UpTo(3_000_000),)}
    assert client.ask_shaped("large", shapes, n=2_000_000)["x"].size == 2_000_000
    client.renew()
