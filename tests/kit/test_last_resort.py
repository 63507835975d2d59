"""A check that nothing interrupts is ended with its process, and nobody else loses anything."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from test_costly_checks import ANSWER, HEAD, HUGE, RIGHT
from tiny_course import write_tiny_course

from gradekit.batch.grading_process import GradingProcess
from gradekit.batch.local import Task, Ungraded, grade_all, grade_one, local_backend
from gradekit.grading.bundle import GradingBundle, load_bundle
from gradekit.grading.grader import Handin
from gradekit.model import Outcome, Report
from gradekit.verification.answers import Answer, Kind
from gradekit.verification.runner import Verifier

TOTAL_SECONDS = 2.0
# What checks do with a value that says how often, and what no exception gets out of.
IN_PROPORTION = {
    "swallows all": (
        "n = got[1, 2]\n    while n > 0:\n        try:\n            n -= 1\n        except: pass"
    ),
    "swallows all in a generator": (
        "def count(n):\n        while n > 0:\n            try:\n                n -= 1\n"
        "            except BaseException: continue\n            yield 1\n"
        "    for _ in count(got[1, 2]):\n        try: pass\n        except: pass"
    ),
    "one call in C": "assert sum(range(int(got[1, 2]))) > 0",
    "a large power": "assert 3 ** int(got[1, 2] / 2000) > 0",
    "a pattern": "import re\n    re.match('(a+)+$', 'a' * min(int(got[1, 2]), 40) + '-')",
    "sleep": "import time\n    time.sleep(min(got[1, 2] / 20, 1e6))",
}


def with_check(bundle: GradingBundle, body: str) -> GradingBundle:
    """Return the tiny assignment's bundle with two checks, of which one is given."""
    text = HEAD.replace("{fixtures}", "student, reference, got").replace("{body}", body)
    grading = msgspec.structs.replace(bundle.spec.grading, total_seconds=TOTAL_SECONDS)
    spec = msgspec.structs.replace(bundle.spec, grading=grading)
    return replace(bundle, spec=spec, checks={**bundle.checks, "test_thing.py": text.encode()})


def tasks(answers: Sequence[str]) -> list[Task]:
    """Return tasks of students a, b, … with some answers."""
    names = itertools.count(ord("a"))
    return [
        Task(Handin(chr(next(names)), {"lib/thing.py": ANSWER.format(answer).encode()}))
        for answer in answers
    ]


def outcomes(report: Report | Ungraded) -> list[str]:
    """Return how the checks of a report ended."""
    assert isinstance(report, Report), report
    return [str(one.outcome) for one in report.results]


@pytest.mark.slow
@pytest.mark.parametrize("name", IN_PROPORTION)
def test_what_nothing_interrupts_is_the_hand_ins_time(tiny_kit: GradingBundle, name: str) -> None:
    """A value that makes a check go on for ever is its hand-in's TIMEOUT, and all are graded."""
    bundle = with_check(tiny_kit, IN_PROPORTION[name])
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
    bundle = with_check(tiny_kit, IN_PROPORTION["swallows all"])
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
    bundle = with_check(load_bundle(assignment), IN_PROPORTION["one call in C"])
    for name, text in bundle.checks.items():
        (assignment.graders / name).write_bytes(text)
    right = {name: bundle.reference[name] for name in bundle.student_files}
    wrong = {"lib/thing.py": ANSWER.format(HUGE).encode()}
    answers = [Answer(Kind.MUTANT, "huge", wrong), Answer(Kind.REFERENCE, "reference", right)]
    found = Verifier(assignment, bundle, 2).grade(answers, lambda _name, _word: None)
    assert outcomes(found["huge"])[0] == "TIMEOUT"
    assert outcomes(found["reference"]) == ["PASS", "PASS"]
