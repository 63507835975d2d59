"""A check that nothing interrupts is ended with its process, and nobody else loses anything."""

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from costly_checks import ANSWER, HUGE, RIGHT, UNINTERRUPTED, outcomes, tasks, with_check
from tiny_course import write_tiny_course

from gradekit.batch.grading_process import CheckStopped, GradingProcess
from gradekit.batch.local import grade_all, grade_one, local_backend
from gradekit.grading.bundle import GradingBundle, load_bundle
from gradekit.model import Outcome, Report
from gradekit.verification.answers import Answer, Kind
from gradekit.verification.runner import Verifier

pytestmark = pytest.mark.one_in(5)


@pytest.mark.one_in(3)
@pytest.mark.slow
@pytest.mark.parametrize("name", UNINTERRUPTED)
def test_what_nothing_interrupts_is_the_hand_ins_time(tiny_kit: GradingBundle, name: str) -> None:
    """A value that makes a check go on for ever is its hand-in's TIMEOUT, and all are graded."""
    bundle = with_check(tiny_kit, UNINTERRUPTED[name])
    with local_backend(bundle, 2) as backend:
        found = {one.student: one for one in grade_all(tasks([RIGHT, HUGE, RIGHT, RIGHT]), backend)}
    assert sorted(found) == ["a", "b", "c", "d"]
    assert {tuple(outcomes(found[one])) for one in "acd"} == {("PASS", "PASS")}
    report = found["b"]
    assert isinstance(report, Report)
    [first] = report.results_of("double")
    assert first.outcome is Outcome.TIMEOUT, (first.message, first.staff_message)
    assert "far more processor time" in first.message
    assert "test_thing.py, line" in first.staff_message


@pytest.mark.slow
def test_a_check_that_nothing_ends_is_the_graders_fault(tiny_kit: GradingBundle) -> None:
    """It is ERROR with its place for everybody, and costs no other check's points."""
    bundle = with_check(tiny_kit, "import itertools\n    assert sum(itertools.repeat(1)) > 0")
    with local_backend(bundle, 1) as backend:
        found = list(grade_all(tasks([RIGHT, HUGE, RIGHT]), backend))
    assert sorted(one.student for one in found) == ["a", "b", "c"]
    for report in found:
        assert outcomes(report) == ["ERROR", "PASS"]
        assert isinstance(report, Report)
        assert "test_thing.py, line 2" in report.results[0].staff_message


@pytest.mark.slow
def test_one_process_grades_on_after_its_end(tiny_kit: GradingBundle) -> None:
    """What grades one hand-in alone, for nbgrader or on a cluster, does so as well."""
    bundle = with_check(tiny_kit, UNINTERRUPTED["swallows all"])
    process = GradingProcess(bundle)
    try:
        found = [grade_one(one, process.grade) for one in tasks([RIGHT, HUGE, RIGHT])]
    finally:
        process.close()
    assert [outcomes(one)[0] for one in found] == ["PASS", "TIMEOUT", "PASS"]


@pytest.mark.slow
def test_verifying_goes_on_after_it(tmp_path: Path) -> None:
    """A wrong answer that makes a check go on for ever is found, and no right one is lost."""
    assignment = write_tiny_course(tmp_path).assignment("tiny")
    bundle = with_check(load_bundle(assignment), UNINTERRUPTED["one call in C"])
    for name, text in bundle.checks.items():
        (assignment.graders / name).write_bytes(text)
    right = {name: bundle.reference[name] for name in bundle.student_files}
    wrong = {"lib/thing.py": ANSWER.format(HUGE).encode()}
    answers = [Answer(Kind.MUTANT, "huge", wrong), Answer(Kind.REFERENCE, "reference", right)]
    found = Verifier(assignment, bundle, 2).grade(answers, lambda _name, _word: None)
    assert outcomes(found["huge"])[0] == "TIMEOUT"
    assert outcomes(found["reference"]) == ["PASS", "PASS"]


# Checks that write down that they were asked, around one that does something with a huge value.
IN_ORDER = '''\
"""Checks as somebody may write them."""

import ctypes
import os
import signal
import time
from pathlib import Path

import numpy as np
import pytest

LOG = Path({log!r})


def asked(name, client):
    with LOG.open("a") as log:
        print(name, "reference" if type(client).__name__.startswith("Ref") else "student", file=log)


@pytest.fixture
def got(student):
    return student.ask("double", x=np.arange(6.0).reshape(2, 3))["doubled"]


@pytest.mark.item("double")
def test_before(student, got):
    """What comes before is asked once."""
    asked("before", student)
    assert got[0, 0] < 1e6


@pytest.mark.item("double")
def test_between(student, got):
    """This cannot be interrupted."""
    asked("between", student)
    {body}


@pytest.mark.item("slope")
def test_after(student):
    """What comes after is asked as well."""
    asked("after", student)
    x = np.ones((2, 2))
    assert student.ask("slope", x=x, dout=x)["dx"].sum() == 8
'''
# What ends a process, if the value is huge.
DEADLY = {
    "segmentation fault": "ctypes.string_at(0)",
    "abort": "os.abort()",
    "killed for its memory": "os.kill(os.getpid(), signal.SIGKILL) or time.sleep(60)",
    "exit": "os._exit(0)",
}


