"""A test cell that nothing interrupts costs its own points alone, whatever it does for ever."""

import os
import time
from dataclasses import replace
from pathlib import Path

import msgspec
import nbformat
import pytest
from cell_notebooks import cell, notebook, with_answers
from costly_checks import HUGE, RIGHT, grade, grader_of
from graded_cells import bundle_of, fake, submission

from gradekit.assignment.code_cells.steps import student_cells
from gradekit.course import Assignment
from gradekit.grading.bundle import GradingBundle, load_bundle
from gradekit.grading.cells import trusted
from gradekit.grading.cells.children import CellChildren
from gradekit.grading.cells.granted import GRANTS_NOTHING
from gradekit.grading.cells.held_ends import FURTHER_TIMES
from gradekit.grading.cells.trusted import CellLimits
from gradekit.grading.grader import Grader, Submission
from gradekit.model import Outcome
from gradekit.sandbox.layers import NEWEST_LANDLOCK
from gradekit.workers.deadlines import thread_limit
from gradekit.workers.deadlines.clock import Clock
from gradekit.workers.deadlines.thread_limit import ThreadTimeUp

pytestmark = pytest.mark.one_in(5)

SOLUTION = "def f(x):\n    return 3"
ENDLESS = "def f(x):\n    return 1e12"
# What test cells do with a value that says how often, and what no exception gets out of.
IN_PROPORTION = {
    "swallows all": (
        "n = f(1)\nwhile n > 0:\n    try:\n        n -= 1\n    except BaseException: pass"
    ),
    "swallows and passes": (
        "try:\n    for _ in range(int(f(1))): pass\nexcept BaseException:\n    pass"
    ),
    "one call in C": "# A comment.\nassert sum(range(int(f(1)))) > 0",
    "sleep": "import time\ntime.sleep(min(f(1) / 30, 1e6))",
}


def short(bundle: GradingBundle) -> GradingBundle:
    """Return a bundle whose hand-ins have a second each."""
    grading = msgspec.structs.replace(bundle.spec.grading, call_seconds=1.0, total_seconds=1.0)
    return replace(bundle, spec=msgspec.structs.replace(bundle.spec, grading=grading))


@pytest.mark.one_in(2)
@pytest.mark.slow
@pytest.mark.parametrize("name", IN_PROPORTION)
def test_what_nothing_interrupts_costs_its_own_points(tmp_path: Path, name: str) -> None:
    """A value that makes a test go on for ever is its own TIMEOUT, and no other cell's."""
    source = notebook(
        cell("solution", SOLUTION, "s"),
        cell("test", IN_PROPORTION[name], "t"),
        cell("test", "assert f(1) > 0", "t2"),
    )
    with Grader(short(bundle_of(tmp_path, source)), new_remote=fake) as grader:
        before = time.process_time()
        report = grader.grade(submission(with_answers(source, {"s": ENDLESS})))
        assert time.process_time() - before < trusted.MOST_CPU_SECONDS / 2
        honest = grader.grade(submission(source))
    assert [one.outcome for one in report.results] == [Outcome.TIMEOUT, Outcome.PASS]
    assert "processor time" in report.results[0].message
    assert [one.outcome for one in honest.results] == [Outcome.PASS, Outcome.PASS]
    if name == "one call in C":
        assert "line 2: assert sum" in report.results[0].staff_message


@pytest.mark.slow
def test_a_test_that_never_ends_for_anybody_is_the_graders_fault(tmp_path: Path) -> None:
    """It gives no grade, and costs no other cell's points."""
    source = notebook(
        cell("solution", SOLUTION, "s"),
        cell("test", "import itertools\nassert sum(itertools.repeat(1)) + f(1) > 0", "t"),
        cell("test", "assert f(1) == 3", "t2"),
    )
    with Grader(short(bundle_of(tmp_path, source)), new_remote=fake) as grader:
        report = grader.grade(submission(source))
    assert [one.outcome for one in report.results] == [Outcome.ERROR, Outcome.PASS]
    assert "line 2" in report.results[0].staff_message


