"""Remote names of a confined worker."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gradekit.errors import StudentCrash, StudentMemory, StudentTimeout
from gradekit.workers.client import Clock, ProbeClient
from gradekit.workers.pool import WorkerPool
from gradekit.workers.remote.in_test.confined import confined_session
from gradekit.workers.remote.in_test.namespace import SessionNamespace

SnapshotOf = Callable[..., Path]
OWN = """
import os


class Account:
    def __init__(self, start):
        self.balance = start

    def deposit(self, amount):
        self.balance += amount


def apply(f, x):
    return f(x)


def die():
    os._exit(0)


def hang():
    while True:
        pass


def fill():
    return bytearray(2**40)


def greet():
    print("hello")
"""
PROBE = "def double(x):\n    return {'x': 2 * x}\n"


@pytest.fixture
def client(pool: WorkerPool, snapshot_of: SnapshotOf) -> Iterator[ProbeClient]:
    """A client on a hand-in of one file."""
    clock = Clock(call_seconds=1.0, total_seconds=10.0)
    made = ProbeClient(pool, snapshot_of(pool, own_py=OWN), PROBE, clock)
    yield made
    made.renew()


def test_objects_and_callbacks_of_a_worker(
    client: ProbeClient, capsys: pytest.CaptureFixture[str]
) -> None:
    """A class, a function that calls back, printed text, and a probe beside them."""
    session = confined_session(client)
    own: Any = session.module("own")
    account = own.Account(3)
    account.deposit(4)
    assert account.balance == 7
    assert own.apply(lambda x: own.apply(lambda y: y + 1, x) * 2, 4) == 10
    own.greet()
    assert capsys.readouterr().out == "hello\n"
    assert client.ask("double", x=2)["x"] == 4
    assert session.operate("probe", 0, "double", named={"x": "ab"}) == {"x": "abab"}


ENDS = [("die", StudentCrash), ("hang", StudentTimeout), ("fill", StudentMemory)]


@pytest.mark.parametrize(("name", "kind"), ENDS)
def test_a_worker_s_end_is_what_it_is(
    client: ProbeClient, name: str, kind: type[Exception]
) -> None:
    """A crash, an endless loop and too much memory end the check, whatever it catches."""
    session = confined_session(client)
    own: Any = session.module("own")
    function = getattr(own, name)
    with pytest.raises(kind):
        function()
    with pytest.raises(kind):
        getattr(own, "greet")  # noqa: B009
    session.begin(lost=True)
    assert own.apply(abs, -1) == 1


def test_cells_run_in_a_worker(client: ProbeClient) -> None:
    """A namespace of a worker binds what cells bind."""
    names = SessionNamespace(confined_session(client))
    assert names.run("def f(x):\n    print(x)\n    return x + 1\n", "cell.py").exception is None
    function: Any = names.get("f")
    assert function(1) == 2
    assert names.names() == {"f"}
