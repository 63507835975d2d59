"""A course knows its folders, and an assignment's items come from the notebook's metadata."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest

from gradekit.commands.grade import chosen_students
from gradekit.course import Assignment, Course, check_assignments_name, notebook_json
from gradekit.errors import AuthoringError, GradekitError, UsageError
from gradekit.findings.released_items import require_released
from gradekit.model import Item


def test_items_of_the_notebook(tiny: Assignment) -> None:
    """Names and points come from nbgrader's metadata, titles from the headings above."""
    found = [(item.name, item.points, item.title, item.manual) for item in tiny.items()]
    assert found == [
        ("double", 3.0, "Doubling", False),
        ("slope", 1.0, "Slope", False),
        ("question", 2.0, "Question", True),
    ]


def test_heading_must_state_the_cell_s_points(tiny: Assignment, notebooks: Any) -> None:
    """A heading that names other points than the cell stops, with the file and the item."""
    notebooks.change(tiny.notebook, lambda nb: nb.cells[2].update(source="### Doubling (5 points)"))
    with pytest.raises(AuthoringError, match=r"tiny\.ipynb: item double has 3 points.*says 5"):
        tiny.items()


def test_headings_of_an_assignment_of_nbgraders_stop_nothing(
    tiny: Assignment, notebooks: Any
) -> None:
    """nbgrader reads none: where test cells alone decide, other points there are a remark."""
    notebooks.change(tiny.notebook, lambda nb: nb.cells[2].update(source="### Doubling (5 points)"))
    assert (len(tiny.item_faults()), tiny.item_remarks()) == (1, [])
    for path in tiny.graders.glob("test_*.py"):
        path.unlink()
    assert tiny.items()[0].points == 3.0
    assert tiny.item_faults() == []
    (told,) = tiny.item_remarks()
    assert "item double has 3 points, the heading 'Doubling' says 5" in str(told)


def test_heading_without_points(tiny: Assignment, notebooks: Any) -> None:
    """A heading needs no points: the cell says them; an item without a heading has its name."""
    notebooks.change(tiny.notebook, lambda nb: nb.cells[2].update(source="### Doubling"))
    assert tiny.items()[0] == Item("double", 3.0, "Doubling", notebook="tiny", cell="double")
    notebooks.change(tiny.notebook, lambda nb: (nb.cells.pop(2), nb.cells.pop(0)))
    assert tiny.items()[0] == Item("double", 3.0, "double", notebook="tiny", cell="double")


def test_items_under_one_heading(tiny: Assignment, notebooks: Any) -> None:
    """Several items may stand under one heading, which states what they have together."""

    def join(text: str) -> None:
        notebooks.change(tiny.notebook, lambda nb: nb.cells[2].update(source=text))

    notebooks.change(tiny.notebook, lambda nb: nb.cells.pop(4))
    for text in ("### Both (4 points)", "### Both", "## Both [4 pts]"):
        join(text)
        found = [(item.name, item.points, item.title) for item in tiny.items()]
        assert found[:2] == [("double", 3.0, "Both: double"), ("slope", 1.0, "Both: slope")]
    join("### Both (3 points)")
    with pytest.raises(AuthoringError, match=r"double, slope together have 4 points.*says 3"):
        tiny.items()


POINTS: list[object] = ["", "3", None, True, [], {}, -1, float("nan"), float("inf"), 1e300, "x"]


@pytest.mark.parametrize("points", POINTS)
def test_points_that_are_no_number(tiny: Assignment, points: object) -> None:
    """Points that are no number, or none that can be meant, are told with the cell and the item."""
    text = tiny.notebook.read_text()
    assert text.count('"points": 3') == 1
    tiny.notebook.write_text(text.replace('"points": 3', f'"points": {json.dumps(points)}'))
    with pytest.raises(AuthoringError, match=r"tiny\.ipynb: cell 4: item double has .* points"):
        tiny.items()


@pytest.mark.parametrize("points", [0, 0.5, 2, 2.25, 100])
def test_points_of_any_size(tiny: Assignment, notebooks: Any, points: float) -> None:
    """Points may be parts of one, and none."""
    notebooks.change(
        tiny.notebook,
        lambda nb: (
            nb.cells[2].update(source=f"### Doubling ({points} pts)"),
            notebooks.cell(nb, "double").metadata.nbgrader.update(points=points),
        ),
    )
    assert (tiny.items()[0].points, tiny.items()[0].title) == (points, "Doubling")


