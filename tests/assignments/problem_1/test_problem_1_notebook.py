"""The source notebook of problem_1: its items, its text, and its cells as they run."""

import subprocess
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbgrader.nbgraderformat import MetadataValidator
from notebooks_in_place import headed_items
from real_assignments import Problem1

from gradekit.assignment.spec import read_spec
from gradekit.course import Assignment

pytestmark = pytest.mark.one_in(2, of="long ways")

SOURCES = Path(__file__).resolve().parents[3] / "source"
SOURCE = SOURCES / "problem_1"
ITEMS = Problem1.ITEMS


@pytest.fixture
def notebook() -> Any:
    """The source notebook, read afresh."""
    return nbformat.read(SOURCE / "problem_1.ipynb", as_version=4)


def meta(cell: Any) -> dict[str, Any]:
    """Return what nbgrader keeps in a cell's metadata, empty where it keeps nothing."""
    return dict(cell.metadata.get("nbgrader", {}))


def test_items_are_the_course_s(notebook: Any) -> None:
    """The notebook has the eight items in their order, and 20 points."""
    found = [(item.name, item.points) for item in headed_items(notebook)]
    assert found == list(ITEMS.items())
    assert sum(ITEMS.values()) == 20


def test_headings_state_the_items_points(notebook: Any) -> None:
    """The heading nearest above each item has the item's points, and no two titles are the same."""
    found = headed_items(notebook)
    assert [item.points_told for item in found] == [str(item.points) for item in found]
    assert len({item.title for item in found}) == len(ITEMS)


def test_each_function_has_a_cell_and_a_test_with_both_kinds_of_lines(notebook: Any) -> None:
    """Each item but the answer is a solution cell and a test, part of which students see."""
    named = {meta(cell).get("grade_id"): cell for cell in notebook.cells}
    for item in ITEMS:
        if item != "question":
            assert meta(named[f"{item}_code"])["solution"]
            shown, _, hidden = named[item].source.partition("### BEGIN HIDDEN TESTS")
            assert f"{item}(" in shown
            assert f"{item}(" in hidden or item == "perplexity"  # which a check decides on
            assert not named[item].metadata["editable"]


def test_metadata_is_what_nbgrader_wants(notebook: Any) -> None:
    """Neither nbformat nor nbgrader finds anything wrong, and outputs are not kept."""
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if meta(cell):
            MetadataValidator().validate_cell(cell)
        assert not cell.get("outputs")


def test_both_assignments_read_the_same_chapter() -> None:
    """Each has a copy of its own, and they are the same."""
    here, there = (SOURCES / name / "data/alice.txt" for name in ("problem_1", "problem_2"))
    assert here.read_bytes() == there.read_bytes()


def test_parts_are_a_curve_and_an_answer() -> None:
    """The curve is a figure and the question an answer of at most 120 words."""
    parts = {part.name: (part.kind, part.max_words) for part in read_spec(SOURCE).parts}
    assert parts == {"curve": ("figure", 0), "answer": ("answer", 120)}


@pytest.mark.slow
def test_it_is_released_without_what_is_hidden(released_problem_1: Assignment) -> None:
    """Students get the tests that they see, stubs, and nothing of solutions or hidden tests."""
    folder = released_problem_1.release
    assert sorted(path.name for path in folder.iterdir() if path.suffix != ".whl") == [
        "README.md",
        "data",
        "problem_1.ipynb",
        "requirements.txt",
    ]
    released = nbformat.read(folder / "problem_1.ipynb", as_version=4)
    cells = {meta(cell).get("grade_id"): cell.source for cell in released.cells}
    for item in ITEMS:
        if item != "question":
            assert cells[f"{item}_code"].count("raise NotImplementedError()") == 1
            assert "HIDDEN" not in cells[item]
    assert "SOLUTION" not in "".join(cell.source for cell in released.cells)


@pytest.mark.slow
def test_the_solved_notebook_runs_and_shows_what_its_text_says(
    tmp_path: Path, notebook: Any
) -> None:
    """Each cell runs; a little smoothing is the best on text that was not counted."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data/alice.txt").write_bytes((SOURCE / "data/alice.txt").read_bytes())
    client = NotebookClient(notebook, resources={"metadata": {"path": str(tmp_path)}})
    with client.setup_kernel(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL):
        for index, cell in enumerate(notebook.cells):
            client.execute_cell(cell, index)
    printed = "".join(
        output.get("text", "") for cell in notebook.cells for output in cell.get("outputs", ())
    )
    lines = printed.partition("smoothing  perplexity")[2].splitlines()[1:7]
    training, test = ([float(line.split()[column]) for line in lines] for column in (1, 2))
    assert training == sorted(training)
    assert test[0] == float("inf")
    assert test.index(min(test)) == 3
    curve = next(cell for cell in notebook.cells if meta(cell).get("grade_id") == "curve")
    assert any("image/png" in output.get("data", {}) for output in curve.outputs)
