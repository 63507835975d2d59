"""Repairs: what grading puts right in a notebook is listed, one line for each."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradekit.findings.cell_changes import MAX_LINES, repairs
from gradekit.findings.released import Released, read_released
from gradekit.intake.take_in import inspect
from gradekit.submission.names import no_pdf

Change = Callable[[Any], object]


def cell(kind: str, source: str, name: str = "", **facts: object) -> dict[str, Any]:
    """Return a cell, with metadata for nbgrader where it has a name."""
    made: dict[str, Any] = {"cell_type": kind, "source": source, "metadata": {}}
    if name:
        defaults = {"grade": False, "solution": False, "locked": False, "schema_version": 3}
        made["metadata"]["nbgrader"] = {"grade_id": name, **defaults, **facts}
    return made | ({"outputs": [], "execution_count": None} if kind == "code" else {})


RELEASED: dict[str, Any] = {
    "nbformat": 4,
    "nbformat_minor": 4,
    "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    "cells": [
        cell("markdown", "# Tiny"),
        cell("code", "import lib.thing\nlib.thing", "setup", locked=True),
        cell(
            "code",
            "print(double(2))\nprint(double(3))",
            "double",
            grade=True,
            locked=True,
            points=3,
        ),
        cell("code", "play = None", "play", solution=True),
        cell("markdown", "YOUR ANSWER HERE", "question", grade=True, solution=True, points=2),
    ],
}
SETUP, DOUBLE, PLAY, QUESTION = 1, 2, 3, 4
BACK = "restored from the release"


def changed(change: Change) -> dict[str, Any]:
    """Return the released notebook with a change."""
    notebook = copy.deepcopy(RELEASED)
    change(notebook)
    return notebook


def of(place: int, **values: object) -> Change:
    """Return what changes a cell."""
    return lambda notebook: notebook["cells"][place].update(values)


def facts(place: int, **values: object) -> Change:
    """Return what changes nbgrader's metadata of a cell."""
    return lambda notebook: notebook["cells"][place]["metadata"]["nbgrader"].update(values)


def split(notebook: Any) -> None:
    """Split the test cell in two, as Jupyter does."""
    first, second = notebook["cells"][DOUBLE]["source"].split("\n")
    notebook["cells"][DOUBLE]["source"] = first
    notebook["cells"].insert(DOUBLE + 1, cell("code", second))


def copied(place: int) -> Change:
    """Return what puts a second copy of a cell at the end."""
    return lambda notebook: notebook["cells"].append(copy.deepcopy(notebook["cells"][place]))


