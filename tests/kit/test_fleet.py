"""Grading many side by side: each has a report, or a line why not, and stops no other."""

from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace

import pytest

from gradekit.grading import fleet
from gradekit.grading.fleet import Ungraded, grade_all
from gradekit.grading.grade import Handin
from gradekit.grading.kit import GradingKit
from gradekit.report import GraderError, Report


@pytest.mark.slow
def test_each_has_a_report(tiny_kit: GradingKit) -> None:
    """Some processes grade more hand-ins than they are, each by what it holds."""
    right = {"lib/thing.py": tiny_kit.reference["lib/thing.py"]}
    handins = [Handin(f"student_{n}", right if n % 2 else {}) for n in range(5)]
    reports = {r.student: r for r in grade_all(tiny_kit, handins, jobs=2) if isinstance(r, Report)}
    double = tiny_kit.items[0]
    points = {student: report.score(double) for student, report in sorted(reports.items())}
    assert points == {f"student_{n}": 3.0 if n % 2 else 0.0 for n in range(5)}


def test_nobody_is_nothing(tiny_kit: GradingKit) -> None:
    """Without hand-ins nothing is started."""
    assert list(grade_all(tiny_kit, [], jobs=4)) == []


def test_graders_fault_is_told_for_each(tiny_kit: GradingKit) -> None:
    """Checks that cannot be collected give everybody a line, and nobody a zero."""
    broken = replace(tiny_kit, checks={**tiny_kit.checks, "test_thing.py": b"def broken(:\n"})
    found = list(grade_all(broken, [Handin("ada", {}), Handin("bob", {})], jobs=1))
    assert sorted(one.student for one in found) == ["ada", "bob"]
    assert all(isinstance(one, Ungraded) and "SyntaxError" in one.reason for one in found)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (GraderError("no check names slope"), "no check names slope"),
        (BrokenProcessPool(), "the grading process died; grade again"),
        (OSError(28, "No space left on device"), "OSError: [Errno 28] No space left on device"),
        (KeyError("lib"), "KeyError: 'lib'"),
    ],
)
def test_what_goes_wrong_with_one_is_a_line(error: Exception, reason: str) -> None:
    """Whatever the grading of one hand-in ends with is a line about it, and stops no other."""
    future: Future[Report] = Future()
    future.set_exception(error)
    assert fleet._outcome("ada", future) == Ungraded("ada", reason)
