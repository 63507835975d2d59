"""Grading one hand-in: every way in which student code fails costs its own checks and no more."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gradekit.errors import GraderError, StudentProtocol, StudentTimeout
from gradekit.grading.bundle import GradingBundle
from gradekit.grading.grader import Grader, Submission, report_key
from gradekit.model import Outcome, Report
from gradekit.workers import client as client_module
from gradekit.workers.client import Clock, ProbeClient
from gradekit.workers.pool import WorkerPool
from gradekit.workers.snapshots import snapshot

pytestmark = pytest.mark.one_in(2)

GOOD = """
import numpy as np


class Doubler:
    def forward(self, x):
        {forward}
        self.meta = np.asarray(x)
        return 2.0 * self.meta

    def backward(self, dout):
        {backward}
        return 2.0 * np.asarray(dout)
"""
GradeThing = Callable[[str], Report]


def thing(forward: str = "pass", backward: str = "pass") -> str:
    """Return a right answer with statements put in front of its methods' own."""
    return GOOD.format(forward=forward, backward=backward)


def outcomes(report: Report) -> dict[str, str]:
    """Return each automatic item's outcome."""
    return {item.name: str(report.outcome(item.name)) for item in report.automatic_items}


def test_a_right_answer_gets_all_points(grade_thing: GradeThing) -> None:
    """Passed checks earn their share; what a person grades has no score yet."""
    report = grade_thing(thing())
    assert {i.name: report.score(i) for i in report.items} == {
        "double": 3.0,
        "slope": 1.0,
        "question": None,
    }


def test_an_item_is_scored_by_the_weight_of_its_passed_checks(grade_thing: GradeThing) -> None:
    """An answer that is right for one shape only gets that check's weight."""
    report = grade_thing(thing(forward="if np.ndim(x) == 3: return 3.0 * x"))
    double = next(item for item in report.items if item.name == "double")
    assert report.score(double) == 2.0


@pytest.mark.parametrize(
    ("statement", "outcome"),
    [
        ("raise ValueError(str(dout))", "CRASH"),
        ("import os; os._exit(0)", "CRASH"),
        ("import sys; sys.exit(0)", "CRASH"),
        ("raise KeyboardInterrupt", "CRASH"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "CRASH"),
        ("return np.zeros(10**11)", "MEMORY"),
        ("return np.array([object()])", "PROTOCOL"),
        ("return 'right'", "PROTOCOL"),
        ("return {'dx': dout}", "PROTOCOL"),
        ("return np.nan * np.asarray(dout)", "FAIL"),
        ("return np.zeros((0, 2))", "FAIL"),
        ("return 3.0 * np.asarray(dout)", "FAIL"),
        ("return None", "PROTOCOL"),
    ],
)
def test_each_failure_has_its_outcome_and_costs_its_item_only(
    grade_thing: GradeThing, statement: str, outcome: str
) -> None:
    """What goes wrong in backward is told as what it is, and forward keeps its points."""
    assert outcomes(grade_thing(thing(backward=statement))) == {"double": "PASS", "slope": outcome}


def test_no_message_carries_what_the_code_was_given(grade_thing: GradeThing) -> None:
    """Exceptions whose text or type hold the input are shown without either."""
    leaks = (
        "raise ValueError('secret ' + repr(x))",
        "raise type('secret' + str(int(abs(np.sum(x)) * 1e6)), (Exception,), {})('secret')",
    )
    for leak in leaks:
        for result in grade_thing(thing(forward=f"print(x); {leak}")).results:
            # The student's own line may be shown: it is what was handed in.
            assert "secret" not in result.message.replace(leak, "").replace(f"print(x); {leak}", "")


def test_a_message_names_the_line_and_the_method(grade_thing: GradeThing) -> None:
    """An exception is told with the student's own line, an unfinished method by its name."""
    messages = [r.message for r in grade_thing(thing(backward="return dout.nothing")).results]
    assert "AttributeError at lib/thing.py, line 12: return dout.nothing" in messages
    blank = grade_thing(thing(forward="raise NotImplementedError"))
    assert "Doubler.forward is not implemented yet (lib/thing.py, line 7)" in {
        result.message for result in blank.results
    }


def test_an_answer_can_patch_whatever_is_in_its_own_process(grade_thing: GradeThing) -> None:
    """Patched NumPy, a comparison that always agrees and forged reports change no verdict."""
    patched = (
        thing(backward="return np.ones_like(dout)")
        + """
class Agreeing(float):
    def __eq__(self, other):
        return True

    __gt__ = __lt__ = lambda self, other: False


np.allclose = lambda *a, **k: True
np.abs = lambda *a, **k: np.zeros(())
print('{"outcome": "PASS"}')
"""
    )
    assert outcomes(grade_thing(patched)) == {"double": "PASS", "slope": "FAIL"}


