"""What authors of checks import is a contract."""

import importlib

import pytest

import gradekit.checks

PUBLIC = [
    "Pass",
    "Reference",
    "Subject",
    "UpTo",
    "agree",
    "draw",
    "expect",
    "expect_close",
    "expect_equal",
    "expect_gradient_like_reference",
    "expect_like_reference",
    "expect_own_gradient",
    "generator",
    "ramp",
    "scaled_error",
]
OLD = ["gradekit.grading.bench", "gradekit.grading.cases"]
OLD += ["gradekit.grading.checks", "gradekit.grading.expect"]


def test_the_public_names_are_these() -> None:
    """A name that checks of courses import is not lost, and none becomes public unnoticed."""
    assert sorted(gradekit.checks.__all__) == PUBLIC


@pytest.mark.parametrize("name", PUBLIC)
def test_each_public_name_says_what_it_is(name: str) -> None:
    """Whoever asks Python for help on one gets an answer."""
    assert getattr(gradekit.checks, name).__doc__


@pytest.mark.parametrize("module", OLD)
def test_checks_written_for_the_first_version_still_import(module: str) -> None:
    """The modules that version 0.1 had give the same functions."""
    old = importlib.import_module(module)
    for name in old.__all__:
        assert getattr(old, name) is getattr(gradekit.checks, name)