def in_order(bundle: GradingBundle, log: Path, body: str) -> GradingBundle:
    """Return the tiny assignment's bundle with three checks that write down when they are asked."""
    made = with_check(bundle, "")
    grading = msgspec.structs.replace(made.spec.grading, call_seconds=2.0, total_seconds=12.0)
    made = replace(made, spec=msgspec.structs.replace(made.spec, grading=grading))
    text = IN_ORDER.format(log=str(log), body=body)
    return replace(made, checks={**made.checks, "test_thing.py": text.encode()})


@pytest.mark.slow
def test_what_was_found_before_is_not_found_again(tiny_kit: GradingBundle, tmp_path: Path) -> None:
    """Of a hand-in whose check ended the process the other checks are each asked once."""
    bundle = in_order(tiny_kit, tmp_path / "log", "assert sum(range(int(got[1, 2]))) >= 0")
    with local_backend(bundle, 1) as backend:
        (report,) = grade_all(tasks([HUGE])[:1], backend)
    assert outcomes(report) == ["FAIL", "TIMEOUT", "PASS"]
    log = (tmp_path / "log").read_text().splitlines()
    assert [line for line in log if line.endswith("student")] == [
        *("before student", "between student", "after student")
    ]


@pytest.mark.slow
def test_time_that_was_used_stays_used(tiny_kit: GradingBundle, tmp_path: Path) -> None:
    """A process that ends gives a hand-in no new time: the next one knows what is left."""
    bundle = in_order(tiny_kit, tmp_path / "log", "assert sum(range(int(got[1, 2]))) >= 0")
    (task,) = tasks(["2 * x + 1e12 + 0 * sum(range(5_000_000))"])
    process = GradingProcess(bundle)
    try:
        with pytest.raises(CheckStopped) as stop:
            process.grade(task)
        progress = stop.value.progress
        assert [end.result.check for end in progress.ends] == ["test_thing::test_before"]
        assert progress.used_seconds > 0
        spent = replace(progress, used_seconds=20.0)
        report = process.grade(replace(task, stopped=(stop.value.stopped,), progress=spent))
    finally:
        process.close()
    assert outcomes(report) == ["FAIL", "TIMEOUT", "TIMEOUT"]
    assert "used all" in report.results[2].message
    assert "after student" not in (tmp_path / "log").read_text()


@pytest.mark.one_in(2)
@pytest.mark.slow
@pytest.mark.parametrize("name", DEADLY)
def test_what_ends_the_process_is_the_hand_ins_crash(
    tiny_kit: GradingBundle, tmp_path: Path, name: str
) -> None:
    """A value that a check's process dies of is CRASH of that check; all others are graded."""
    bundle = in_order(tiny_kit, tmp_path / "log", f"if got[1, 2] > 1e6: {DEADLY[name]}")
    with local_backend(bundle, 2) as backend:
        found = {one.student: one for one in grade_all(tasks([RIGHT, HUGE, RIGHT]), backend)}
    assert outcomes(found["a"]) == outcomes(found["c"]) == ["PASS"] * 3
    assert outcomes(found["b"]) == ["FAIL", "CRASH", "PASS"]


@pytest.mark.slow
def test_what_ends_the_process_for_everybody_is_nobodys_zero(
    tiny_kit: GradingBundle, tmp_path: Path
) -> None:
    """A check that dies with right values, too, is ERROR for all, and the others are graded."""
    bundle = in_order(tiny_kit, tmp_path / "log", "os.abort()")
    with local_backend(bundle, 1) as backend:
        found = list(grade_all(tasks([RIGHT, HUGE]), backend))
    assert sorted(map(outcomes, found)) == [["FAIL", "ERROR", "PASS"], ["PASS", "ERROR", "PASS"]]


@pytest.mark.slow
def test_a_process_that_died_once_says_nothing_of_a_hand_in(
    tiny_kit: GradingBundle, tmp_path: Path
) -> None:
    """What does not happen again was the machine's."""
    once = f"first = Path({str(tmp_path / 'first')!r})\n    if not first.exists():\n"
    body = f"{once}        first.touch()\n        os.abort()"
    bundle = in_order(tiny_kit, tmp_path / "log", body)
    with local_backend(bundle, 1) as backend:
        found = list(grade_all(tasks([RIGHT, RIGHT]), backend))
    assert [outcomes(one) for one in found] == [["PASS"] * 3] * 2
    assert (tmp_path / "log").read_text().split().count("before") == 2