LINES: dict[str, tuple[Change, list[str]]] = {
    "nothing": (lambda _: None, []),
    "an answer": (of(QUESTION, source="It is adding."), []),
    "played": (of(PLAY, source="play = 2", outputs=[{}]), []),
    "source as lines": (of(DOUBLE, source=["print(double(2))\n", "print(double(3))"]), []),
    "new cells": (lambda n: n["cells"].insert(0, cell("code", "1 + 1")), []),
    "deleted": (lambda n: n["cells"].pop(DOUBLE), [f"double: its cell was deleted; {BACK}"]),
    "setup deleted": (lambda n: n["cells"].pop(SETUP), ["setup: its cell was deleted"]),
    "all deleted": (
        lambda n: n["cells"].clear(),
        [f"4 cells were deleted (setup, double, play and 1 more); those with points are {BACK}"],
    ),
    "answer deleted": (
        lambda n: n["cells"].pop(QUESTION),
        [f"question: its cell was deleted; {BACK}"],
    ),
    "metadata lost": (
        of(DOUBLE, metadata={}),
        [f"double: its cell has lost its metadata; {BACK}"],
    ),
    "copied": (copied(DOUBLE), ["double: its cell is there 2 times; the last one counts"]),
    "answer copied": (
        copied(QUESTION),
        ["question: its cell is there 2 times; the last one that was written in counts"],
    ),
    "moved to the top": (
        lambda n: n["cells"].insert(0, n["cells"].pop(QUESTION)),
        ["question: its cell was moved; put back in the release's order"],
    ),
    "split": (split, [f"double: its cell was split; {BACK}"]),
    "text": (of(DOUBLE, source="pass"), [f"double: the text of its cell was changed; {BACK}"]),
    "type": (
        of(DOUBLE, cell_type="markdown"),
        [f"double: its cell was turned from code into markdown; {BACK}"],
    ),
    "answer as code": (
        of(QUESTION, cell_type="code"),
        [f"question: its cell was turned from markdown into code; {BACK}"],
    ),
    "points": (
        facts(DOUBLE, points=100, grade=False),
        [f"double: its metadata were changed (points, grade); {BACK}"],
    ),
    "a name invented": (
        lambda n: n["cells"].append(cell("code", "", "bonus", grade=True, points=50)),
        ["'bonus' is no cell of the release and has no effect"],
    ),
    "a name that is none": (
        facts(DOUBLE, grade_id=["double"]),
        [
            f"double: its cell has lost its metadata; {BACK}",
            "cells whose name is no text: 1; they have no effect",
        ],
    ),
    "kernel": (
        lambda n: n["metadata"].update(kernelspec={"name": "ir"}),
        [f"the kernel is 'ir'; 'python3' {BACK}"],
    ),
    "no kernel": (
        lambda n: n.update(metadata=None),
        [f"no kernel is named; 'python3' {BACK}"],
    ),
    "escapes": (
        lambda n: n["cells"].append(cell("code", "", "\x1b[31m\u202ered\n")),
        ["'\\x1b[31m\\u202ered\\n' is no cell of the release and has no effect"],
    ),
}


@pytest.mark.parametrize("case", LINES)
def test_each_repair_is_one_line(case: str) -> None:
    """The line names the cell and says what was done; work as intended gives no line."""
    change, lines = LINES[case]
    assert repairs(changed(change), RELEASED) == lines


def test_many_repairs_are_counted() -> None:
    """After ten lines it says how many there are besides."""

    def invent(notebook: Any) -> None:
        notebook["cells"] += [cell("code", "", f"extra{n}") for n in range(30)]

    lines = repairs(changed(invent), RELEASED)
    assert len(lines) == MAX_LINES + 1
    assert lines[-1] == "and 20 more"


def test_without_a_release_nothing_is_compared(tmp_path: Path) -> None:
    """A release that is not there, or is no notebook, gives no line and no error."""
    assert read_released(tmp_path / "none", "tiny", ["lib/thing.py"]) == Released(("lib/thing.py",))
    (tmp_path / "tiny.ipynb").write_text("{", encoding="utf-8")
    assert read_released(tmp_path, "tiny", []).notebook is None
    folder = tmp_path / "ada"
    (folder / "lib").mkdir(parents=True)
    (folder / "lib" / "thing.py").write_text("", encoding="utf-8")
    (folder / "tiny.ipynb").write_text(json.dumps(changed(split)), encoding="utf-8")
    assert inspect(folder, "tiny", Released()) == [no_pdf("tiny")]
    seen = inspect(folder, "tiny", Released(notebook=RELEASED))
    assert seen == [no_pdf("tiny"), f"double: its cell was split; {BACK}"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=6,
)


