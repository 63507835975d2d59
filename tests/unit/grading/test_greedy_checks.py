"""The grader's own memory for a hand-in is a limit: a check that takes more ends, no process."""

from dataclasses import replace

import msgspec
import pytest
from costly_checks import HUGE, RIGHT, outcomes, tasks, with_check

from gradekit.batch.local import grade_all, local_backend
from gradekit.grading.bundle import GradingBundle
from gradekit.model import Outcome, Report

# What checks take memory for, by a value that says how much. All of it would fit the machine's
# address space, and some of it the machine.
IN_PROPORTION = {
    "an array": "np.zeros(int(got[1, 2]))",
    "an array that is written": "np.ones(min(int(got[1, 2]), 4 * 10**8))",
    "a text": "assert 'x' * int(got[1, 2])",
    "a list": "assert [0] * int(got[1, 2])",
    "a list that grows": (
        "kept = []\n    while len(kept) < got[1, 2]:\n        kept.append(bytearray(10**7))"
    ),
    "small objects": "assert [bytes(900) for _ in range(int(got[1, 2]))]",
    "told as another": (
        "try:\n        np.zeros(int(got[1, 2]))\n"
        "    except MemoryError as error:\n        raise ValueError(got) from error"
    ),
}


def with_memory(bundle: GradingBundle, body: str) -> GradingBundle:
    """Return the tiny assignment's bundle with a check, and as much memory as it may have least."""
    made = with_check(bundle, body)
    grading = msgspec.structs.replace(made.spec.grading, total_seconds=12.0, memory_mib=256)
    return replace(made, spec=msgspec.structs.replace(made.spec, grading=grading))


@pytest.mark.one_in(2)
@pytest.mark.slow
@pytest.mark.parametrize("name", IN_PROPORTION)
def test_memory_that_a_value_asks_for_is_the_hand_ins(tiny_kit: GradingBundle, name: str) -> None:
    """A value that makes a check fill memory costs its own hand-in that check, and nobody else."""
    with local_backend(with_memory(tiny_kit, IN_PROPORTION[name]), 1) as backend:
        found = {one.student: one for one in grade_all(tasks([RIGHT, HUGE, RIGHT]), backend)}
    assert [outcomes(found[one]) for one in "ac"] == [["PASS", "PASS"]] * 2
    report = found["b"]
    assert isinstance(report, Report)
    [first] = report.results_of("double")
    assert first.outcome is Outcome.MEMORY, (first.outcome, first.message, first.staff_message)
    assert "1024 MiB" in first.message
    assert "test_thing.py, line" in first.staff_message
    assert not first.may_be_machines


def test_a_check_that_fills_memory_for_everybody_is_its_authors(tiny_kit: GradingBundle) -> None:
    """It is ERROR with its place, costs no other check's points, and is not the machine's."""
    with local_backend(with_memory(tiny_kit, "np.zeros(10**12)"), 1) as backend:
        found = list(grade_all(tasks([RIGHT, HUGE]), backend))
    for report in found:
        assert outcomes(report) == ["ERROR", "PASS"]
        assert isinstance(report, Report)
        first = report.results[0]
        assert "test_thing.py, line 2" in first.staff_message
        assert "memory_mib" in first.staff_message
        assert not first.may_be_machines
