"""Damaged notebooks through real grading: the same points, a line for each damage, no crash."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from gradekit.batch.report_store import load_report
from gradekit.commands.class_recorder import ClassResult
from gradekit.commands.grade import grade_class
from gradekit.course import Assignment
from gradekit.gradebook.store.scores import open_gradebook, read_scores

pytestmark = pytest.mark.one_in(4, of="grading a class")

Change = Callable[[Any], Any]

BACK = "restored from the release"
KEPT = "its texts, pictures and printed outputs are kept"
STANDS_IN = "the release's stands in for it"
ANSWER = "It is adding a number to itself."


def place(notebook: Any, name: str) -> int:
    """Return where in a notebook's JSON the cell of a name is."""
    names = [c["metadata"].get("nbgrader", {}).get("grade_id") for c in notebook["cells"]]
    return names.index(name)


def of(name: str, **values: object) -> Change:
    """Return what changes a cell; None takes a key away."""

    def change(notebook: Any) -> None:
        cell = notebook["cells"][place(notebook, name)]
        cell.update(values)
        for key in [key for key, value in values.items() if value is Ellipsis]:
            del cell[key]

    return change


def facts(name: str, **values: object) -> Change:
    """Return what changes nbgrader's metadata of a cell."""

    def change(notebook: Any) -> None:
        notebook["cells"][place(notebook, name)]["metadata"]["nbgrader"].update(values)

    return change


def deleted(name: str) -> Change:
    """Return what deletes a cell."""
    return lambda notebook: notebook["cells"].pop(place(notebook, name))


def copied(name: str, **values: object) -> Change:
    """Return what puts a copy of a cell behind it, with other values."""

    def change(notebook: Any) -> None:
        at = place(notebook, name)
        copy_of = copy.deepcopy(notebook["cells"][at])
        notebook["cells"].insert(at + 1, copy_of | {"id": f"copy-of-{name}"} | values)

    return change


def split(name: str) -> Change:
    """Return what splits a cell after its first ten characters."""

    def change(notebook: Any) -> None:
        cell = notebook["cells"][place(notebook, name)]
        text = "".join(cell["source"])
        cell["source"] = text[:10]
        rest = {"cell_type": cell["cell_type"], "id": "rest", "metadata": {}, "source": text[10:]}
        if cell["cell_type"] == "code":
            rest |= {"outputs": [], "execution_count": None}
        notebook["cells"].insert(place(notebook, name) + 1, rest)

    return change


def nested(depth: int) -> Any:
    """Return lists in lists."""
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value


def outputs(*values: object) -> Change:
    """Return what puts outputs into the cell that students play in."""
    return of("play", outputs=list(values))


def stream(text: object) -> dict[str, object]:
    """Return the output of something printed."""
    return {"output_type": "stream", "name": "stdout", "text": text}


def version(minor: int, major: int = 4) -> Change:
    """Return what changes the version of the notebook's format."""
    return lambda notebook: notebook.update(nbformat=major, nbformat_minor=minor)


def as_version_3(notebook: Any) -> None:
    """Write the notebook as IPython 2 did."""
    cells = [{"language": "python", **cell, "input": cell["source"]} for cell in notebook["cells"]]
    for cell in cells:
        cell.pop("id")
        if cell["cell_type"] == "code":
            cell["prompt_number"] = cell.pop("execution_count")
            cell.pop("source")
        else:
            cell.pop("input")
            cell.pop("language")
    notebook.pop("cells")
    notebook.update(nbformat=3, nbformat_minor=0, worksheets=[{"cells": cells, "metadata": {}}])


def metadata(value: object) -> Change:
    """Return what replaces the notebook's metadata."""
    return lambda notebook: notebook.update(metadata=value)


def kernel(value: object) -> Change:
    """Return what replaces the kernel's name and all that belongs to it."""
    return lambda notebook: notebook["metadata"].update(kernelspec=value)


def of_all(**values: object) -> Change:
    """Return what changes every cell."""
    return lambda notebook: [cell.update(values) for cell in notebook["cells"]]


def pictured(notebook: Any) -> None:
    """Attach a picture to the answer, and show one that is not attached."""
    cell = notebook["cells"][place(notebook, "question")]
    cell["attachments"] = {"a.png": {"image/png": "aGk="}, "b": {"text/html": "<script>"}}
    cell["source"] += "\n![a](attachment:a.png) ![x](attachment:missing.png)"


