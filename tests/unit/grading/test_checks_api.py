"""What authors of checks import is a contract."""

from pathlib import Path

import pytest

import gradekit.checks
from gradekit.grading.pytest_session.collection import collect

PUBLIC = [
    "Pass",
    "Reference",
    "Subject",
    "UpTo",
    "agree",
    "draw",
    "expect",
    "expect_alike",
    "expect_close",
    "expect_equal",
    "expect_gradient_like_reference",
    "expect_like_reference",
    "expect_own_gradient",
    "expect_same_answers",
    "generator",
    "ramp",
    "scaled_error",
    "vary",
]
OLD = {
    "bench": ["UpTo"],
    "cases": ["draw", "generator", "ramp"],
    "checks": ["Pass", "expect_gradient_like_reference", "expect_like_reference"],
    "expect": ["agree", "expect", "expect_close", "expect_equal", "scaled_error"],
}


def test_the_public_names_are_these() -> None:
    """A name that checks of courses import is not lost, and none becomes public unnoticed."""
    assert sorted(gradekit.checks.__all__) == PUBLIC


@pytest.mark.parametrize("name", PUBLIC)
def test_each_public_name_says_what_it_is(name: str) -> None:
    """Whoever asks Python for help on one gets an answer."""
    assert getattr(gradekit.checks, name).__doc__


@pytest.mark.parametrize("module", OLD)
def test_checks_written_for_the_first_version_still_import(tmp_path: Path, module: str) -> None:
    """A check that imports from a module that version 0.1 had gets the same functions."""
    lines = [f"from gradekit.grading.{module} import {', '.join(OLD[module])}", "import gradekit"]
    same = [f"assert {name} is gradekit.checks.{name}" for name in OLD[module]]
    marker = '@pytest.mark.item("one")\ndef test_one():\n    "One."'
    (tmp_path / "test_old.py").write_text("\n".join([*lines, "import pytest", *same, marker]))
    assert [check.item for check in collect(tmp_path)] == ["one"]
