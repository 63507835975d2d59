"""Tests of `### AUTOTEST` directives: nbgrader writes them, and test cells are graded with them."""

from pathlib import Path
from typing import Any

import nbformat
import pytest
from cell_notebooks import cell, notebook, with_answers
from graded_cells import submission
from nbgrader import __file__ as nbgraders
from tiny_course import CONFIG

from gradekit.commands.lint import lint_with_gradebook
from gradekit.commands.release import make_release
from gradekit.course import Assignment, notebook_json
from gradekit.errors import AuthoringError
from gradekit.gradebook.steps.autotests import write_tests
from gradekit.grading.autotests import TEMPLATES, keep_tests, needs_tests, with_written_tests
from gradekit.grading.bundle import load_bundle
from gradekit.grading.grader import Grader

SQUARE = "def square(n):\n    ### BEGIN SOLUTION\n    return n ** 2\n    ### END SOLUTION"
DIRECTIVES = "### AUTOTEST square(3)\n### HASHED AUTOTEST words; square(2) > 3"


@pytest.fixture
def autotested(tmp_path: Path) -> Assignment:
    """An assignment with directives, in a course with nbgrader's own templates."""
    templates = Path(nbgraders).parent / "docs/source/user_guide/autotests.yml"
    (tmp_path / TEMPLATES).write_bytes(templates.read_bytes())
    (tmp_path / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
    assignment = Assignment(tmp_path, "ps1")
    assignment.source.mkdir(parents=True)
    made = notebook(
        cell("solution", f"{SQUARE}\nwords = ['a', 'b']", "answer"),
        cell("test", DIRECTIVES, "tests", 2),
        cell("test", "assert square(1) == 1", "plain"),
    )
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "", "language": "python"}
    nbformat.write(made, assignment.source / "ps1.ipynb")
    return assignment


def points(assignment: Assignment, **answers: str) -> list[float | None]:
    """Return the points of each test cell for some answers."""
    source = nbformat.read(assignment.notebook, as_version=4)
    with Grader(load_bundle(assignment)) as grader:
        report = grader.grade(submission(with_answers(source, answers)))
    return [report.score(item) for item in report.automatic_items]


@pytest.mark.slow
def test_nbgraders_own_tests_are_written_and_graded_with(autotested: Assignment) -> None:
    """They stand in the release in the place of directives, and decide on points as any test."""
    make_release(autotested)
    released = (autotested.release / "ps1.ipynb").read_text()
    assert "AUTOTEST" not in released
    assert "value of square(3) is not correct" in released
    assert "sha1(" in released
    assert points(autotested) == [2, 1]
    assert points(autotested, answer="def square(n): return n * n\nwords = ['b', 'a']") == [0, 1]
    assert points(autotested, answer="words = ['a', 'b']") == [0, 0]
    assert lint_with_gradebook(autotested).stopping == ()


def test_tests_of_an_older_source_count_for_nothing(autotested: Assignment) -> None:
    """A directive raises until its tests are written for the source as it is: nobody has points."""
    path = autotested.notebook
    assert needs_tests(autotested, path)
    notebook_made: dict[str, Any] = notebook_json(path)
    notebook_made["cells"][1]["source"] = ["assert square(3) == 9"]
    keep_tests(autotested, path, notebook_made)
    assert not needs_tests(autotested, path)
    written = with_written_tests(autotested, path)["cells"]
    assert written[1]["source"] == "assert square(3) == 9"
    assert written[0]["source"] == notebook_made["cells"][0]["source"]
    for changed in (path, autotested.root / TEMPLATES):
        before = changed.read_text()
        changed.write_text(before.replace("'b'", "'c'").replace("correct", "right"))
        unwritten = with_written_tests(autotested, path)["cells"][1]["source"]
        assert unwritten.count("raise LookupError") == 2
        assert "gradekit release ps1" in unwritten
        changed.write_text(before)
    assert not needs_tests(autotested, path)


def test_missing_templates_are_told_in_one_line(autotested: Assignment) -> None:
    """Which file is missing, and where it goes."""
    (autotested.root / TEMPLATES).unlink()
    with pytest.raises(AuthoringError, match=r"ps1\.ipynb: AUTOTEST needs .*autotests\.yml"):
        write_tests(autotested)


@pytest.mark.slow
def test_a_solution_that_stops_is_told_in_one_line(autotested: Assignment) -> None:
    """nbgrader runs the solved notebook; what stops it is told."""
    source = nbformat.read(autotested.notebook, as_version=4)
    nbformat.write(with_answers(source, {"answer": "words = 1 / 0"}), autotested.notebook)
    with pytest.raises(AuthoringError, match=r"solved notebook stops \(ZeroDivisionError"):
        write_tests(autotested)
