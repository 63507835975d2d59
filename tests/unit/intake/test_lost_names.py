"""Notebooks whose cells have lost all metadata: cells are known again, or it is told as that."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from taking_in import take_in

from gradekit.errors import SubmissionError
from gradekit.findings.cell_changes import repairs
from gradekit.findings.notes import may_cost_points, noticed
from gradekit.findings.released import Released
from gradekit.notebook.cells import cells_of
from gradekit.notebook.lost_names import given_back, is_stripped, with_names
from gradekit.submission.check import read_checks
from gradekit.submission.pack import look

Json = dict[str, Any]


def cell(kind: str, source: str, name: str = "", **facts: object) -> Json:
    """Return a cell, with nbgrader's metadata where it has a name."""
    marks = {"grade": False, "solution": False, "locked": False, "grade_id": name} | facts
    made: Json = {"cell_type": kind, "source": source, "metadata": {"nbgrader": marks}}
    made["metadata"] = made["metadata"] if name else {}
    return made | ({"outputs": [], "execution_count": None} if kind == "code" else {})


STUB = "# YOUR CODE HERE\nraise NotImplementedError()"
RELEASED: Json = {
    "nbformat": 4,
    "nbformat_minor": 4,
    "metadata": {},
    "cells": [
        cell("markdown", "# Homework"),
        cell("markdown", "Double a number."),
        cell("code", f"def double(x):\n    {STUB}", "double", solution=True),
        cell("code", "assert double(2) == 4", "double_test", grade=True, locked=True, points=2),
        cell("markdown", "Halve a number."),
        cell("code", f"def half(x):\n    {STUB}", "half", solution=True),
        cell("markdown", "Why?"),
        cell("markdown", "YOUR ANSWER HERE", "why", grade=True, solution=True, points=1),
    ],
}
NAMES = ["double", "double_test", "half", "why"]


def stripped() -> Json:
    """Return the release, solved, without any metadata of its cells."""
    notebook = copy.deepcopy(RELEASED)
    for one in notebook["cells"]:
        one["metadata"] = {}
    notebook["cells"][2]["source"] = "def double(x):\n    return x + x"
    notebook["cells"][5]["source"] = "def half(x):\n    return x / 2"
    notebook["cells"][7]["source"] = "Because it is so."
    return notebook


def named(notebook: Json) -> dict[str, str]:
    """Return the texts of the cells that have names."""
    return {one.name: one.source for one in cells_of(notebook) if one.name}


def test_every_cell_is_known_by_text_and_place() -> None:
    """Its metadata are the release's, and it says so; nothing else is changed."""
    again = with_names(stripped(), RELEASED)
    assert given_back(again) == NAMES
    assert named(again)["why"] == "Because it is so."
    assert [one["source"] for one in again["cells"]] == [c["source"] for c in stripped()["cells"]]
    (line,) = repairs(again, RELEASED)
    assert line.endswith("known by text and place: double, double_test, half and 1 more, which "
                         "have them again")  # fmt: skip
    assert not may_cost_points(line)


def test_cells_that_were_added_are_not_taken_for_answers() -> None:
    """Of more cells than there were, the one that defines what was asked for is the answer's."""
    notebook = stripped()
    notebook["cells"].insert(5, cell("code", "print(double(3))"))
    notebook["cells"].insert(3, cell("code", "def helper(): pass"))
    notebook["cells"].insert(10, cell("markdown", "And a second text."))
    again = with_names(notebook, RELEASED)
    assert given_back(again) == ["double", "double_test", "half"]
    assert "x / 2" in named(again)["half"]


def test_a_notebook_with_a_name_left_or_of_something_else_stays_as_it_is() -> None:
    """Nothing is guessed where texts of the release are missing."""
    left = stripped()
    left["cells"][3]["metadata"] = RELEASED["cells"][3]["metadata"]
    other: Json = {"cells": [cell("code", "x = 1"), cell("markdown", "Why?")], "metadata": {}}
    odd: Json = {"cells": [None, 3, {"metadata": []}, {}], "metadata": []}
    for notebook in (left, other, odd, copy.deepcopy(RELEASED)):
        assert with_names(notebook, RELEASED) == notebook
    assert not is_stripped(left)


def test_what_cannot_be_known_again_is_one_line() -> None:
    """All of it is gone: that is said, and not that each cell was deleted."""
    notebook = stripped()
    notebook["cells"] = notebook["cells"][2:4]
    (line,) = repairs(notebook, RELEASED)
    assert line == (
        "its cells have lost all their metadata, as other programs take them off; those with "
        "points are restored from the release"
    )
    assert may_cost_points(line)


def test_it_is_taken_in_with_its_names_also_beside_a_blank_one(tmp_path: Path) -> None:
    """A manifest's hash is that of what was handed in, which is no change after that."""
    folder = tmp_path / "tiny_ada"
    folder.mkdir()
    (folder / "tiny.ipynb").write_text(json.dumps(RELEASED))
    (folder / "mine.ipynb").write_text(json.dumps(stripped()))
    manifest = {"student": "ada", "assignment": "tiny", "files": {"tiny.ipynb": "0"}}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    taken = take_in(folder, "tiny", tmp_path / "submitted", released=Released(notebook=RELEASED))
    data = (taken.folder / "tiny.ipynb").read_bytes()
    assert given_back(json.loads(data)) == NAMES
    assert not any("was changed after" in note for note in taken.notes)
    assert any(note.startswith("its cells have lost all") for note in taken.notes)
    assert any(
        note.startswith("its cells have lost all")
        for note in noticed({"tiny.ipynb": data}, "tiny", Released(notebook=RELEASED))
    )


def test_its_student_reads_one_line(tmp_path: Path) -> None:
    """`check` and `submit` say what is gone and what to do, and not what follows from it."""
    (tmp_path / "tiny.ipynb").write_text(json.dumps(stripped()))
    with pytest.raises(SubmissionError, match=r"^tiny.ipynb has lost the metadata of all its"):
        read_checks(tmp_path / "tiny.ipynb")
    (line,) = look(tmp_path).missing
    assert line.startswith("tiny.ipynb has lost the metadata of all its cells")