DAMAGES: dict[str, tuple[Change, str]] = {
    "test_deleted": (deleted("double"), f"double: its cell was deleted; {BACK}"),
    "test_twice": (copied("double"), "double: its cell is there 2 times; the last one counts"),
    "test_split": (split("double"), f"double: its cell was split; {BACK}"),
    "test_text": (of("double", source="pass"), f"double: the text of its cell was changed; {BACK}"),
    "test_markdown": (
        of("double", cell_type="markdown", outputs=..., execution_count=...),
        f"double: its cell was turned from code into markdown; {BACK}",
    ),
    "test_raw": (
        of("double", cell_type="raw", outputs=..., execution_count=...),
        f"double: its cell was turned from code into raw; {BACK}",
    ),
    "setup_deleted": (deleted("setup"), "setup: its cell was deleted"),
    "setup_split": (split("setup"), f"setup: its cell was split; {BACK}"),
    "answer_deleted": (deleted("question"), f"question: its cell was deleted; {BACK}"),
    "answer_twice": (
        copied("question", source="YOUR ANSWER HERE"),
        "question: its cell is there 2 times; the last one that was written in counts",
    ),
    "answer_code": (
        of("question", cell_type="code", outputs=[], execution_count=None),
        f"question: its cell was turned from markdown into code; {BACK}",
    ),
    "answer_raw": (
        of("question", cell_type="raw"),
        f"question: its cell was turned from markdown into raw; {BACK}",
    ),
    "play_markdown": (
        of("play", cell_type="markdown", outputs=..., execution_count=...),
        f"play: its cell was turned from code into markdown; {BACK}",
    ),
    "points": (
        facts("double", points=100),
        "double: its points are not the release's, which count",
    ),
    "points_text": (
        facts("double", points="x"),
        "double: its points are not the release's, which count",
    ),
    "ungraded": (facts("double", grade=False), "double: its metadata were changed (grade)"),
    "solution": (facts("slope", solution=True), "slope: its metadata were changed (solution)"),
    "unlocked": (facts("double", locked=False), "double: its metadata were changed (locked)"),
    "task": (facts("question", task=True), "question: its metadata were changed (task)"),
    "schema": (facts("double", schema_version=99), ""),
    "checksum": (facts("question", checksum="0"), ""),
    "renamed": (facts("double", grade_id="bonus"), "'bonus' is no cell of the release"),
    "name_list": (facts("double", grade_id=["double"]), "cells whose name is no text: 1"),
    "name_number": (facts("double", grade_id=7), "cells whose name is no text: 1"),
    "name_empty": (facts("double", grade_id=""), "cells whose name is no text: 1"),
    "names_swapped": (
        lambda n: (facts("double", grade_id="x")(n), facts("slope", grade_id="double")(n)),
        "double: the text of its cell was changed",
    ),
    "nbgrader_null": (of("double", metadata={"nbgrader": None}), "double: its cell has lost"),
    "metadata_none": (of("double", metadata=None), KEPT),
    "metadata_missing": (of("double", metadata=...), KEPT),
    "type_list": (of("double", cell_type=["code"]), KEPT),
    "type_unknown": (of("double", cell_type="heading"), KEPT),
    "source_number": (of("play", source=7), KEPT),
    "cells_no_dicts": (lambda n: n["cells"].extend([None, 3, "x", []]), KEPT),
    "cells_dict": (lambda n: n.update(cells={"a": 1}), STANDS_IN),
    "no_cells": (lambda n: n.update(cells=[]), "tiny.ipynb is damaged: it has no cells"),
    "notebook_metadata_null": (metadata(None), KEPT),
    "notebook_metadata_list": (metadata([1]), KEPT),
    "kernel_foreign": (kernel({"name": "ir", "display_name": "R"}), "the kernel is 'ir'"),
    "kernel_null": (kernel(None), "no kernel is named"),
    "kernel_missing": (metadata({}), "no kernel is named"),
    "language": (metadata({"language_info": {"name": "x", "pygments_lexer": '"><b>'}}), ""),
    "widgets": (metadata({"widgets": {"application/vnd.jupyter.widget-state+json": 3}}), ""),
    "minor_99": (version(99), ""),
    "minor_0": (version(0), KEPT),
    "major_5": (version(0, 5), KEPT),
    "major_text": (lambda n: n.update(nbformat="4"), KEPT),
    "old_format": (as_version_3, ""),
    "ids_twice": (of_all(id="same"), ""),
    "id_odd": (of("double", id='"><script>'), KEPT),
    "outputs_no_list": (of("play", outputs="x"), KEPT),
    "outputs_odd": (outputs(None, 3, {"output_type": 7}), KEPT),
    "output_text_number": (outputs(stream(7)), KEPT),
    "output_long_line": (outputs(stream("x" * 3_000_000)), ""),
    "output_many_lines": (outputs(stream(["x\n"] * 300_000)), ""),
    "output_colours": (outputs(stream("\x1b[31m\x1b[0m" * 4_000)), ""),
    "outputs_many": (outputs(*[stream("x\n")] * 5_000), ""),
    "output_picture": (
        outputs({"output_type": "display_data", "metadata": {}, "data": {"image/png": "A" * 9**7}}),
        "",
    ),
    "output_json": (
        outputs(
            {
                "output_type": "display_data",
                "metadata": {},
                "data": {"text/plain": "x", "application/json": {"a": nested(30)}},
            }
        ),
        "",
    ),
    "nested_200": (of("play", metadata={"x": nested(200)}), ""),
    "nested_600": (of("play", metadata={"x": nested(600)}), ""),
    # Some Pythons go so deep, for others it is damage.
    "nested_900": (of("play", metadata={"x": nested(900)}), ""),
    "attachments": (pictured, ""),
    "attachments_odd": (of("question", attachments=[1]), KEPT),
    "many_cells": (
        lambda n: n["cells"].extend(
            {"cell_type": "markdown", "id": f"c{k}", "metadata": {}, "source": "x"}
            for k in range(3000)
        ),
        f"tiny.ipynb has more than 2000 cells; {KEPT}",
    ),
    "long_cell": (of("play", source="x = 1\n" * 900_000), ""),
    "brackets": (of("question", source="[" * 200_000), ""),
    "stars": (of("question", source="*a " * 70_000), ""),
    "backslashes": (of("question", source="\\\\[" * 70_000), ""),
    "half_a_character": (of("play", source="x = '\ud800'"), KEPT),
    "half_in_a_name": (facts("double", grade_id="\ud800"), "is no cell of the release"),
    "half_in_an_answer": (of("question", source="It is \udfff adding."), KEPT),
    "text_5_mb": (of("question", source="<b>word</b> " * 450_000), ""),
}


