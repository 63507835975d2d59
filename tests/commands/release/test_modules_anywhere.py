"""Modules in folders of any name: released, packed, taken in and graded by one rule."""

import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat
import pytest
from tiny_course import TINY_FILES, tiny_notebook

from gradekit.commands.collect import collect_all
from gradekit.commands.grade import grade_class
from gradekit.commands.release import make_release
from gradekit.course import Assignment, Course
from gradekit.gradebook.store.scores import read_scores
from gradekit.grading.bundle import load_bundle
from gradekit.notebook.cells import read_notebook, released_modules
from gradekit.submission.pack import look, pack

pytestmark = pytest.mark.one_in(2, of="long ways")

HELPERS = '"""What the student wrote beside the notebook."""\n\nTWO = 2.0\n'


@pytest.fixture
def assignment(tmp_path: Path) -> Assignment:
    """The tiny assignment with its modules in layers/ and beside the notebook, released."""
    root = tmp_path / "course"
    moved = {"lib/thing.py": "layers/deep/thing.py", "lib/helper.py": "helper.py"}
    for name, text in TINY_FILES.items():
        for old, new in moved.items():
            name = name.replace(old, new)
        text = text.replace("lib.thing", "layers.deep.thing").replace("lib.helper", "helper")
        if not name.startswith("source/tiny/lib"):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
    notebook = tiny_notebook()
    for cell in notebook.cells:
        cell.source = cell.source.replace("lib.thing", "layers.deep.thing")
    nbformat.write(notebook, root / "source/tiny/tiny.ipynb")
    made = Course(root).assignment("tiny")
    make_release(made)
    return made


@pytest.mark.slow
def test_modules_outside_of_lib_get_their_points(assignment: Assignment, tmp_path: Path) -> None:
    """The student's folder is packed with a helper beside the notebook, taken in, and graded."""
    assert released_modules(read_notebook(assignment.release / "tiny.ipynb")) == [
        "layers/deep/thing.py"
    ]
    folder = tmp_path / "tiny"
    for path in assignment.release.rglob("*"):
        if path.is_file() and path.suffix != ".whl":
            target = folder / path.relative_to(assignment.release)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    solved = load_bundle(assignment).reference["layers/deep/thing.py"].decode()
    solved = "from helpers import TWO\n" + solved.replace("2.0 * floats", "TWO * floats")
    (folder / "layers/deep/thing.py").write_text(solved, encoding="utf-8")
    (folder / "helpers.py").write_text(HELPERS, encoding="utf-8")
    packed = pack(look(folder), "ada", datetime(2026, 11, 24, tzinfo=UTC), anyway=True)
    with zipfile.ZipFile(packed.zip) as made:
        assert {"layers/deep/thing.py", "helpers.py"} <= set(made.namelist())
    found = collect_all(assignment, [packed.zip], False)
    assert (found.refused, [one.student for one in found.taken]) == ([], ["ada"])
    result = grade_class(assignment, [], 1, False, lambda *_: None)
    assert result.exit_code == 0, result.ungraded
    items: Any = read_scores(assignment)["ada"].items
    assert (items["double"].score, items["slope"].score) == (3.0, 1.0)
    assert not any(note.endswith("is missing") for note in result.reports["ada"].notes)