@pytest.fixture(scope="module")
def grade_impatiently(tiny_kit: GradingBundle) -> Iterator[GradeThing]:
    """Grades with deadlines of half a second, for what never ends."""
    with Grader(tiny_kit, new_clock=lambda: Clock(0.5, 20.0)) as grader:
        yield lambda text: grader.grade(Submission("ada", {"lib/thing.py": text.encode()}))


def test_an_endless_loop_costs_its_item_only(grade_impatiently: GradeThing) -> None:
    """A method that never ends is given up at the deadline, and the next check goes on."""
    looping = thing(backward="import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)")
    looping = looping.replace("return 2.0 * np.asarray(dout)", "while True: pass")
    assert outcomes(grade_impatiently(looping)) == {"double": "PASS", "slope": "TIMEOUT"}


def test_a_module_that_hangs_on_import_is_waited_for_once(grade_impatiently: GradeThing) -> None:
    """A module that does not finish importing costs its checks, each told as a timeout at once."""
    report = grade_impatiently("while True:\n    pass\n")
    assert outcomes(report) == {"double": "TIMEOUT", "slope": "TIMEOUT"}
    assert {r.message for r in report.results} == {
        "lib/thing.py does not finish importing: is there an endless loop?"
    }
    assert sum(result.seconds for result in report.results) < 0.5 * len(report.results)


def test_provided_modules_are_the_courses_whatever_is_handed_in(tiny_grader: Grader) -> None:
    """A changed helper in the hand-in has no effect."""
    modules = {"lib/thing.py": b"from lib.helper import floats\n" + thing().encode()}
    modules["lib/helper.py"] = b"raise SystemExit\n"
    assert set(outcomes(tiny_grader.grade(Submission("ada", modules))).values()) == {"PASS"}


@pytest.mark.parametrize(
    "name", ["lib/helper/__init__.py", "lib/helper.py/x.py", "lib/__init__.py"]
)
def test_nothing_stands_in_a_provided_module_s_place(tiny_grader: Grader, name: str) -> None:
    """A folder that Python would import instead of a provided module is left out."""
    modules = {"lib/thing.py": b"from lib.helper import floats\n" + thing().encode()}
    report = tiny_grader.grade(Submission("ada", {**modules, name: b"raise SystemExit\n"}))
    assert set(outcomes(report).values()) == {"PASS"}


def test_a_report_names_what_was_graded_and_what_held_it(tiny_grader: Grader) -> None:
    """The hash of the snapshot follows the hand-in's files, and the layers are on record."""
    first, second = (
        tiny_grader.grade(Submission("ada", {"lib/thing.py": text.encode()})) for text in ("1", "2")
    )
    assert len(first.snapshot) == 64
    assert first.snapshot != second.snapshot
    assert "seccomp" in first.sandbox


def test_a_snapshot_is_read_only(tiny_grader: Grader) -> None:
    """No file of a snapshot can be written by whoever has no right to change its mode."""
    with snapshot(tiny_grader.pool.snapshots, {"lib/thing.py": b"x = 1\n"}) as folder:
        assert (folder / "lib/thing.py").stat().st_mode & 0o222 == 0
    assert not folder.exists()


def test_nothing_handed_in_gets_nothing(tiny_grader: Grader) -> None:
    """Without the module every check fails, and the message names the file."""
    report = tiny_grader.grade(Submission("ada", {}))
    assert {r.message for r in report.results} == {"not in the hand-in: lib/thing.py"}


def with_check(bundle: GradingBundle, body: str) -> GradingBundle:
    """Return a kit with one more check of the item slope."""
    more = f'\n\n@pytest.mark.item("slope")\ndef test_more(student, reference):\n{body}\n'
    checks = {**bundle.checks, "test_thing.py": bundle.checks["test_thing.py"] + more.encode()}
    return replace(bundle, checks=checks)


@pytest.mark.parametrize(
    "body",
    [
        '    """A check with a bug."""\n    1 / 0',
        '    """A check whose probe the reference fails."""\n    reference.ask("double", y=1)',
        '    """A check that asks for a fixture."""\n    [][1]',
    ],
)
def test_a_graders_fault_gives_no_grade(tiny_kit: GradingBundle, body: str) -> None:
    """A bug in a check, or a reference that fails, is an ERROR: no points and no zero."""
    with Grader(with_check(tiny_kit, body)) as grader:
        report = grader.grade(Submission("ada", {"lib/thing.py": thing().encode()}))
    slope = next(item for item in report.items if item.name == "slope")
    assert report.outcome("slope") is Outcome.ERROR
    assert report.score(slope) is None
    assert report.outcome("double") is Outcome.PASS
    assert report.results_of("slope")[-1].staff_message