@pytest.mark.one_in(2)
@pytest.mark.slow
@pytest.mark.parametrize("call", ["for _ in range(int(f(1))): pass", "sum(range(int(f(1))))"])
def test_a_cell_of_staffs_that_does_not_end_is_the_hand_ins(tmp_path: Path, call: str) -> None:
    """It runs on both sides, takes the hand-in's time there, and gives no fault of the grader."""
    source = notebook(
        cell("solution", SOLUTION, "s"),
        cell("staff", f"{call}\nlater = 1", "made"),
        cell("test", "assert later == 1", "t"),
    )
    with Grader(short(bundle_of(tmp_path, source))) as grader:
        report = grader.grade(submission(with_answers(source, {"s": ENDLESS})))
        honest = grader.grade(submission(source))
    [found] = report.results
    assert found.outcome in (Outcome.TIMEOUT, Outcome.CRASH), (found.outcome, found.staff_message)
    assert [one.outcome for one in honest.results] == [Outcome.PASS]


@pytest.mark.slow
@pytest.mark.parametrize("answer", [RIGHT, HUGE])
def test_to_wait_for_a_hand_in_is_not_to_sleep(
    tiny_kit: GradingBundle, answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A check is not interrupted while it waits for remote names, as on a busy machine it may."""
    monkeypatch.setattr(thread_limit, "ASLEEP_SECONDS", 0.2)
    slowly = f"__import__('time').sleep(0.8) or {answer}"
    body = "assert student.lib.thing.Doubler().forward(1.0) - 2.0 in (0.0, 1e12)"
    with grader_of(tiny_kit, body) as grader:
        [found] = grade(grader, slowly).results_of("double")
    assert found.outcome is Outcome.PASS, (found.message, found.staff_message)


@pytest.mark.one_in(2)
@pytest.mark.slow
@pytest.mark.parametrize("way", ["while n > 0: n -= 1e-9", "assert sum(range(int(n))) == 0"])
def test_several_tests_that_never_end_take_the_time_of_one_hand_in(
    tmp_path: Path, way: str
) -> None:
    """The first has as much as one question, each behind it less, and all no more than there is."""
    count = 12
    looping = (cell("test", f"n = f(1)\n{way}", f"t{number}") for number in range(count))
    source = notebook(
        cell("solution", "def f(x):\n    return 0", "s"),
        cell("test", "assert f(1) is not None", "first"),
        *looping,
    )
    bundle = bundle_of(tmp_path, source)
    grading = msgspec.structs.replace(bundle.spec.grading, call_seconds=2.0, total_seconds=6.0)
    spec = msgspec.structs.replace(bundle.spec, grading=grading)
    with Grader(replace(bundle, spec=spec)) as grader:
        before = _cpu_seconds()
        grader.grade(submission(source))
        honest, before = _cpu_seconds() - before, _cpu_seconds()
        report = grader.grade(submission(with_answers(source, {"s": ENDLESS})))
        took = _cpu_seconds() - before
    assert [str(one.outcome) for one in report.results] == ["PASS"] + ["TIMEOUT"] * count
    assert took - 2 * honest < 6.0 + 2.0 + 4.0 * thread_limit.FAR_SECONDS


@pytest.mark.slow
def test_what_tests_take_themselves_is_the_hand_ins(tmp_path: Path) -> None:
    """Each is short enough to be let run, and together they have the time of one hand-in."""
    looping = (
        "import time\nend = time.thread_time() + {} * f(1)\nwhile time.thread_time() < end: pass"
    )
    source = notebook(
        cell("solution", "def f(x):\n    return 0", "s"),
        *(cell("test", looping.format(0.5), f"t{number}") for number in range(4)),
    )
    bundle = bundle_of(tmp_path / "one", source)
    grading = msgspec.structs.replace(bundle.spec.grading, call_seconds=0.8, total_seconds=1.2)
    bundle = replace(bundle, spec=msgspec.structs.replace(bundle.spec, grading=grading))
    with Grader(bundle) as grader:
        honest = grader.grade(submission(source))
        given = with_answers(source, {"s": "def f(x):\n    return 1"})
        report = grader.grade(submission(given))
    assert {one.outcome for one in honest.results} == {Outcome.PASS}
    assert [str(one.outcome) for one in report.results] == ["PASS"] * 2 + ["TIMEOUT"] * 2
    assert "used all 1.2 s" in report.results[-1].message


@pytest.mark.slow
def test_what_tests_take_for_the_solution_too_is_nobodys(tmp_path: Path) -> None:
    """Tests that take some time for everybody leave a hand-in all of its own, first or not."""
    busy = (
        "import time\nend = time.thread_time() + 0.12 * f(1)\nwhile time.thread_time() < end: pass"
    )
    source = notebook(
        cell("solution", SOLUTION, "s"),
        *(cell("test", busy, f"t{number}") for number in range(2)),
    )
    bundle = bundle_of(tmp_path, source)
    grading = msgspec.structs.replace(bundle.spec.grading, call_seconds=0.6, total_seconds=0.15)
    bundle = replace(bundle, spec=msgspec.structs.replace(bundle.spec, grading=grading))
    with Grader(bundle) as grader:
        reports = [grader.grade(submission(source)) for _ in range(2)]
    assert {one.outcome for report in reports for one in report.results} == {Outcome.PASS}


def with_time(bundle: GradingBundle, seconds: float) -> GradingBundle:
    """Return a bundle whose hand-ins have some seconds."""
    grading = msgspec.structs.replace(bundle.spec.grading, total_seconds=seconds)
    return replace(bundle, spec=msgspec.structs.replace(bundle.spec, grading=grading))


BURNS = """\
import time


def {name}(x):
    until = time.process_time() + 0.4
    while time.process_time() < until:
        pass
    return {answer}"""


def test_further_runs_have_a_part_of_the_time_more(tmp_path: Path) -> None:
    """Answers that look odd and take nearly all of the time are not waited for again and again."""
    source = notebook(
        cell("solution", "def f(x):\n    return [1, x]", "f"),
        cell("test", "for one in f(3):\n    if isinstance(one, int): assert one in (1, 3)", "t"),
    )
    bundle = with_time(bundle_of(tmp_path, source), 0.6)
    answer = BURNS.format(name="f", answer="['a', 'b']")
    with Grader(bundle) as grader:
        report = grader.grade(submission(with_answers(source, {"f": answer})))
    assert [one.outcome for one in report.results] == [Outcome.FAIL]
    assert report.student_cpu_seconds < FURTHER_TIMES * 0.6 + 0.4


def test_notebooks_of_a_hand_in_have_its_time_together(tmp_path: Path) -> None:
    """What one has taken the next one has no more, and where none is left each test says so."""
    sources = {
        name: notebook(
            cell("staff", "from nose.tools import eq_", f"tools_{name}"),
            cell("solution", f"def {name}(x):\n    return x", name),
            cell("test", f"eq_({name}(3), 3)", f"t_{name}"),
        )
        for name in ("a", "b")
    }
    folder = Assignment(tmp_path, "ps1").source
    folder.mkdir(parents=True)
    for name, source in sources.items():
        nbformat.write(source, folder / f"{name}.ipynb")
    cells = {
        name: tuple(
            student_cells(with_answers(source, {name: BURNS.format(name=name, answer="x")}))
        )
        for name, source in sources.items()
    }
    with Grader(with_time(load_bundle(Assignment(tmp_path, "ps1")), 0.6)) as grader:
        report = grader.grade(Submission("ada", {}, cells=cells))
    assert [one.outcome for one in report.results] == [Outcome.PASS, Outcome.TIMEOUT]
    assert report.student_cpu_seconds < 0.6 + 0.4


ODD = {  # as the tests of `_odd` accept them, which look at a part of what they are given
    "a": "def a(x):\n    return {'u': x, 'w': 5, 'z': None}",
    "b": "import numpy as np\n\n\ndef b(x):\n    return np.array([x, x + 1, np.nan])[:2]",
}


@pytest.mark.parametrize("ending", ["", "b"])
def test_what_never_ends_is_not_waited_for_in_further_runs(tmp_path: Path, ending: str) -> None:
    """Answers that look odd are held against wrong ones in runs without the cells that hang."""
    hangs = {f"h{i}": "while True: pass" for i in range(2)}
    source = notebook(
        cell("solution", "def a(x):\n    return {'u': x, 'v': 2 * x}", "a"),
        cell("test", "assert a(3)['u'] == 3", "t"),
        cell("solution", "h0 = 1", "h0"),
        cell("solution", "h1 = 1", "h1"),
        cell("solution", "def b(x):\n    return [x, x + 1]", "b"),
        cell("test", "assert sum(b(3)) == 7", "t2"),
    )
    bundle = bundle_of(tmp_path, source)
    grading = msgspec.structs.replace(bundle.spec.grading, call_seconds=0.4, total_seconds=4.0)
    with Grader(
        replace(bundle, spec=msgspec.structs.replace(bundle.spec, grading=grading))
    ) as made:
        endless = {ending: "while True: pass"} if ending else {}
        report = made.grade(submission(with_answers(source, {**ODD, **hangs, **endless})))
    outcomes = {one.check.rpartition("::")[2]: one.outcome for one in report.results}
    assert outcomes == {
        "t": Outcome.CRASH if ending == "a" else Outcome.PASS,
        "t2": Outcome.CRASH if ending == "b" else Outcome.PASS,
    }
    assert report.student_cpu_seconds < 0.4 * (len(hangs) + len(endless)) + 0.6


def _cpu_seconds() -> float:
    """Return the processor time of this process and of those of its own that have ended."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


@pytest.mark.slow
def test_a_test_that_takes_long_for_the_solution_has_its_time(tmp_path: Path) -> None:
    """What a test takes itself for the source is not held against anybody."""
    busy = "import time\nend = time.thread_time() + 1.5\nwhile time.thread_time() < end: f(1)"
    source = notebook(
        cell("solution", SOLUTION, "s"),
        cell("test", busy, "t"),
        cell("test", "assert f(1) == 3", "t2"),
    )
    with Grader(short(bundle_of(tmp_path, source)), new_remote=fake) as grader:
        reports = [grader.grade(submission(source)) for _ in range(2)]
    for report in reports:
        assert [one.outcome for one in report.results] == [Outcome.PASS, Outcome.PASS]


@pytest.mark.slow
def test_the_time_of_a_child_that_ended_stays_used(tmp_path: Path) -> None:
    """What was found before the end stays, and what comes after has only what is left."""
    burn = (
        "import time\n\n\ndef f(x):\n    while time.process_time() < 1.5 * x: pass\n    return 1e12"
    )
    source = notebook(
        cell("solution", "def f(x):\n    return 3", "s"),
        cell("test", "assert f(1) >= 3", "t"),
        cell("test", "assert sum(range(int(f(2)))) > 0", "t2"),
        cell("test", "assert f(3) >= 3", "t3"),
    )
    bundle = bundle_of(tmp_path, source)
    grading = msgspec.structs.replace(bundle.spec.grading, call_seconds=3.0, total_seconds=5.0)
    bundle = replace(bundle, spec=msgspec.structs.replace(bundle.spec, grading=grading))
    with Grader(bundle) as grader:
        report = grader.grade(submission(with_answers(source, {"s": burn})))
    assert [one.outcome for one in report.results] == [
        *(Outcome.PASS, Outcome.TIMEOUT, Outcome.TIMEOUT)
    ]
    assert report.student_cpu_seconds < 3 * 5.0


@pytest.mark.one_in(3)
@pytest.mark.slow
@pytest.mark.parametrize("call", ["ctypes.string_at(0)", "os.abort()", "os._exit(0)"])
def test_what_ends_the_child_is_the_hand_ins_crash(tmp_path: Path, call: str) -> None:
    """A value that a test's process dies of is CRASH of that test; all others are graded."""
    source = notebook(
        cell("solution", SOLUTION, "s"),
        cell("test", "assert f(1) > 0", "t"),
        cell("test", f"import ctypes\nimport os\nif f(1) > 1e6:\n    {call}", "t2"),
        cell("test", "assert f(1) > 0", "t3"),
    )
    with Grader(bundle_of(tmp_path, source), new_remote=fake) as grader:
        report = grader.grade(submission(with_answers(source, {"s": ENDLESS})))
        honest = grader.grade(submission(source))
    assert [one.outcome for one in report.results] == [Outcome.PASS, Outcome.CRASH, Outcome.PASS]
    assert {one.outcome for one in honest.results} == {Outcome.PASS}


@pytest.mark.slow
def test_a_test_that_ends_the_child_for_everybody_is_the_graders_fault(tmp_path: Path) -> None:
    """It gives no grade, and costs no other cell's points."""
    source = notebook(
        cell("solution", SOLUTION, "s"),
        cell("test", "import os\nassert f(1) == 3\nos.abort()", "t"),
        cell("test", "assert f(1) == 3", "t2"),
    )
    with Grader(bundle_of(tmp_path, source), new_remote=fake) as grader:
        report = grader.grade(submission(source))
    assert [one.outcome for one in report.results] == [Outcome.ERROR, Outcome.PASS]


def test_a_cell_and_its_questions_have_one_time_together(tmp_path: Path) -> None:
    """A cell that asks without end has what its questions leave, and not as much once more."""
    clock = Clock(call_seconds=3.0, total_seconds=3.0)
    children = CellChildren(tmp_path, NEWEST_LANDLOCK, clock, GRANTS_NOTHING)

    def taken(limits: CellLimits) -> float:
        try:
            with children.limited(limits, "cell 1"):
                clock.spend(2.9)
                while True:
                    pass
        except ThreadTimeUp:
            return time.thread_time()

    assert children.run(taken, float) < 1.5
