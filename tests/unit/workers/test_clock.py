"""What a hand-in may take is processor time: how busy the machine is changes no grade."""

import time
from collections.abc import Callable

import pytest

from gradekit.errors import StudentTimeout
from gradekit.workers.client import ProbeClient
from gradekit.workers.deadlines import clock as clock_module
from gradekit.workers.deadlines.clock import Clock, OutOfTime, Spent, Watch
from gradekit.workers.deadlines.meter import Meter
from gradekit.workers.pool import WorkerPool


class Machine(Meter):
    """A clock on the wall, and a process of which a test says what it does."""

    def __init__(self) -> None:
        super().__init__()
        self.now = self.cpu = 0.0
        self.asleep = False

    def monotonic(self) -> float:
        """The time on the wall."""
        return self.now

    def cpu_seconds(self) -> float:
        """The processor time that the process has taken."""
        return self.cpu

    def is_asleep(self) -> bool:
        """Whether it sleeps."""
        return self.asleep

    def run(self, watch: Watch, seconds: float, share: float, asleep: bool = False) -> None:
        """Let the process have a share of a processor for some seconds on the wall."""
        self.asleep = asleep
        for _ in range(round(seconds / 0.1)):
            self.now += 0.1
            self.cpu += 0.1 * share
            watch.look()


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine whose time passes as a test says."""
    made = Machine()
    monkeypatch.setattr(clock_module, "time", made)
    return made


def watch_of(machine: Machine, clock: Clock, reference: float = 0.0) -> Watch:
    """Return a watch beside a reference that takes some processor time."""
    return Watch(clock, machine, lambda: reference, lambda: 2 * reference)


@pytest.mark.parametrize("share", [1.0, 0.5, 1 / 9])
def test_the_same_processor_time_ends_it_at_any_load(machine: Machine, share: float) -> None:
    """A process that computes is given up after five seconds of it, however long that takes."""
    watch = watch_of(machine, Clock())
    machine.run(watch, 4.9 / share, share)
    with pytest.raises(OutOfTime) as caught:
        machine.run(watch, 0.4 / share, share)
    assert caught.value.spent is Spent.CPU


def test_one_that_waits_for_a_processor_is_waited_for(machine: Machine) -> None:
    """Who gets no processor at all loses nothing but by the last resort, which is far off."""
    clock = Clock()
    watch = watch_of(machine, clock)
    machine.run(watch, 74.0, 0.0)
    with pytest.raises(OutOfTime) as caught:
        machine.run(watch, 2.0, 0.0)
    assert caught.value.spent is Spent.WALL
    assert clock.met_wall


def test_what_the_reference_takes_long_for_may_take_long(machine: Machine) -> None:
    """Many times the processor time of the reference are given, for one question and for all."""
    clock = Clock(call_times=10.0, total_times=10.0)
    watch = watch_of(machine, clock, reference=1.5)
    machine.run(watch, 14.9, 1.0)
    with pytest.raises(OutOfTime, match="more than 5 s of processor time"):
        machine.run(watch, 0.5, 1.0)


def test_after_one_that_hung_less_is_given(machine: Machine) -> None:
    """Several functions may hang, and what is left is graded still."""
    watch = watch_of(machine, Clock(hung=1))
    machine.run(watch, 1.9, 1.0)
    with pytest.raises(OutOfTime, match="more than 2 s of processor time"):
        machine.run(watch, 0.4, 1.0)


def test_the_reference_is_asked_only_where_it_matters(machine: Machine) -> None:
    """A hand-in that is quick costs no look at the reference's time."""

    def unasked() -> float:
        raise AssertionError("nobody needs to know")

    watch = Watch(Clock(), machine, unasked, unasked)
    machine.run(watch, 4.8, 1.0)
    machine.run(watch, 9.0, 0.0, asleep=True)
    watch.end()


def test_sleep_is_no_work(machine: Machine) -> None:
    """Who sleeps by their own will is given up after ten seconds of that, which are all counted."""
    clock = Clock()
    watch = watch_of(machine, clock)
    machine.run(watch, 9.5, 0.0, asleep=True)
    machine.run(watch, 5.0, 0.2)
    with pytest.raises(OutOfTime) as caught:
        machine.run(watch, 1.0, 0.0, asleep=True)
    assert caught.value.spent is Spent.ASLEEP
    watch.end()
    second = watch_of(machine, clock)
    with pytest.raises(OutOfTime):
        machine.run(second, 12.0, 0.0, asleep=True)
    second.end()
    with pytest.raises(StudentTimeout, match="slept for 20 s"):
        clock.require_left(lambda: 0.0)


def test_a_grader_that_did_not_get_to_look_takes_nobody_for_asleep(machine: Machine) -> None:
    """A worker that has answered, and waits while the grader gets no processor, loses nothing."""
    watch = watch_of(machine, Clock())
    machine.asleep = True
    for _ in range(10):
        machine.now += 5.0
        watch.look()


