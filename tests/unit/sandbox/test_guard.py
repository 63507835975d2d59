"""What reads hand-ins has limits of its own, and a hand-in that meets one costs nobody else."""

import contextlib
import errno
import json
import os
import re
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from child_process import in_child

from gradekit.errors import GraderError, StorageError, SubmissionError
from gradekit.sandbox.guard import Exceeded, ReadingLimits, guarded, limited

pytestmark = pytest.mark.one_in(2)

SHORT = ReadingLimits(cpu_seconds=1, clock_seconds=300, memory_bytes=200 * 2**20)


@dataclass(frozen=True)
class Sheet:
    """Something to bring back."""

    name: str
    place: Path
    files: dict[str, bytes]


def spin(_: object = None) -> str:
    """Work for ever."""
    while True:
        pass


def backtrack(_: object = None) -> str:
    """Look for what is not there, in a way that takes for ever, within one call of C."""
    return str(re.match(r"(a+)+$", "a" * 60 + "b"))


def fill(_: object = None) -> str:
    """Take more and more memory."""
    kept = []
    while True:
        kept.append(bytearray(10**7))


def wait(_: object = None) -> str:
    """Wait for ever, without working."""
    time.sleep(600)
    return ""


def nest(_: object = None) -> str:
    """Decode what is much larger in memory than as text."""
    return str(len(json.loads(b"[" + b"[]," * 10_000_000 + b"[]]")))


def end(_: object = None) -> str:
    """End the process at once."""
    os.kill(os.getpid(), signal.SIGUSR1)
    return ""


def one_by_one(kind: str) -> str:
    """Do what an item says."""
    acts: dict[str, Callable[[], str]] = {"spin": spin, "fill": fill, "end": end}
    return acts[kind]() if kind in acts else kind.upper()


def test_values_come_back_in_order() -> None:
    """What was read is the same as if it had been read here."""
    sheets = [Sheet(str(n), Path(f"/{n}"), {"a": b"\0" * n}) for n in range(5)]
    found = [outcome.result() for outcome in guarded(sheets, lambda sheet: sheet, Sheet)]
    assert found == sheets
    assert [outcome.result() for outcome in guarded([3, 4], bytes, bytes)] == [bytes(3), bytes(4)]
    assert list(guarded([], str, str)) == []


@pytest.mark.slow
def test_one_item_that_meets_a_limit_stops_no_other() -> None:
    """Each item has the limits for itself, and one that ends the child is followed by the next."""
    items = ["a", "spin", "b", "fill", "c", "end", "d"]
    found = list(guarded(items, one_by_one, str, SHORT))
    assert [outcome.item for outcome in found] == items
    assert [found[n].result() for n in (0, 2, 4, 6)] == ["A", "B", "C", "D"]
    for number, why in (
        (1, "1 s of processor time"),
        (3, "200 MiB of memory"),
        (5, f"signal {signal.SIGUSR1:d}"),
    ):
        with pytest.raises(Exceeded, match=why):
            found[number].result()


@pytest.mark.one_in(2)
@pytest.mark.slow
@pytest.mark.parametrize("act", [backtrack, nest])
def test_also_c_code_is_stopped(act: Callable[[object], str]) -> None:
    """A regular expression that never ends, and a decoder whose result is too large."""
    (outcome,) = guarded([0], act, str, SHORT)
    with pytest.raises(Exceeded):
        outcome.result()


def test_what_only_waits_is_ended_by_the_clock() -> None:
    """A file that never comes takes no processor time."""
    limits = ReadingLimits(cpu_seconds=5, clock_seconds=0.5)
    (outcome,) = guarded([0], wait, str, limits)
    with pytest.raises(Exceeded, match=r"more than 0\.5 s to read"):
        outcome.result()


@pytest.mark.parametrize(
    "error",
    [
        SubmissionError("x.zip: damaged"),
        StorageError("no room"),
        OSError(errno.EIO, "Input/output error", "file"),
    ],
)
def test_an_error_comes_back_as_what_it_is(error: Exception) -> None:
    """Whose fault it is, is not lost on the way."""

    def fail(_: object) -> str:
        raise error

    (outcome,) = guarded([0], fail, str)
    with pytest.raises(type(error)) as caught:
        outcome.result()
    assert str(caught.value) == str(error)


def test_a_mistake_of_the_kit_s_own_is_told_with_its_traceback() -> None:
    """It is no refusal of the hand-in's, and staff can find the line."""

    def slip(_: object) -> str:
        raise KeyError("cells")

    (outcome,) = guarded([0], slip, str)
    with pytest.raises(GraderError, match="KeyError: 'cells'") as caught:
        outcome.result()
    assert "in slip" in caught.value.__notes__[0]


def children() -> set[str]:
    """Return the pids of this process's children."""
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            status = (process / "stat").read_text("ascii", "replace").rpartition(") ")[2].split()
            if int(status[1]) == os.getpid():
                found.add(process.name)
    return found


def test_no_child_is_left_behind() -> None:
    """Also where nobody asks for the rest."""
    before = children()  # of tests that ran in this process before
    outcomes = guarded(["a", "spin"], one_by_one, str)
    assert next(outcomes).result() == "A"
    assert len(children() - before) == 1
    outcomes.close()  # type: ignore[attr-defined]
    assert not children() - before


def test_other_values_than_those_asked_for_do_not_come_back() -> None:
    """What a child gives is data of the kind that was named."""
    (outcome,) = guarded([0], lambda _: object(), str)  # type: ignore[arg-type, return-value]
    with pytest.raises(GraderError, match="does not come back"):
        outcome.result()


@pytest.mark.slow
@pytest.mark.parametrize("read", [spin, backtrack, fill, nest])
def test_a_process_can_limit_itself_and_goes_on(read: Callable[[], str]) -> None:
    """After a limit was met the process has none, and does the next thing."""

    def act() -> None:
        with pytest.raises(Exceeded):
            limited(read, SHORT)
        assert limited(lambda: "ab".upper(), SHORT) == "AB"
        assert len(bytearray(500 * 2**20)) == 500 * 2**20

    assert in_child(act) == 0


def test_an_except_that_takes_everything_does_not_hide_that_time_was_up() -> None:
    """A package that tells each exception as its own does not make it an odd notebook."""

    def careless() -> str:
        try:
            return spin()
        except BaseException as error:
            raise RuntimeError("see the log") from error

    def act() -> None:
        with pytest.raises(Exceeded, match="processor time"):
            limited(careless, SHORT)

    assert in_child(act) == 0


@pytest.mark.parametrize(
    ("raised", "number"),
    [(OSError(errno.EMFILE, "Too many open files"), errno.EMFILE), (MemoryError(), errno.ENOMEM)],
)
def test_a_child_that_cannot_begin_is_the_machines_fault(
    monkeypatch: pytest.MonkeyPatch, raised: BaseException, number: int
) -> None:
    """Where limits cannot be set, no item is told to have met one."""

    def fail(*_: object) -> int:
        raise raised

    monkeypatch.setattr("gradekit.sandbox.guard._address_space", fail)
    found = list(guarded(["ada", "bob"], str, str, SHORT))
    assert [one.item for one in found] == ["ada", "bob"]
    for one in found:
        assert isinstance(one.error, OSError)
        assert one.error.errno == number
