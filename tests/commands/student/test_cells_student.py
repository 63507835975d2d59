"""Code in cells at the student's: the checks that a release shows, where they stand."""

from pathlib import Path
from typing import Any

import nbformat
from cell_notebooks import cell, notebook

from gradekit.assignment.facts import KEY, Facts, checks_of, write_facts
from gradekit.assignment.visible_checks import State
from gradekit.submission.check import run_checks
from gradekit.submission.pack import look, try_to_import

RELEASED = notebook(
    "# Words",
    cell("staff", "limit = 3", "start"),
    cell("solution", "# YOUR CODE HERE\nraise NotImplementedError()", "one"),
    cell("test", "assert first(2) == 2", "t1"),
    cell("staff", "limit = 5", "more"),
    cell("solution", "# YOUR CODE HERE\nraise NotImplementedError()", "two"),
    cell("test", "assert second(2) == 5", "t2"),
    cell("manual", "# YOUR CODE HERE", "by_hand"),
)


def written(folder: Path, answers: dict[str, str], leave_out: tuple[str, ...] = ()) -> Path:
    """Write what a student has of a release."""
    made: Any = nbformat.reads(nbformat.writes(RELEASED), as_version=4)
    checks = tuple(checks_of(made))
    assert [check.item for check in checks] == ["t1", "t2"]
    made.metadata[KEY] = write_facts(Facts("ps1", checks=checks, notebook="words", in_cells=True))
    made.cells = [one for one in made.cells if one.id not in leave_out]
    for one in made.cells:
        name = one.metadata.get("nbgrader", {}).get("grade_id")
        one.source = answers.get(name, one.source)
    nbformat.write(made, folder / "words.ipynb")
    return folder


def test_checks_run_where_they_stand_among_the_cells(tmp_path: Path) -> None:
    """Cells run in order; one that is not done costs its own check; a lost check runs last."""
    answers = {
        "one": "%matplotlib inline\ndef first(n):\n    return min(n, limit)",
        "t1": "assert True, 'mine'",
        "two": "def second(n):\n    return limit",
    }
    found = run_checks(written(tmp_path, answers, leave_out=("t2",)))
    assert [one.state for one in found] == [State.PASSED, State.PASSED]
    found = run_checks(written(tmp_path, {"two": "def second(n):\n    return 3"}))
    assert [(one.item, one.state) for one in found] == [("t1", State.TODO), ("t2", State.FAILED)]
    assert "5" in found[1].what


def test_a_cell_that_ends_python_costs_no_other_check(tmp_path: Path) -> None:
    """The kernel starts again with the cells that ran."""
    answers = {
        "one": "def first(n):\n    import os\n    os._exit(1)",
        "two": "def second(n):\n    return limit",
    }
    found = run_checks(written(tmp_path, answers))
    assert [one.state for one in found] == [State.FAILED, State.PASSED]


def test_packages_that_graders_have_not_are_told_by_cell(tmp_path: Path) -> None:
    """Where cells are graded, with the line; what the assignment names, and helpers, are there."""
    answers = {
        "one": "%matplotlib inline\nimport torch\nimport helper, pandas",
        "two": "try:\n    import jax\nexcept ImportError:\n    jax = None",
    }
    folder = written(tmp_path, answers)
    (folder / "helper.py").write_text("x = 1\n")
    notebook = nbformat.read(folder / "words.ipynb", as_version=4)
    notebook.metadata[KEY]["packages"] = ["pandas"]
    nbformat.write(notebook, folder / "words.ipynb")
    (told,) = [note for note in try_to_import(look(folder)).notes if "package" in note]
    assert told.startswith("words.ipynb cell 3 line 2: the graders have no package torch.")
