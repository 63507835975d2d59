"""A notebook runs again for the tests that need it, and no further than the last of these."""

import mmap
import sys
from pathlib import Path
from types import ModuleType

import pytest
from cell_notebooks import cell, notebook
from graded_cells import bundle_of, fake

from gradekit.assignment.code_cells.steps import solved_cells
from gradekit.grading.cells.granted import Granted
from gradekit.grading.cells.notebook_run import NotebookRunner, SubmittedNotebook
from gradekit.model import Outcome
from gradekit.sandbox.layers import NEWEST_LANDLOCK
from gradekit.workers.deadlines.clock import Clock

COUNTS = "def f{0}():\n    from counted import COUNTS\n    COUNTS[{0}] += 1\n    return {0}"
SOURCE = notebook(
    cell("solution", COUNTS.format(0), "s0"),
    cell("test", "assert f0() == 0", "t0"),
    cell("test", "assert f0() == 0", "t1"),
    cell("solution", f"{COUNTS.format(1)}\nf1()", "s1"),
    cell("test", "assert f1() == 1", "t2"),
)


@pytest.mark.parametrize(
    ("only", "passed", "calls"),
    [({"t1"}, ["t0", "t1"], b"\2\0"), ({"t0"}, ["t0"], b"\1\0"), ((), ["t0", "t1", "t2"], b"\2\2")],
)
def test_what_stands_behind_the_last_test_that_is_wanted_does_not_run(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    only: frozenset[str],
    passed: list[str],
    calls: bytes,
) -> None:
    """What stands before it runs, for it may need that; each test has an end all the same."""
    counted = ModuleType("counted")
    counted.COUNTS = mmap.mmap(-1, 2)  # type: ignore[attr-defined]  # a child shares it
    monkeypatch.setitem(sys.modules, "counted", counted)
    [source] = bundle_of(tmp_path, SOURCE).notebooks.values()
    submitted = SubmittedNotebook("ps", solved_cells(source), tmp_path, Clock())
    runner = NotebookRunner(tmp_path, fake, NEWEST_LANDLOCK)
    ends = runner.run(source, submitted, Granted(only=only), twice=False).ends
    assert [end.name for end in ends] == ["t0", "t1", "t2"]
    assert [end.name for end in ends if end.outcome is Outcome.PASS] == passed
    assert counted.COUNTS[:] == calls
