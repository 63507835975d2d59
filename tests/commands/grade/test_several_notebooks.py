"""Several notebooks: which file is which, what they are as one, and names that repeat in them."""

import json
from pathlib import Path
from typing import Any

import pytest

from gradekit.assignment.items import SourceNotebook, items_of, joined
from gradekit.assignment.student_notebooks import find_notebooks
from gradekit.errors import AuthoringError, SubmissionError


def graded(name: str, points: float = 1, **facts: Any) -> dict[str, Any]:
    """Return a test cell."""
    metadata = {"grade_id": name, "grade": True, "solution": False, "points": points, **facts}
    return {"cell_type": "code", "source": "1", "metadata": {"nbgrader": metadata}, "outputs": []}


def notebook(name: str, *cells: dict[str, Any]) -> dict[str, Any]:
    """Return one of two notebooks, as a release has them."""
    said = {"assignment": "two", "notebook": name, "notebooks": ["first", "second"]}
    return {"cells": list(cells), "metadata": {"gradekit": said}}


def write(path: Path, content: dict[str, Any]) -> None:
    """Write a notebook's JSON."""
    path.write_text(json.dumps(content), encoding="utf-8")


def test_names_that_repeat_have_their_notebook_before_them() -> None:
    """nbgrader lets two notebooks have cells of one name; items keep apart."""
    sources = [
        SourceNotebook("first", "first.ipynb", notebook("first", graded("sum"), graded("mean", 0))),
        SourceNotebook("second", "second.ipynb", notebook("second", graded("sum", 0.5))),
    ]
    items = items_of(sources, ["second.sum"])
    assert [item.name for item in items] == ["first.sum", "mean", "second.sum"]
    assert [(item.cell, item.points, item.bonus) for item in items] == [
        ("sum", 1, False),
        ("mean", 0, False),
        ("sum", 0.5, True),
    ]
    with pytest.raises(AuthoringError, match=r"bonus: no item is named 'sum'"):
        items_of(sources, ["sum"])


def test_as_one_notebook() -> None:
    """The cells of all stand one after another, by the names of their items."""
    both = {"first": notebook("first", graded("sum")), "second": notebook("second", graded("sum"))}
    names = [cell["metadata"]["nbgrader"]["grade_id"] for cell in joined(both)["cells"]]
    assert names == ["first.sum", "second.sum"]
    assert joined({"first": both["first"]}) is both["first"]


def test_a_task_is_an_item() -> None:
    """A task has points and is graded by hand; one without points is told with its place."""
    task = graded("own", 2, grade=False, task=True)
    (item,) = items_of([SourceNotebook("first", "first.ipynb", notebook("first", task))])
    assert (item.manual, item.kind, item.points) == (True, "task", 2)
    del task["metadata"]["nbgrader"]["points"]
    with pytest.raises(AuthoringError, match=r"first\.ipynb: cell 1 is graded and lacks points"):
        items_of([SourceNotebook("first", "first.ipynb", notebook("first", task))])


def test_a_students_notebooks(tmp_path: Path) -> None:
    """They are found by name, and one that was renamed by what it says; a missing one is told."""
    write(tmp_path / "mine.ipynb", notebook("second", graded("b")))
    write(tmp_path / "scratch.ipynb", {"cells": [], "metadata": {}})
    found = find_notebooks(tmp_path)
    assert [(one.name, one.path.name) for one in found.found] == [("second", "mine.ipynb")]
    assert found.missing == ("first",)
    told = " ".join(found.problems())
    assert "Rename mine.ipynb to second.ipynb" in told
    assert "first.ipynb is not there" in told
    write(tmp_path / "first.ipynb", notebook("first", graded("a")))
    write(tmp_path / "second.ipynb", notebook("second", graded("b")))
    found = find_notebooks(tmp_path)
    assert [one.path.name for one in found.found] == ["first.ipynb", "second.ipynb"]
    assert not found.problems()


def test_two_files_that_may_be_one_notebook(tmp_path: Path) -> None:
    """Where two copies say that they are one notebook, the student says which counts."""
    write(tmp_path / "first.ipynb", notebook("first", graded("a")))
    for name in ("one", "other"):
        write(tmp_path / f"{name}.ipynb", notebook("second", graded("b")))
    with pytest.raises(SubmissionError, match=r"which notebook is second\.ipynb\? one"):
        find_notebooks(tmp_path)