def test_all_questions_together_have_a_bound(machine: Machine) -> None:
    """Twelve seconds of processor time are a hand-in's; what the grader takes for it is among."""
    clock = Clock(used_seconds=11.0)
    watch = watch_of(machine, clock)
    with pytest.raises(OutOfTime) as caught:
        machine.run(watch, 1.5, 1.0)
    assert caught.value.spent is Spent.TOTAL
    watch.end()
    with pytest.raises(StudentTimeout, match="used all 12 s of processor time"):
        clock.require_left(lambda: 0.0)
    clock.require_left(lambda: 2.0)  # thirty times what the reference takes is more


@pytest.mark.parametrize("spent", list(Spent))
def test_what_is_told_is_the_bound_and_not_what_was_measured(spent: Spent) -> None:
    """Two runs of one hand-in tell the same words."""
    assert str(OutOfTime(spent, 2.0)) == str(OutOfTime(spent, 2.0))
    assert "2 s" in str(OutOfTime(spent, 2.0))


WORK = """
import time


def compute(seconds):
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass
    return {"done": 1}


def lie(seconds):
    time.process_time = time.thread_time = time.perf_counter = time.monotonic = lambda: 0.0
    while True:
        pass


def wait(seconds):
    time.sleep(seconds)
    return {"done": 1}


def recurse(seconds):
    return compute(seconds)
"""


def test_the_kernel_counts_what_a_worker_takes(
    pool: WorkerPool, snapshot_of: Callable[..., object]
) -> None:
    """What a worker computes is read from outside, and its sleep is not counted with it."""
    clock = Clock(call_seconds=5.0)
    client = ProbeClient(pool, snapshot_of(pool), WORK, clock)  # type: ignore[arg-type]
    client.ask("compute", seconds=0.3)
    assert 0.3 <= clock.used_seconds < 1.0
    used = clock.used_seconds
    started = time.monotonic()
    client.ask("wait", seconds=0.5)
    assert time.monotonic() - started >= 0.5
    assert clock.used_seconds - used < 0.3
    client.renew()


@pytest.mark.parametrize(("probe", "why"), [("lie", "processor time"), ("wait", "slept")])
def test_nothing_that_a_worker_says_changes_its_time(
    pool: WorkerPool, snapshot_of: Callable[..., object], probe: str, why: str
) -> None:
    """Whoever turns its own clocks back, or waits for ever, is given up all the same."""
    clock = Clock(call_seconds=0.3, asleep_seconds=0.3)
    client = ProbeClient(pool, snapshot_of(pool), WORK, clock)  # type: ignore[arg-type]
    with pytest.raises(StudentTimeout, match=why):
        client.ask(probe, seconds=1000.0)


class Calls:
    """A reference that knows which functions of the hand-in each probe calls."""

    def __init__(self, called: dict[str, set[str]]) -> None:
        self._called = called

    def ask_many(self, probe: str, calls: object) -> list[dict[str, object]]:  # noqa: ARG002
        """Return no values."""
        return [{}]

    def cpu_seconds_of(self, probe: str, calls: object) -> float:  # noqa: ARG002
        """Return no time."""
        return 0.0

    def released(self) -> dict[str, str]:
        """Return nothing."""
        return {}

    def functions_called(self, question: object) -> set[str]:
        """Return what a probe calls."""
        return self._called[question.probe]  # type: ignore[attr-defined]


def test_a_function_that_hung_is_not_waited_for_again(
    pool: WorkerPool, snapshot_of: Callable[..., object]
) -> None:
    """Neither the same question nor one that needs the same function costs its time once more."""
    called = {"compute": {"A.f"}, "lie": {"A.f", "A.g"}, "recurse": {"A.g"}, "wait": {"A.h"}}
    clock = Clock(call_seconds=0.3)
    client = ProbeClient(pool, snapshot_of(pool), WORK, clock, Calls(called))  # type: ignore[arg-type]
    client.ask("compute", seconds=0.0)
    with pytest.raises(StudentTimeout, match="endless loop"):
        client.ask("lie", seconds=1.0)
    used = clock.used_seconds
    with pytest.raises(StudentTimeout, match="not run again"):
        client.ask("lie", seconds=2.0)
    with pytest.raises(StudentTimeout, match=r"it needs A\.g"):
        client.ask("recurse", seconds=0.0)
    assert clock.used_seconds == used
    client.ask("wait", seconds=0.0)
    client.renew()


def test_of_several_functions_none_is_accused(
    pool: WorkerPool, snapshot_of: Callable[..., object]
) -> None:
    """Where it is not sure which function hung, each question is asked."""
    called = {"lie": {"A.f", "A.g"}, "recurse": {"A.g"}}
    clock = Clock(call_seconds=0.3)
    client = ProbeClient(pool, snapshot_of(pool), WORK, clock, Calls(called))  # type: ignore[arg-type]
    with pytest.raises(StudentTimeout):
        client.ask("lie", seconds=1.0)
    client.ask("recurse", seconds=0.0)
    client.renew()