@pytest.mark.parametrize("name", ["", " ", None, 3, ["double"]])
def test_an_item_needs_a_name(tiny: Assignment, name: object) -> None:
    """A graded cell whose name is none is told with its number."""
    text = tiny.notebook.read_text()
    new = text.replace('"grade_id": "double"', f'"grade_id": {json.dumps(name)}')
    tiny.notebook.write_text(new)
    with pytest.raises(AuthoringError, match=r"cell 4 is graded, and its grade_id is"):
        tiny.items()


@pytest.mark.parametrize("metadata", ["text", 3, None, [], {"nbgrader": "text"}])
def test_metadata_that_are_none(tiny: Assignment, metadata: object) -> None:
    """Metadata of another form grade nothing."""
    notebook = json.loads(tiny.notebook.read_text())
    notebook["cells"][3]["metadata"] = metadata
    notebook["cells"][2]["source"] = "### Doubling"
    tiny.notebook.write_text(json.dumps(notebook))
    assert [item.name for item in tiny.items()] == ["slope", "question"]


def test_markers_are_no_headings(tiny: Assignment) -> None:
    """The markers in a written answer, which look like headings, do not become an item's title."""
    assert [item.title for item in tiny.items()][-1] == "Question"


def test_repeated_names(tiny: Assignment, notebooks: Any) -> None:
    """Two items of one name stop."""

    def rename(notebook: Any) -> None:
        notebooks.cell(notebook, "slope").metadata.nbgrader["grade_id"] = "double"

    notebooks.change(tiny.notebook, rename)
    with pytest.raises(AuthoringError, match="more than one item is named double"):
        tiny.items()


@pytest.mark.parametrize("missing", ["grade_id", "points", "solution"])
def test_incomplete_metadata(tiny: Assignment, notebooks: Any, missing: str) -> None:
    """A graded cell whose metadata lack something stops with the file and the cell's number."""
    notebooks.change(
        tiny.notebook,
        lambda nb: notebooks.cell(nb, "double").metadata.nbgrader.pop(missing),
    )
    with pytest.raises(AuthoringError, match=rf"tiny\.ipynb: cell 4 .*{missing}"):
        tiny.items()


@pytest.mark.parametrize(
    "text", ["", "no JSON", "[]", "{}", '{"cells": 3}', '{"cells": null}', "[" * 100_000]
)
def test_damaged_notebook(tmp_path: Path, text: str) -> None:
    """What is no notebook is told in one line with the file."""
    path = tmp_path / "a.ipynb"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(GradekitError, match=r"a\.ipynb: not a notebook") as caught:
        notebook_json(path)
    assert "\n" not in str(caught.value)


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    """A notebook that is not UTF-8 is told in one line."""
    path = tmp_path / "a.ipynb"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(GradekitError, match="not a notebook"):
        notebook_json(path)


def test_missing_notebook(tmp_path: Path) -> None:
    """A notebook that is not there is told in one line."""
    with pytest.raises(GradekitError, match=r"a\.ipynb: cannot be read"):
        notebook_json(tmp_path / "a.ipynb")


@pytest.mark.parametrize("cell", ["text", 3, None])
def test_cells_that_are_none(tmp_path: Path, cell: object) -> None:
    """Cells that are no objects make it no notebook."""
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps({"cells": [cell]}), encoding="utf-8")
    with pytest.raises(GradekitError, match="not a notebook"):
        notebook_json(path)


def test_unknown_assignment(tiny: Assignment) -> None:
    """An unknown assignment is a usage error that names the known ones."""
    with pytest.raises(UsageError, match=r"no assignment 'huge'.*known here: tiny"):
        Course(tiny.root).assignment("huge")


def test_hand_ins_of_an_assignment_that_was_renamed_are_named(tiny: Assignment) -> None:
    """Whoever types the old name or the new one reads where the hand-ins are."""
    with pytest.raises(UsageError, match=r"no hand-ins of tiny: .*collect tiny …`$"):
        chosen_students(tiny, [])
    (tiny.root / "submitted" / "ada" / "huge").mkdir(parents=True)
    with pytest.raises(UsageError, match=r"hand-ins of 1 lie here: .* its name huge back"):
        Course(tiny.root).assignment("huge")
    with pytest.raises(UsageError, match=r"no hand-ins of tiny: .*; of huge there are some"):
        chosen_students(tiny, [])


@pytest.mark.slow
def test_items_that_the_release_has_not_are_graded_for_nobody(released_tiny: Assignment) -> None:
    """New, renamed and removed cells, and other points, are told before anything is graded."""
    items = released_tiny.items()
    require_released(released_tiny, items)
    for changed, said in {
        items[1:]: f"{items[0].cell} is gone: put it back",
        (*items, replace(items[0], cell="x")): "x is new: put it back, or run `gradekit release",
        (replace(items[0], points=9), *items[1:]): f"{items[0].cell} has 9 points, and 3 in the",
    }.items():
        with pytest.raises(GradekitError, match=said):
            require_released(released_tiny, changed)


