"""Submissions that earn full marks in nbgrader's way of grading without an answer: nothing here.

What patches this process itself, such as NumPy's asserts, is tried where the student's code is in
another one; these forge names, cells, metadata and outputs.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cell_notebooks import cell, notebook, with_answers
from nbformat.v4 import new_output
from test_cell_grading import graded

SOURCE = notebook(
    cell("staff", "import math\nlimit = 3\ndef check(got, want):\n    assert got == want", "help"),
    cell("solution", "def f(x):\n    return 2 * x", "s"),
    cell("test", "check(f(2), 4)\n### BEGIN HIDDEN TESTS\ncheck(f(limit), 6)\nassert math.isclose("
         "f(0.5), 1.0)\n### END HIDDEN TESTS", "t", 2),
    cell("solution", "name = 'Ada'", "s2"),
    cell("test", "assert name == 'Ada' and isinstance(name, str)", "t2", 2),
)  # fmt: skip
NAMES = {
    "helper": "def check(got, want): pass",
    "data": "limit = 0",
    "module": "class math:\n    isclose = staticmethod(lambda *a: True)",
    "builtins_by_name": "def isinstance(*a): return True\ndef f(x): return 0",
    "class_that_agrees": "class A:\n    def __eq__(self, other): return True\nname = A()",
    "exit": "import sys\nsys.exit(0)",
    "assertion_error": "class AssertionError(Exception): pass\ndef f(x): return None",
    "transformer": "get_ipython().input_transformers_post.append(lambda lines: [])",
    "history": "for text in In: pass\ndef f(x): return len(In)",
    "other_cells_test": "t = t2 = 2\nTrue",
    "prints_points": "print(2)\n2",
    "raises_nothing": "%%capture\npass",
    "star": "from math import *\ncheck = print",
    "dunder": "__builtins__ = {'AssertionError': Exception}\n__name__ = 't'",
}


def _metadata(**changes: object) -> Callable[[Any], None]:
    def change(made: Any) -> None:
        for one in made.cells:
            if one.metadata["nbgrader"]["grade_id"] in ("t", "t2"):
                one.metadata["nbgrader"].update(changes)
                one.source = "2"

    return change


def _deleted(made: Any) -> None:
    made.cells = [one for one in made.cells if not one.metadata["nbgrader"]["grade"]]


def _copied(made: Any) -> None:
    for name in ("t", "t2"):
        made.cells.append(cell("test", "2", name, 2))
        made.cells[-1].id = f"{name}-again"


def _outputs(made: Any) -> None:
    for one in made.cells:
        one.outputs = [new_output("execute_result", {"text/plain": "2"}, execution_count=1)]


def _helper_changed(made: Any) -> None:
    made.cells[0].source = "import math\nlimit = 0\ndef check(got, want): pass"


def _before_everything(made: Any) -> None:
    made.cells.insert(0, cell("free", "def check(*a): pass\nlimit = 0"))


def _after_the_helper(made: Any) -> None:
    made.cells.insert(1, cell("free", "def check(*a): pass\nlimit = 0\nassert_equal = check"))


def _tests_are_answers(made: Any) -> None:
    _metadata(grade=False, solution=True, locked=False)(made)


def _tests_as_text(made: Any) -> None:
    for one in made.cells:
        if one.metadata["nbgrader"]["grade"]:
            one.cell_type = "markdown"
            del one["outputs"], one["execution_count"]


def _not_run(made: Any) -> None:
    for one in made.cells:
        one.metadata.update(tags=["skip-execution"])


CELLS: dict[str, Callable[[Any], None]] = {
    "points": _metadata(points=200),
    "not_graded": _metadata(grade=False),
    "renamed": _metadata(grade_id="u"),
    "not_run": _not_run,
    "deleted": _deleted,
    "copied": _copied,
    "outputs": _outputs,
    "helper_changed": _helper_changed,
    "before_everything": _before_everything,
    "after_the_helper": _after_the_helper,
    "tests_are_answers": _tests_are_answers,
    "tests_as_text": _tests_as_text,
}


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[float | None]]:
    """The points of an honest submission and of all forgeries, graded by one grader."""
    blank = {"s": "", "s2": ""}
    made = {"honest": SOURCE}
    for name, text in NAMES.items():
        made[name] = with_answers(SOURCE, {"s": text, "s2": text})
    for name, change in CELLS.items():
        made[name] = with_answers(SOURCE, blank)
        change(made[name])
    made["honest again"] = SOURCE
    root: Path = tmp_path_factory.mktemp("forgeries")
    found = graded(root, SOURCE, *made.values())
    return {
        name: [report.score(item) for item in report.items]
        for name, report in zip(made, found, strict=True)
    }


@pytest.mark.parametrize("name", [*NAMES, *CELLS])
def test_a_forgery_earns_nothing(reports: dict[str, list[float | None]], name: str) -> None:
    """Neither names nor cells, metadata or outputs give points without an answer."""
    if name == "class_that_agrees":  # the stand-in for the other process hands over objects
        assert reports[name][0] == 0
    else:
        assert reports[name] == [0, 0]


def test_an_honest_submission_beside_them_keeps_its_points(
    reports: dict[str, list[float | None]],
) -> None:
    """What forgeries do costs nobody else anything."""
    assert reports["honest"] == reports["honest again"] == [2, 2]