def hand_in(tiny_handins: Any, student: str, change: Change) -> None:
    """Hand in a solved and answered notebook with some damage."""
    path = tiny_handins.add_solved(student) / "tiny.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["cells"][place(notebook, "question")]["source"] = ANSWER
    change(notebook)
    path.write_text(json.dumps(notebook), encoding="utf-8")


def items_and_points(assignment: Assignment) -> dict[str, float]:
    """Return the most points of each item as the gradebook has them."""
    with open_gradebook(assignment.root) as gradebook:
        cells = gradebook.find_notebook("tiny", "tiny").grade_cells
        return {cell.name: cell.max_score for cell in cells}


@pytest.fixture
def graded(tiny_handins: Any) -> tuple[Assignment, ClassResult]:
    """A class of whom each has damaged the notebook in another way, graded."""
    hand_in(tiny_handins, "whole", lambda _: None)
    for name, (change, _) in DAMAGES.items():
        hand_in(tiny_handins, name, change)
    result = grade_class(tiny_handins.assignment, [], 2, False, lambda *_: None)
    return tiny_handins.assignment, result


@pytest.mark.slow
def test_damage_to_a_notebook_changes_no_points(graded: tuple[Assignment, ClassResult]) -> None:
    """Everybody has the points of the undamaged hand-in, and reads in a line what was damaged."""
    assignment, result = graded
    assert result.exit_code == 0, result.ungraded
    assert items_and_points(assignment) == {"double": 3.0, "slope": 1.0, "question": 2.0}
    scores = read_scores(assignment)
    whole = {name: item.score for name, item in scores["whole"].items.items()}
    assert whole == {"double": 3.0, "slope": 1.0, "question": None}
    wrong = []
    for student, (_, line) in DAMAGES.items():
        points = {name: item.score for name, item in scores[student].items.items()}
        if points != whole:
            wrong.append(f"{student}: {points}")
        notes = result.reports[student].notes
        if line and not any(line in note for note in notes):
            wrong.append(f"{student}: {line!r} is not in {notes}")
        page = assignment.feedback(student) / "tiny.html"
        if "Your points by item" not in page.read_text(encoding="utf-8"):
            wrong.append(f"{student}: no feedback")
        elif page.stat().st_size > 8_000_000:
            wrong.append(f"{student}: a page of {page.stat().st_size} bytes")
    assert wrong == []
    for student, brief in result.reports.items():  # what was noticed is in the kept report, too
        kept = load_report(assignment.report_file(student))
        assert kept is not None
        assert (kept.notes, kept.key) == (brief.notes, brief.key)
    assert not any("its cell" in note for note in result.reports["whole"].notes)