def test_an_assert_of_a_check_fails_without_its_text(tiny_kit: GradingBundle) -> None:
    """A plain assert in a check costs the student that check, and shows no value."""
    body = (
        '    """A check that asserts."""\n    assert student.ask("double", x=1)["doubled"] == 7, 7'
    )
    with Grader(with_check(tiny_kit, body)) as grader:
        report = grader.grade(Submission("ada", {"lib/thing.py": thing().encode()}))
    result = report.results_of("slope")[-1]
    assert (result.outcome, result.message) == (
        Outcome.FAIL,
        "what the check asserts does not hold",
    )


def test_a_check_without_a_title_stops_grading(tiny_kit: GradingBundle) -> None:
    """A check that lacks a docstring or its item is the grader's fault, told by name."""
    with (
        Grader(with_check(tiny_kit, "    pass")) as grader,
        pytest.raises(GraderError, match="more"),
    ):
        grader.grade(Submission("ada", {}))


def test_the_key_follows_everything_a_grade_depends_on(tiny_kit: GradingBundle) -> None:
    """Another answer or another check gives another key; the same inputs give the same."""
    submission = Submission("ada", {"lib/thing.py": b"x = 1\n"})
    keys = {
        report_key(tiny_kit, submission),
        report_key(tiny_kit, Submission("bob", submission.modules, notes=("late",))),
        report_key(tiny_kit, Submission("ada", {"lib/thing.py": b"x = 2\n"})),
        report_key(with_check(tiny_kit, "    pass"), submission),
    }
    assert len(keys) == 3


PEER = """
import os, struct, time
from gradekit.workers import wire

class channel:
    sendall = staticmethod(lambda data: os.write(3, data))

def twice():
    reply = wire.encode(wire.Reply(1, [{"a": wire.to_array(1)}]))
    channel().sendall(reply + reply)
    time.sleep(60)

def huge():
    channel().sendall(struct.pack(">I", 2**32 - 1))
    time.sleep(60)

def nonsense():
    channel().sendall(struct.pack(">I", 4) + b"\\xc1\\xc1\\xc1\\xc1")
    time.sleep(60)

def another():
    channel().sendall(wire.encode(wire.Reply(7, [{"a": wire.to_array(1)}])))
    time.sleep(60)

def silent():
    time.sleep(60)
"""


@pytest.mark.parametrize("probe", ["twice", "huge", "nonsense", "another"])
def test_a_peer_that_breaks_the_protocol_is_found_out(
    pool: WorkerPool, snapshot_of: Callable[..., Path], probe: str
) -> None:
    """A worker that answers twice, to another question, or in no frame gives PROTOCOL."""
    client = ProbeClient(pool, snapshot_of(pool), PEER, Clock(call_seconds=10.0))
    with pytest.raises(StudentProtocol):
        client.ask(probe)
    client.renew()


@pytest.mark.slow
def test_a_silent_peer_runs_into_the_deadline_and_into_the_total(
    pool: WorkerPool, snapshot_of: Callable[..., Path]
) -> None:
    """Every message has a deadline, and all of them together have one."""
    client = ProbeClient(pool, snapshot_of(pool), PEER, Clock(call_seconds=0.2, total_seconds=0.3))
    for _ in range(3):
        with pytest.raises(StudentTimeout):
            client.ask("silent")


def test_each_check_has_a_fresh_worker(tiny_grader: Grader, grade_thing: GradeThing) -> None:
    """What a hand-in remembers from one check is gone in the next."""
    counting = (
        "Doubler.n = getattr(Doubler, 'n', 0) + 1\n        if Doubler.n > 40: raise ValueError"
    )
    assert set(outcomes(grade_thing(thing(forward=counting))).values()) == {"PASS"}
    assert tiny_grader.bundle.assignment == "tiny"


def test_arguments_of_one_call_are_not_those_of_the_next(
    pool: WorkerPool, snapshot_of: Callable[..., Path]
) -> None:
    """A probe that changes its arguments in place changes nobody else's."""
    probes = "def spoil(x):\n    x *= 0\n    return {'x': x}\n"
    client = ProbeClient(pool, snapshot_of(pool), probes)
    array = np.ones(3)
    client.ask_many("spoil", [{"x": array}, {"x": array}])
    client.renew()
    assert array.sum() == 3
    assert client_module.HANGING_IMPORT
