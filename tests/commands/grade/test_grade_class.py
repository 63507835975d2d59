"""Grading a class: gradebook, autograded/ and feedback/, by the kit's command and by nbgrader's."""

import base64
import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from nbformat.v4 import new_output
from PIL import Image

from gradekit.course import Assignment
from gradekit.gradebook.store.scores import read_scores

pytestmark = pytest.mark.one_in(4, of="grading a class")

Nbgrader = Callable[..., subprocess.CompletedProcess[str]]


def a_png() -> str:
    """Return a small picture as a notebook holds it."""
    stream = io.BytesIO()
    Image.new("RGB", (4, 3)).save(stream, "PNG")
    return base64.b64encode(stream.getvalue()).decode()


PNG = a_png()
RIGHT = """
class Doubler:
    def forward(self, x):
        return x + x

    def backward(self, dout):
        return dout + dout
"""


def gradekit(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the kit in a course's root, as one does on a terminal."""
    command = [sys.executable, "-c", "from gradekit.cli.entry import staff; staff()", *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


def points(assignment: Assignment) -> dict[str, dict[str, float | None]]:
    """Return the gradebook's points by student and item."""
    return {
        student: {name: item.score for name, item in one.items.items()}
        for student, one in read_scores(assignment).items()
    }


def answer(notebook: Any) -> None:
    """Answer the question, and keep outputs of every kind."""
    cells = {c.metadata.get("nbgrader", {}).get("grade_id", c.id): c for c in notebook.cells}
    cells["question"].source = "It is adding."
    data = {"image/png": PNG, "text/html": "<script>steal()</script>", "text/plain": "<Figure>"}
    cells["setup"].outputs = [new_output("display_data", data=data)]
    cells["double"].outputs = [new_output("execute_result", data={"text/plain": "3.0"})]
    cells["play"].outputs = [new_output("stream", name="stdout", text="42 says ada\n")]


@pytest.fixture
def small_class(tiny_handins: Any, notebooks: Any) -> Assignment:
    """A class of hand-ins, each with something of its own."""
    folder = tiny_handins.add_solved("ada")
    notebooks.change(folder / "tiny.ipynb", answer)
    tiny_handins.add("blank")
    tiny_handins.add("broken", {"lib/thing.py": "def broken(:\n"})
    (tiny_handins.add_solved("damaged") / "tiny.ipynb").write_text("{", encoding="utf-8")
    (tiny_handins.add_solved("no_module") / "lib" / "thing.py").unlink()
    (tiny_handins.add("no_notebook", {"lib/thing.py": RIGHT}) / "tiny.ipynb").unlink()
    leak = RIGHT.replace("return dout + dout", "raise ValueError(f'secret {dout}')")
    tiny_handins.add("talker", {"lib/thing.py": leak})
    assignment: Assignment = tiny_handins.assignment
    return assignment


EXPECTED: dict[str, dict[str, float | None]] = {
    "ada": {"double": 3.0, "slope": 1.0, "question": None},
    "blank": {"double": 0.0, "slope": 0.0, "question": 0.0},
    "broken": {"double": 0.0, "slope": 0.0, "question": 0.0},
    "damaged": {"double": 3.0, "slope": 1.0, "question": None},
    "no_module": {"double": 0.0, "slope": 0.0, "question": 0.0},
    "no_notebook": {"double": 3.0, "slope": 1.0, "question": 0.0},
    "talker": {"double": 3.0, "slope": 0.0, "question": 0.0},
}


@pytest.mark.slow
def test_a_class_is_graded_each_by_what_it_is(small_class: Assignment, notebooks: Any) -> None:
    """Right, blank, broken, damaged and incomplete hand-ins get their points and harm nobody."""
    done = gradekit(small_class.root, "grade", "tiny", "--jobs", "2")
    assert done.returncode == 0, done.stderr
    assert points(small_class) == EXPECTED
    assert "damaged: tiny.ipynb is damaged" in done.stdout
    assert "no_notebook: no tiny.ipynb" in done.stdout
    _check_autograded(small_class, notebooks)
    _check_feedback(small_class)
    _check_scores(small_class)


def _check_autograded(assignment: Assignment, notebooks: Any) -> None:
    folder = assignment.autograded("ada")
    handed_in = assignment.submission("ada")
    assert (folder / "lib/thing.py").read_text() == (handed_in / "lib/thing.py").read_text()
    notebook = notebooks.read(folder / "tiny.ipynb")
    setup = notebooks.cell(notebook, "setup").outputs[0]
    assert setup.data == {"image/png": PNG, "text/plain": "<Figure>"}
    assert notebooks.cell(notebook, "play").outputs[0].text == "42 says ada\n"
    (text,) = notebooks.cell(notebook, "double").outputs
    assert text.text.startswith("Doubling: 3 of 3 points\n  ✓ Doubler.forward doubles one fixed")
    assert not (assignment.autograded("no_module") / "lib" / "thing.py").exists()


def _check_feedback(assignment: Assignment) -> None:
    page = (assignment.feedback("talker") / "tiny.html").read_text(encoding="utf-8")
    assert '<a href="#cell-6">Slope</a> <span class="points">0 of 1</span>' in page
    assert "Doubler.backward agrees with the numerical gradient" in page
    assert "<em>exception</em><p>ValueError at lib/thing.py, line 7" in page
    assert not re.search(r"secret \[", page)
    assert "steal" not in (assignment.feedback("ada") / "tiny.html").read_text(encoding="utf-8")


def _check_scores(assignment: Assignment) -> None:
    form = json.loads(gradekit(assignment.root, "scores", "tiny", "--format", "json").stdout)
    assert form["ada"]["total"] == 4.0
    assert form["ada"]["items"]["double"] == {"score": 3.0, "max": 3.0, "outcome": "PASS"}
    assert form["ada"]["items"]["question"] == {"score": None, "max": 2.0, "outcome": "MANUAL"}
    assert form["talker"]["items"]["slope"] == {"score": 0.0, "max": 1.0, "outcome": "CRASH"}
    printed = gradekit(assignment.root, "scores", "tiny", "--format", "csv").stdout
    rows = {row["student"]: row for row in csv.DictReader(io.StringIO(printed))}
    assert (rows["ada"]["total"], rows["ada"]["question"], rows["blank"]["total"]) == ("4", "", "0")
    assert "no answer in time" not in gradekit(assignment.root, "scores", "tiny").stdout
    assert gradekit(assignment.root, "report", "tiny").stdout.strip() == "report/tiny.pdf"
    assert (assignment.root / "report/tiny.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.slow
def test_nbgrader_alone_gives_the_same_points(tiny_handins: Any, nbgrader: Nbgrader) -> None:
    """`nbgrader autograde` and `generate_feedback` work without the kit's own commands."""
    assignment = tiny_handins.assignment
    tiny_handins.add_solved("ada")
    tiny_handins.add("blank")
    for command in ("autograde", "generate_feedback"):
        done = nbgrader(assignment.root, command, "tiny")
        assert done.returncode == 0, done.stderr
    for student, scores in points(assignment).items():
        assert {**scores, "question": 0.0} == {**EXPECTED[student], "question": 0.0}
    page = (assignment.feedback("blank") / "tiny.html").read_text("utf-8")
    assert "Your points by item" in page
    assert '<a href="#cell-4">Doubling</a>' in page


@pytest.mark.slow
def test_a_graders_fault_gives_no_grade_and_exit_code_3(tiny_handins: Any) -> None:
    """A bug in a check leaves that item without points, says so to staff, and costs no other."""
    assignment = tiny_handins.assignment
    tiny_handins.add_solved("ada")
    path = assignment.graders / "test_thing.py"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("expect_own_gradient(student,", "expect_own_gradient(stundet,"), "utf-8"
    )
    done = gradekit(assignment.root, "grade", "tiny")
    assert done.returncode == 3
    assert "ada: no grade for slope" in done.stderr
    assert "NameError" in done.stderr
    assert points(assignment)["ada"] == {"double": 3.0, "slope": None, "question": 0.0}
    path.write_text(text, encoding="utf-8")
    assert gradekit(assignment.root, "grade", "tiny").returncode == 0
    assert points(assignment)["ada"]["slope"] == 1.0


@pytest.mark.slow
def test_verify_tells_a_check_that_passes_blank_code(released_tiny: Assignment) -> None:
    """The graders are graded: a check that the blank release passes is told."""
    assert gradekit(released_tiny.root, "verify", "tiny", "--quick").returncode == 0
    path = released_tiny.graders / "test_thing.py"
    lax = '\n\n@pytest.mark.item("slope")\ndef test_lax():\n    """Everything is fine."""\n'
    path.write_text(path.read_text(encoding="utf-8") + lax, encoding="utf-8")
    done = gradekit(released_tiny.root, "verify", "tiny", "--quick")
    assert done.returncode == 1
    assert "slope: test_thing::test_lax passes though nothing is solved" in done.stderr
