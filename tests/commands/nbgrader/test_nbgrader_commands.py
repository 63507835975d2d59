"""nbgrader's own steps with the kit in them: odd notebooks, stopped releases, kept reports."""

import subprocess
from collections.abc import Callable
from typing import Any

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader_steps import autograde

from gradekit.batch.report_store import load_report, save_report
from gradekit.commands.grade import grade_class
from gradekit.course import Assignment
from gradekit.gradebook import convert
from gradekit.gradebook.store.scores import open_gradebook, read_scores

pytestmark = pytest.mark.one_in(4, of="commands of nbgrader")

Nbgrader = Callable[..., subprocess.CompletedProcess[str]]
Change = Callable[[Any], None]


def forget(name: str) -> Change:
    """Return what deletes a cell of a notebook."""

    def change(notebook: Any) -> None:
        notebook.cells = [
            c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") != name
        ]

    return change


def of_cell(name: str, change: Callable[[Any, Any], None]) -> Change:
    """Return what applies a change to a notebook and its cell of a name."""

    def apply(notebook: Any) -> None:
        found = next(
            c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == name
        )
        change(notebook, found)

    return apply


def without_metadata(notebook: Any) -> None:
    """Take nbgrader's metadata off all cells, as some editors do."""
    for cell in notebook.cells:
        cell.metadata.pop("nbgrader", None)


def metadata(**values: Any) -> Callable[[Any, Any], None]:
    """Return what changes nbgrader's metadata of a cell."""
    return lambda _, cell: cell.metadata.nbgrader.update(values)


def as_text(_: Any, cell: Any) -> None:
    """Make a code cell one of text."""
    cell.update(cell_type="markdown")
    del cell["outputs"]


def in_turn(*changes: Change) -> Change:
    """Return what applies one change after another."""

    def apply(notebook: Any) -> None:
        for change in changes:
            change(notebook)

    return apply


ODD_NOTEBOOKS: dict[str, Change] = {
    "test cell deleted": forget("double"),
    "setup cell deleted": forget("setup"),
    "setup and test cell deleted": in_turn(forget("setup"), forget("double")),
    "answer cell deleted": forget("question"),
    "all cells deleted": lambda n: n.cells.clear(),
    "metadata lost": without_metadata,
    "metadata that are none": of_cell("double", lambda _, c: c.metadata.update(nbgrader="double")),
    "name that is none": of_cell("double", metadata(grade_id=["double"])),
    "name lost": of_cell("double", lambda _, c: c.metadata.nbgrader.pop("grade_id")),
    "test cell twice": of_cell(
        "double", lambda n, c: n.cells.append(NotebookNode({**c, "id": "copy"}))
    ),
    "test cell as text": of_cell("double", as_text),
    "points raised": of_cell("double", metadata(points=100)),
    "graded by hand": of_cell("double", metadata(solution=True)),
    "not graded": of_cell("double", metadata(grade=False)),
    "cell of an unknown name": of_cell("play", metadata(grade=True, grade_id="bonus", points=50)),
    "plain cell graded": of_cell("play", metadata(grade=True, points=50)),
    "forged result": of_cell(
        "double",
        lambda _, c: c.outputs.append(new_output("execute_result", data={"text/plain": "100"})),
    ),
    "other kernel": lambda n: n.metadata.update(kernelspec={"name": "ir", "display_name": "R"}),
    "no kernel": lambda n: n.metadata.pop("kernelspec"),
}


@pytest.mark.slow
@pytest.mark.parametrize("odd", ODD_NOTEBOOKS)
def test_an_odd_notebook_costs_no_points_of_the_code(
    tiny_handins: Any, notebooks: Any, odd: str
) -> None:
    """Whatever a student did to the notebook's cells, the code's points are those of the code."""
    folder = tiny_handins.add_solved("ada")
    notebooks.change(folder / "tiny.ipynb", ODD_NOTEBOOKS[odd])
    assignment = tiny_handins.assignment
    autograde(assignment, "ada")
    scores = read_scores(assignment)["ada"]
    points = {name: item.score for name, item in scores.items.items()}
    assert (points["double"], points["slope"], scores.total) == (3.0, 1.0, 4.0)
    graded = notebooks.read(assignment.autograded("ada") / "tiny.ipynb")
    for name, points_of_all in (("double", "3"), ("slope", "1")):
        (text,) = notebooks.cell(graded, name).outputs
        assert f": {points_of_all} of {points_of_all} points" in text.text


@pytest.mark.slow
def test_a_stopped_release_leaves_no_old_reference_either(
    released_tiny: Assignment, nbgrader: Nbgrader
) -> None:
    """Where nbgrader's release stops, the reference of an older source goes with the release."""
    path = released_tiny.source / "lib" / "thing.py"
    text = path.read_text(encoding="utf-8")
    for wrong in (
        text.replace("### END SOLUTION", "", 1),
        text.replace("return dx", "self.meta = floats(x)\n        return dx"),
    ):
        path.write_text(wrong, encoding="utf-8")
        done = nbgrader(released_tiny.root, "generate_assignment", "tiny", "--force")
        assert done.returncode != 0
        assert "thing.py:" in done.stderr
        assert not released_tiny.release.exists()
        assert not released_tiny.solution.exists()
        path.write_text(text, encoding="utf-8")
        convert.generate_assignment(released_tiny.root, "tiny", "release")
        assert released_tiny.solution.is_dir()


@pytest.mark.slow
def test_a_damaged_report_stops_nobody(tiny_handins: Any) -> None:
    """A kept report that cannot be read is made anew, and everybody else keeps theirs."""
    assignment = tiny_handins.assignment
    for student in ("ada", "bob"):
        tiny_handins.add_solved(student)
    grade = lambda: grade_class(assignment, [], 1, False, lambda *_: None)  # noqa: E731
    first = grade()
    assignment.report_file("ada").write_text('{"older": "kit"}', encoding="utf-8")
    again = grade()
    assert again.exit_code == 0
    assert again.reports["bob"].seconds == first.reports["bob"].seconds
    assert again.reports["ada"].outcome("double") == "PASS"
    assignment.report_file("ada").write_text("{", encoding="utf-8")
    autograde(assignment, "ada")
    assert load_report(assignment.report_file("ada")) is not None


@pytest.mark.slow
def test_what_changed_is_graded_again(tiny_handins: Any) -> None:
    """A kept report counts as long as its inputs are the same; a new answer is graded."""
    assignment = tiny_handins.assignment
    folder = tiny_handins.add("ada")
    autograde(assignment, "ada")
    blank = load_report(assignment.report_file("ada"))
    assert blank is not None
    autograde(assignment, "ada")
    assert load_report(assignment.report_file("ada")) == blank
    (folder / "lib" / "thing.py").write_bytes((assignment.solution / "lib/thing.py").read_bytes())
    autograde(assignment, "ada")
    assert read_scores(assignment)["ada"].total == 4.0
    save_report(assignment.report_file("ada"), blank)
    autograde(assignment, "ada")
    assert read_scores(assignment)["ada"].total == 4.0


@pytest.mark.slow
def test_a_person_s_points_stay(tiny_handins: Any) -> None:
    """Points that a person gave for an answer are still there after grading again."""
    assignment = tiny_handins.assignment
    tiny_handins.add_solved("ada")
    autograde(assignment, "ada")
    with open_gradebook(assignment.root) as gradebook:
        gradebook.find_grade("question", "tiny", "tiny", "ada").manual_score = 1.5
        gradebook.db.commit()
    autograde(assignment, "ada")
    scores = read_scores(assignment)["ada"]
    assert (scores.items["question"].score, scores.total) == (1.5, 5.5)
