"""Test cells with the student's cells in a confined worker."""

from pathlib import Path

import pytest
from cell_notebooks import cell, notebook, with_answers
from cell_styles import DATA, STYLES
from test_cell_grading import POINTS, bundle_of, handin

from gradekit.grading.grader import Grader

# What a test cannot see yet: an argument that a function changes and whose result is used; names
# that a cell binds before it ends Python.
KNOWN = {("dictionaries", "get"), ("variables", "exit")}


@pytest.mark.parametrize("style", STYLES, ids=lambda one: one.name)
def test_the_confined_worker_gives_the_points_that_nbgrader_gives(
    style: object, tmp_path: Path
) -> None:
    """Solved, blank, half done and wrong answers get the same, cell by cell."""
    chosen = next(one for one in STYLES if one is style)
    found = {}
    with Grader(bundle_of(tmp_path, chosen.source, DATA)) as grader:
        for name, answer in chosen.answers().items():
            report = grader.grade(handin(answer))
            found[name] = [report.score(item) for item in report.automatic_items]
    unlike = {name for name, points in found.items() if points != POINTS[chosen.name][name]}
    assert {(chosen.name, name) for name in unlike} <= KNOWN, found


def test_what_patches_its_own_process_earns_nothing(tmp_path: Path) -> None:
    """Asserts, NumPy's too, builtins and exceptions that a student replaces are the worker's."""
    source = notebook(
        cell("staff", "import numpy as np", "help"),
        cell("solution", "def f(x):\n    return 2 * x", "s"),
        cell("test", "np.testing.assert_allclose(f(2), 4)\nassert isinstance(f(1), int)", "t"),
    )
    wrong = "\ndef f(x): return 1\n"
    agrees = "class A(int):\n    def __eq__(self, other): return True\ndef f(x): return A(1)"
    forged = [
        "np.testing.assert_allclose = lambda *a, **k: None" + wrong,
        "import builtins\nbuiltins.AssertionError = ValueError" + wrong,
        "import builtins\nbuiltins.isinstance = lambda *a: True\n" + agrees,
        agrees,
        "import os\nos._exit(0)",
        "def f(x):\n    import os\n    os._exit(0)",
        "def f(x):\n    import sys\n    sys.exit(0)",
        "def f(x):\n    while True: pass",
        "def f(x):\n    raise AssertionError('right')",
    ]
    with Grader(bundle_of(tmp_path, source)) as grader:
        scores = [
            grader.grade(handin(with_answers(source, {"s": text}))).score(grader.bundle.items[0])
            for text in forged
        ]
        honest = grader.grade(handin(source))
    assert scores == [0] * len(forged)
    assert honest.score(grader.bundle.items[0]) == 1