def places(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the ways to all values within a JSON value."""
    found = [way] if way else []
    keys = value if isinstance(value, dict) else range(len(value) if isinstance(value, list) else 0)
    for key in keys:
        found += places(value[key], (*way, key))
    return found


def mutate(data: st.DataObject, notebook: Any) -> None:
    """Replace, remove, copy or rename one value somewhere in a notebook."""
    *way, key = data.draw(st.sampled_from(places(notebook)))
    holder = notebook
    for step in way:
        holder = holder[step]
    kind = data.draw(st.sampled_from(["replace", "remove", "copy", "rename"]))
    if kind == "replace" or (kind == "rename" and not isinstance(holder, dict)):
        holder[key] = data.draw(JSON)
    elif kind == "remove":
        del holder[key]
    elif kind == "rename":
        holder[data.draw(st.text(max_size=5))] = holder.pop(key)
    elif isinstance(holder, list):
        holder.insert(data.draw(st.integers(0, len(holder))), copy.deepcopy(holder[key]))


@given(st.data())
def test_any_notebook_is_compared(data: st.DataObject) -> None:
    """Whatever stands anywhere in a notebook, the lines are few, single and printable."""
    notebook = copy.deepcopy(RELEASED)
    for _ in range(data.draw(st.integers(1, 5))):
        if places(notebook):
            mutate(data, notebook)
    lines = repairs(notebook, RELEASED)
    assert len(lines) <= MAX_LINES + 1
    for line in lines:
        assert line
        assert line.isprintable()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (of(PLAY, source="play = 1"), ""),
        (lambda notebook: notebook["cells"].pop(PLAY), ""),
        (
            lambda notebook: notebook["cells"][PLAY]["metadata"]["nbgrader"].update(grade_id="old"),
            "it has 'old', which this one has not, and it lacks play",
        ),
        (
            lambda notebook: (
                notebook["cells"].pop(PLAY),
                notebook["cells"][DOUBLE]["metadata"]["nbgrader"].update(points=5),
            ),
            "its points are others, and it lacks play",
        ),
    ],
)
def test_a_notebook_of_an_earlier_release_is_told(change: Change, told: str) -> None:
    """It has cells, or points, that no student makes, and lacks others; a person looks."""
    found = [line for line in repairs(changed(change), RELEASED) if "earlier release" in line]
    assert found == (
        [f"it seems to be of an earlier release: {told}; a person looks"] if told else []
    )


@pytest.mark.parametrize(
    ("said", "lost", "told"),
    [
        ({"cells": ["setup", "double", "play"]}, QUESTION, "question"),
        ({"cells": ["setup", "play", "question"]}, DOUBLE, "double"),
        ({"cells": ["setup", "double", "play", "question"]}, DOUBLE, ""),
        ({"checks": [{"name": "triple", "source": "triple"}]}, DOUBLE, "double"),
        ({"checks": [{"name": "double", "source": "double"}]}, DOUBLE, ""),
        ({"checks": [{"name": "triple", "source": "triple"}]}, QUESTION, ""),
        ({"cells": "all", "checks": 7}, DOUBLE, ""),
    ],
)
def test_a_cell_that_nobody_was_given_was_not_deleted(
    said: dict[str, Any], lost: int, told: str
) -> None:
    """The notebook says what it was given out with: an item that is newer is told as such."""
    notebook = changed(lambda made: made["cells"].pop(lost))
    notebook["metadata"]["gradekit"] = said
    found = repairs(notebook, RELEASED)
    line = f"it seems to be of an earlier release, which did not have {told}; a person looks"
    assert (line in found) == bool(told)
    assert any("was deleted" in one for one in found) != bool(told)


def test_what_happened_to_many_cells_is_one_line() -> None:
    """Up to two are told one by one; each kind of change has a line of its own."""
    many = {**RELEASED, "cells": [cell("code", f"x = {n}", f"t{n}", locked=True) for n in range(5)]}
    notebook = copy.deepcopy(many)
    for place in range(5):
        notebook["cells"][place]["source"] = "pass"
    notebook["cells"][4]["cell_type"] = "markdown"
    assert repairs(notebook, many) == [
        f"5 cells (t0, t1, t2 and 2 more): the text of their cells was changed; {BACK}",
        f"t4: its cell was turned from code into markdown; {BACK}",
    ]
    notebook["cells"] = [*notebook["cells"][:2], *many["cells"][2:]]
    assert repairs(notebook, many) == [
        f"t0: the text of its cell was changed; {BACK}",
        f"t1: the text of its cell was changed; {BACK}",
    ]
