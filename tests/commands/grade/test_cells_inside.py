"""Test cells that their author lets run inside the sandbox: they work, and can be forged."""

import json
from pathlib import Path

import pytest
from cell_notebooks import cell, notebook, with_answers
from cells_course import NAME, SOLVED, hand_in, write_cells_course
from graded_cells import bundle_of, submission
from warm_commands import WarmCommands

from gradekit.course import Assignment
from gradekit.errors import AuthoringError
from gradekit.grading.bundle import load_bundle
from gradekit.grading.grader import Grader
from gradekit.verification.test_cells import limits

pytestmark = pytest.mark.one_in(4, of="grading a class")

PATCHED = """\
from unittest.mock import patch

with patch("random.randint", return_value=4):
    assert roll() == 4, "use randint"
### BEGIN HIDDEN TESTS
import __main__
assert __main__.roll.__name__ == "roll", "secret"
### END HIDDEN TESTS"""
SOURCE = notebook(
    cell("staff", "import random\nLIMIT = 6", "setup"),
    cell("solution", "def roll():\n    return random.randint(1, LIMIT)", "s"),
    cell("test", "want = {4: 2}", "data", 0),
    cell("test", PATCHED, "patched", 2),
    cell("test", "points = want[4]\nif roll() > 6:\n    points = 0\npoints", "partial", 2),
    cell("test", "assert 1 <= roll() <= 6", "outside"),
)
TOML = 'inside = ["patched", "partial"]'
WRONG = "def roll():\n    return 9"
FORGED = f"{WRONG}\nimport builtins, unittest.mock\nunittest.mock.patch = None\nraise SystemExit"
ITSELF = (
    "import ast\nclass Any4(int):\n    def __eq__(self, other): return True\n"
    "def roll():\n    return Any4(9)"
)


def write(root: Path, toml: str = TOML) -> Assignment:
    """Write the assignment."""
    bundle_of(root, SOURCE)
    assignment = Assignment(root, "ps1")
    (assignment.source / "assignment.toml").write_text(toml)
    return assignment


def test_a_cell_runs_beside_the_students_code(tmp_path: Path) -> None:
    """What patches a module works; the number it ends in counts, and an exit earns nothing."""
    answers = {"solved": {}, "wrong": {"s": WRONG}, "exit": {"s": FORGED}, "itself": {"s": ITSELF}}
    found = {}
    with Grader(load_bundle(write(tmp_path))) as grader:
        for name, answer in answers.items():
            report = grader.grade(submission(with_answers(SOURCE, answer)))
            found[name] = {item.name: report.score(item) for item in report.automatic_items}
            assert "secret" not in "".join(result.message for result in report.results)
    alike = {"data": 0, "outside": 0}
    assert found == {
        "solved": {"data": 0, "patched": 2, "partial": 2, "outside": 1},
        "wrong": {**alike, "patched": 0, "partial": 0},
        "exit": {**alike, "patched": 0, "partial": 0},
        "itself": {**alike, "patched": 2, "partial": 0},  # as is told: it can be forged
    }


def test_lint_says_that_it_can_be_forged_and_no_more(tmp_path: Path) -> None:
    """What such a cell does is no fault of it any more."""
    assignment = write(tmp_path)
    told = [line.partition("ps1.ipynb: ")[2] for line in limits(assignment)]
    assert [line.partition(":")[0] for line in told] == [
        "cell 3 (data), line 1",
        "cell 4 (patched), line 1",
        "cell 5 (partial), line 1",
    ]
    assert all("can be forged" in line for line in told[1:])
    assert assignment.forgeable() == ("patched", "partial")
    other = write(tmp_path / "other", "")
    assert not any("can be forged" in line for line in limits(other))
    assert other.forgeable() == ()


def test_a_name_of_no_test_cell_is_told(tmp_path: Path) -> None:
    """With the file, and the name as it is written there."""
    assignment = write(tmp_path, 'inside = ["setup"]')
    with pytest.raises(AuthoringError, match=r"assignment.toml: inside: 'setup' is no test cell"):
        load_bundle(assignment)


@pytest.mark.slow
def test_who_reads_scores_reads_that_an_item_can_be_forged(
    tmp_path: Path, warm_gradekit: WarmCommands
) -> None:
    """In the table of scores, in the class's report and in doctor, and in none without such."""
    root = write_cells_course(tmp_path / "course").root
    (root / "source" / NAME / "assignment.toml").write_text('inside = ["longest"]')
    ran = warm_gradekit.run(root, "release", NAME)
    assert (ran.code, "can be forged" in ran.printed) == (0, True), ran.printed
    hand_in(root, tmp_path / "ada", SOLVED)
    for command in (["collect", NAME, str(tmp_path / "ada")], ["grade", NAME]):
        assert warm_gradekit.run(root, *command).code == 0
    scores = warm_gradekit.run(root, "scores", NAME).printed
    assert "Can be forged, as their tests run beside the student's code: longest." in scores
    printed = warm_gradekit.run(root, "scores", NAME, "--format", "json").printed
    made, _ = json.JSONDecoder().raw_decode(printed)  # a line on stderr stands behind it
    assert made["ada"]["items"]["longest"]["score"] == 3
    assert "can be forged in" in warm_gradekit.run(root, "doctor").printed
