"""Verifying with mutants: each is graded once, caught, known as equivalent, or has survived."""

import json
from collections.abc import Callable

import pytest

from gradekit.course import Assignment
from gradekit.pipelines.mutation import (
    EQUIVALENTS,
    Verdict,
    grade_mutants,
    list_mutants,
    read_equivalents,
    save_verdicts,
)
from gradekit.report import AuthoringError

SWAPPED = "multiply(1.0, self.meta)"
LISTED = '''
[[mutant]]
difference = """{}"""
reason = "a product is the same from both sides"
'''


def quietly(_student: str, _word: str) -> None:
    """Show no progress."""


def test_every_module_that_students_complete_has_mutants(tiny: Assignment) -> None:
    """The list is the same each time, and is of the student's modules only."""
    from gradekit.grading.kit import load_kit

    kit = load_kit(tiny)
    first, second = list_mutants(tiny, kit), list_mutants(tiny, kit)
    assert first == second
    assert {mutant.file for mutant in first} == set(kit.student_files)


@pytest.mark.slow
def test_mutants_are_graded_once_and_survivors_are_named(tiny: Assignment) -> None:
    """Mistakes lose points in their item; what loses none survives until a reason is given."""
    verdicts = grade_mutants(tiny, 2, quietly)
    survivors = [one for one in verdicts if one.survived]
    assert [one for one in survivors if SWAPPED in one.difference]
    assert any("double" in one.lost for one in verdicts)
    assert any(one.lost == ("slope",) for one in verdicts)
    words: list[str] = []
    assert grade_mutants(tiny, 2, lambda _, word: words.append(word)) == verdicts
    assert set(words) == {"kept"}
    listed = "".join(LISTED.format(one.difference) for one in survivors)
    (tiny.graders / EQUIVALENTS).write_text(listed, encoding="utf-8")
    again = grade_mutants(tiny, 2, quietly)
    assert not any(one.survived for one in again)
    assert sum(bool(one.equivalent) for one in again) == len(survivors)
    summary = json.loads(save_verdicts(tiny, again).read_text())
    assert summary["mutants"] == summary["caught"] + summary["equivalent"] == len(again)


@pytest.mark.slow
def test_a_listed_difference_that_nobody_has_is_told(tiny: Assignment) -> None:
    """A list of equivalents that went out of date is no silent hole."""
    path = tiny.graders / EQUIVALENTS
    path.write_text(LISTED.format("-x = 1\n+x = 2"), encoding="utf-8")
    with pytest.raises(AuthoringError, match="no mutant that keeps its points differs so"):
        grade_mutants(tiny, 2, quietly)


@pytest.mark.parametrize("text", ["nonsense [", "[[mutant]]\nreason = 'x'\n", "x = 1\n"])
def test_a_wrong_list_is_told(tiny: Assignment, text: str) -> None:
    """A list that lacks a difference or a reason is the author's mistake, told with its file."""
    (tiny.graders / EQUIVALENTS).write_text(text, encoding="utf-8")
    with pytest.raises(AuthoringError, match=EQUIVALENTS):
        read_equivalents(tiny)


@pytest.mark.slow
def test_verify_prints_survivors_and_ends_with_1(
    tiny: Assignment, gradekit: Callable[..., tuple[int, str, str]]
) -> None:
    """`gradekit verify --mutants` prints a table and each survivor with its lines."""
    code, printed, _ = gradekit(tiny.root, "verify", "tiny", "--mutants", "--jobs", "1")
    assert code == 1
    assert "Doubler.forward" in printed
    assert f"+        doubled = self.meta + np.{SWAPPED}" in printed


def test_a_verdict_survives_only_without_loss_and_reason() -> None:
    """Lost points or a recorded reason settle a mutant."""
    place = ("lib/thing.py", 3, "Doubler.forward", "a statement left out", "-x\n+pass")
    assert Verdict(*place, ()).survived
    assert not Verdict(*place, ("double",)).survived
    assert not Verdict(*place, (), "the same").survived
