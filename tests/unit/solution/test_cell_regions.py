"""Regions in cells of a notebook: where one is wrong, the release stops with its cell and line."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell
from tiny_course import nbgrader_cell, tiny_notebook, write_tiny_course

from gradekit.commands.release import make_release
from gradekit.course import Course
from gradekit.errors import AuthoringError, raise_first
from gradekit.release.cell_regions import cell_faults

SOLVED = "x = 1\n### BEGIN SOLUTION\nx = 2\n### END SOLUTION"
HIDDEN = "x = 1\n### BEGIN HIDDEN TESTS\nassert x\n### END HIDDEN TESTS"
SCHEME = "Do it.\n=== BEGIN MARK SCHEME ===\none point\n=== END MARK SCHEME ==="
WITHOUT_END = "x = 1\n### BEGIN {}\nx = 2"
WITHOUT_BEGIN = "x = 1\nx = 2\n### END {}"
NESTED = "### BEGIN {0}\n### BEGIN {0}\n### END {0}"
TESTS = {"grade": True, "points": 1, "locked": True}
TASK = {"task": True, "points": 1, "locked": True}
# Each wrong cell: what it says, its metadata, its kind, the line, and a word of the message.
WRONG: dict[str, tuple[Any, dict[str, Any], int, str]] = {
    "plain": (new_code_cell(SOLVED), {}, 2, "SOLUTION"),
    "locked": (new_code_cell(SOLVED), {"locked": True}, 2, "SOLUTION"),
    "tests": (new_code_cell(SOLVED), TESTS, 2, "SOLUTION"),
    "text": (new_markdown_cell(SOLVED), {}, 2, "SOLUTION"),
    "raw": (new_raw_cell(SOLVED), {}, 2, "SOLUTION"),
    "task": (new_markdown_cell(SOLVED), TASK, 2, "SOLUTION"),
    "solution without end": (
        new_code_cell(WITHOUT_END.format("SOLUTION")),
        {"solution": True},
        2,
        "without",
    ),
    "hidden in a plain cell": (new_code_cell(HIDDEN), {}, 2, "HIDDEN TESTS"),
    "hidden in a solution": (new_code_cell(HIDDEN), {"solution": True}, 2, "HIDDEN TESTS"),
    "hidden without end": (new_code_cell(WITHOUT_END.format("HIDDEN TESTS")), TESTS, 2, "without"),
    "hidden without begin": (
        new_code_cell(WITHOUT_BEGIN.format("HIDDEN TESTS")),
        TESTS,
        3,
        "without",
    ),
    "hidden nested": (new_code_cell(NESTED.format("HIDDEN TESTS")), TESTS, 2, "nested"),
    "scheme in a plain cell": (new_markdown_cell(SCHEME), {}, 2, "MARK SCHEME"),
    "scheme without end": (
        new_markdown_cell(WITHOUT_END.format("MARK SCHEME")),
        TASK,
        2,
        "without",
    ),
    "scheme without begin": (
        new_markdown_cell(WITHOUT_BEGIN.format("MARK SCHEME")),
        TASK,
        3,
        "without",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_region_is_told_with_its_line(name: str) -> None:
    """Markers that are unpaired, or in a cell of another kind, are the source's fault."""
    cell, metadata, line, word = WRONG[name]
    made = nbgrader_cell(cell.copy(), "wrong", **metadata)
    with pytest.raises(AuthoringError, match=rf"cell 9:{line}: .*{word}"):
        raise_first(cell_faults(made, "cell 9"))


@pytest.mark.parametrize(
    ("text", "metadata"),
    [
        (SOLVED, {"solution": True}),
        (SOLVED, {"solution": True, "grade": True}),
        ("### BEGIN SOLUTION\nx = 2\n### END SOLUTION", {}),
        (HIDDEN, TESTS),
        (f"{HIDDEN}\n{HIDDEN}", TESTS),
        (SCHEME, TASK),
        ("x = 1", {}),
    ],
)
def test_a_right_region_goes_through(text: str, metadata: dict[str, Any]) -> None:
    """Regions that are whole stand in cells of their kind; a whole cell may be staff's own."""
    raise_first(cell_faults(nbgrader_cell(new_code_cell(text), "right", **metadata), "cell 9"))


def _course(root: Path) -> str:
    course = write_tiny_course(root)
    notebook = tiny_notebook()
    notebook.cells.append(nbgrader_cell(new_code_cell(SOLVED), "wrong", locked=True))
    path = course.assignment("tiny").notebook
    nbformat.write(notebook, path)
    return f"{path} cell {len(notebook.cells)}:2"


def test_release_names_the_cell(tmp_path: Path) -> None:
    """`gradekit release` ends with one line that names the notebook, the cell and the line."""
    place = _course(tmp_path)
    with pytest.raises(AuthoringError) as told:
        make_release(Course(tmp_path).assignment("tiny"))
    assert str(told.value).startswith(place)
    assert "\n" not in str(told.value)


@pytest.mark.slow
def test_nbgrader_names_the_cell(tmp_path: Path) -> None:
    """`nbgrader generate_assignment` ends so as well."""
    place = _course(tmp_path)
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", "tiny"]
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        command,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PATH": path},
    )
    assert done.returncode != 0
    assert place.rpartition("/")[2] in done.stderr