def test_a_command_typed_elsewhere_is_told_where_the_course_is(
    tiny: Assignment, tmp_path: Path
) -> None:
    """In a folder of the course it is named; outside of any, what to do."""
    with pytest.raises(UsageError) as inside:
        Course(tiny.source).assignment("tiny")
    assert f"the course is {tiny.root.resolve()}: go there, or" in str(inside.value)
    (tmp_path / "elsewhere").mkdir()
    with pytest.raises(UsageError, match="no course is here: go to a course's root"):
        Course(tmp_path / "elsewhere").assignment("tiny")


@pytest.mark.parametrize(
    "name",
    [
        "",
        "..",
        "../tiny",
        "a/b",
        "-rf",
        ".hidden",
        "a ",
        " a",
        "a\n",
        "a" * 101,
        "a\u202eb",
        "a[1]",
        "ü" * 60,
    ],
)
def test_names_that_are_no_folders(tiny: Assignment, name: str) -> None:
    """A name that could leave its folder, or be taken for an option, is refused."""
    with pytest.raises(UsageError):
        Course(tiny.root).assignment(name)


@pytest.mark.parametrize(
    "name",
    [
        "ada",
        "a.b@c-d_9",
        "0",
        "Lab 2 (trees), part-1",
        "Übung 3",
        "Pr\u030ci_1",
        "作业1",
        "Q&A #2!",
    ],
)
def test_names_that_are_fine(name: str) -> None:
    """Letters of any language, digits, blanks and some signs make a name."""
    assert check_assignments_name(name) == name


def test_students_are_those_with_a_hand_in(tiny: Assignment) -> None:
    """Students are sorted, and files or other assignments' folders are no hand-ins."""
    for folder in ("grace/tiny", "ada/tiny", "eve/other"):
        (tiny.root / "submitted" / folder).mkdir(parents=True)
    (tiny.root / "submitted" / "README.md").write_text("x")
    assert tiny.students() == ["ada", "grace"]


def test_modules_leave_checkpoints_out(tiny: Assignment) -> None:
    """Jupyter's copies of modules are no modules of the assignment."""
    copies = tiny.source / "lib" / ".ipynb_checkpoints"
    copies.mkdir()
    (copies / "thing-checkpoint.py").write_text("x = 1")
    names = [path.relative_to(tiny.source).as_posix() for path in tiny.modules]
    assert names == ["lib/__init__.py", "lib/helper.py", "lib/thing.py"]


def test_notebook_with_a_text_cell_in_lines(tiny: Assignment) -> None:
    """A notebook whose sources are lists of lines, as Jupyter writes them, gives the same items."""
    items = tiny.items()
    notebook = nbformat.read(tiny.notebook, as_version=4)
    tiny.notebook.write_text(json.dumps(notebook), encoding="utf-8")
    assert tiny.items() == items


def test_a_template_that_is_no_python_is_a_text(tiny: Assignment) -> None:
    """A file of Python 2, or with gaps to fill in, is given as it is; one with markers is told."""
    texts = {"old.py": b"print 'x'\n", "gaps.py": b"x = <yours>\n", "latin.py": b"# \xe4\nx = 1\n"}
    for name, text in texts.items():
        (tiny.source / name).write_bytes(text)
    (tiny.source / "broken.py").write_text("### BEGIN SOLUTION\nx = = 1\n### END SOLUTION\n")
    found = {path.name for path in tiny.no_python}
    assert found == set(texts) == {path.name for path in tiny.data if path.suffix == ".py"}
    assert {path.name for path in tiny.modules} & {*texts, "broken.py"} == {"broken.py"}


def test_a_notebook_that_a_cell_runs_is_a_file_beside_it(tiny: Assignment, notebooks: Any) -> None:
    """What `%run` names is there where it is graded; another notebook is not."""
    for name in ("helper.ipynb", "other.ipynb"):
        (tiny.source / name).write_text(
            '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
        )
    assert not {path.name for path in tiny.data} & {"helper.ipynb", "other.ipynb"}
    own = tiny.source / "tiny.ipynb"
    notebooks.change(own, lambda nb: nb.cells[0].update(source="%run helper.ipynb"))
    assert {path.name for path in tiny.data} >= {"helper.ipynb"}
    assert "other.ipynb" not in {path.name for path in tiny.data}
