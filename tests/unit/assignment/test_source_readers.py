"""Tests that read the source of a student's function are told: such points can be forged."""

from pathlib import Path

import pytest
from cell_notebooks import cell, notebook
from graded_cells import bundle_of

from gradekit.assignment.code_cells.source_readers import checks_that_read, reads_source
from gradekit.commands.class_report import forged_lines
from gradekit.commands.doctor import _forgeable
from gradekit.course import Assignment
from gradekit.lint.findings import _seen
from gradekit.verification.test_cells import limits

CHECKS = '''\
"""The hidden checks."""

import inspect
import pytest


def text_of(function):
    return inspect.getsource(function)


@pytest.fixture
def text(student):
    return text_of(student.notebook.double)


@pytest.mark.item("double")
def test_value(student):
    """Doubles."""
    assert student.notebook.double(3) == 6


@pytest.mark.item("style")
def test_style(student, text):
    """Has no loop."""
    assert "for" not in text and student.notebook.double(2) == 4
'''
SOURCE = notebook(
    "# Doubling",
    cell("solution", "def double(x):\n    return 2 * x", "double_answer"),
    cell("test", "assert double(1) == 2", "double", 1),
    cell("test", "assert double(5) == 10", "style", 1),
    cell("test", "import inspect\nassert '2' in inspect.getsource(double)", "two", 1),
)


@pytest.mark.parametrize(
    ("python", "reads"),
    [
        ("inspect.getsource(f)", True),
        ("from inspect import getsource as g\ntext = getsource(f)", True),
        ("list(map(inspect.getsourcelines, [f]))", True),
        ("# inspect.getsource(f)", False),
        ("'getsource'", False),
        ("getsource(", False),
        ("f.source", False),
    ],
)
def test_what_reads_a_source(python: str, reads: bool) -> None:
    """Any use of what gives a source, and no mere mention of it."""
    assert reads_source(python) is reads


def test_a_check_reads_what_its_helpers_and_fixtures_read() -> None:
    """It is told by its item, with the line where it begins."""
    assert checks_that_read(CHECKS) == {"test_style": ("style", 23)}
    assert checks_that_read("import inspect\n") == {}


def test_items_that_can_be_forged_so_are_told(tmp_path: Path) -> None:
    """By lint, with file and line; by `scores` and `report`; and by doctor."""
    bundle_of(tmp_path, SOURCE)
    assignment = Assignment(tmp_path, "ps1")
    assert assignment.items_by_source() == ("two",)
    assignment.graders.mkdir(parents=True, exist_ok=True)
    (assignment.graders / "test_doubling.py").write_text(CHECKS)
    assert assignment.items_by_source() == ("style", "two")
    told = [line for line in (*_seen(assignment), *limits(assignment)) if "forged" in line]
    assert len(told) == 2, told
    assert any("test_doubling.py:23: test_style reads a source" in line for line in told)
    assert any("cell 5 (two), line 2: reads a source" in line for line in told)
    line = "Can be forged, as their tests read the student's source: style, two."
    assert forged_lines(assignment) == [line]
    assert dict(_forgeable(tmp_path)) == {
        "can be forged in ps1": "style, two: their tests read the student's source"
    }
