"""A course as nbgrader's documentation has it: the kit gives what nbgrader gives, cell by cell."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import documentation_course as ps1
import nbformat
import nbgrader
import pytest
from asked_of_nbgrader import AskedOfNbgrader
from nbgrader_peer import peer_scores_of_several
from tiny_course import CONFIG
from warm_commands import WarmCommands

from gradekit.course import Course

NAME = "ps1"
FEWEST_CELLS = 9
ANSWERS = {"ada": ps1.COMPLETE, "bob": ps1.LATE, "cy": ps1.DAMAGED, "dan": ps1.EMPTY}
# As `nbgrader autograde` gives them; None where a person gives the points, or nothing is graded.
POINTS = {
    "ada": [1, 1, 0.5, 1, None, None, None, 2, None],
    "bob": [1, 0, 0.5, 0, None, None, None, 2, None],
    "cy": [None] * 9,
    "dan": [0, 0, 0, 0, 0, 0, 0, 0, None],
}
ORDER = (
    *("correct_squares", "squares_invalid_input", "correct_sum_of_squares"),
    *("sum_of_squares_uses_squares", "sum_formula", "pyramids", "island", "correct_growth"),
    "drawing_task",
)


pytestmark = pytest.mark.one_in(4, of="commands of nbgrader")  # of the slow ones

SHIPPED = Path(nbgrader.__file__).parent / "docs" / "source" / "user_guide"


def read_shipped(folder: str) -> dict[str, Any]:
    """Return the notebooks of a folder of the course that nbgrader's documentation uses."""
    paths = sorted((SHIPPED / folder).glob("*.ipynb"))
    return {path.stem: nbformat.read(path, as_version=4) for path in paths}


def write_handin(folder: Path, notebooks: dict[str, Any], *, late: bool) -> None:
    """Write what a student sent: notebooks, the files beside them, and when it came."""
    folder.mkdir(parents=True)
    for name, one in notebooks.items():
        text = one if isinstance(one, str) else nbformat.writes(one)
        (folder / f"{name}.ipynb").write_text(text)
    for name, content in ps1.DATA.items():
        (folder / name).write_bytes(content)
    at = datetime(2026, 1, 10, 12, tzinfo=UTC) + timedelta(days=9 * late)
    (folder / "timestamp.txt").write_text(f"{at:%Y-%m-%d %H:%M:%S} UTC")


@pytest.mark.slow
def test_each_cell_has_what_nbgrader_gives(tmp_path: Path, warm_gradekit: WarmCommands) -> None:
    """Complete, late and blank hand-ins of two notebooks; a damaged one waits for a person."""
    root = tmp_path / "course"
    write_handin(root / "source" / NAME, ps1.SOURCES, late=False)
    (root / "source" / NAME / "timestamp.txt").unlink()
    (root / "nbgrader_config.py").write_text(CONFIG)
    assert Course(root).assignment(NAME).name == NAME
    ran = warm_gradekit.run(root, "release", NAME)
    assert ran.code in (0, 1), ran.printed
    assert (root / "release" / NAME / "island.png").is_file()
    for student, notebooks in ANSWERS.items():
        write_handin(root / "submitted" / student / NAME, notebooks, late=student == "bob")
    ran = warm_gradekit.run(root, "grade", NAME, "--jobs", "1")
    assert ran.code == 1, ran.printed
    assert "problem1.ipynb" in ran.printed
    assert "cy" in ran.printed
    scores = json.loads(warm_gradekit.run(root, "scores", NAME, "--format", "json").printed)
    assert "cy" not in scores or scores["cy"]["total"] in (None, 0), scores["cy"]
    found = {
        student: [scores[student]["items"][item]["score"] for item in ORDER]
        for student in POINTS
        if student != "cy"
    }
    assert found == {student: points for student, points in POINTS.items() if student != "cy"}


def test_nbgrader_gives_these_points(asked_of_nbgrader: AskedOfNbgrader) -> None:
    """The points above are what nbgrader itself gives to the graded cells of both notebooks."""

    def ask() -> object:
        found = {}
        for student, of in peer_scores_of_several(ps1.SOURCES, ANSWERS, ps1.DATA).items():
            cells = {name: score for one in of.values() for name, score in one.items()}
            found[student] = [cells.get(name) for name in ORDER]
        return found

    asked = (ps1.SOURCES, ANSWERS, ps1.DATA)
    asked_of_nbgrader.gives("documentation's kind", POINTS, asked, ask)


@pytest.mark.slow
def test_the_course_that_comes_with_nbgrader(
    tmp_path: Path, warm_gradekit: WarmCommands, asked_of_nbgrader: AskedOfNbgrader
) -> None:
    """Its two hand-ins have, in each graded cell, what `nbgrader autograde` gives."""
    source, answers = read_shipped("source/ps1"), {}
    shutil.copytree(SHIPPED / "source" / NAME, tmp_path / "source" / NAME)
    (tmp_path / "nbgrader_config.py").write_text(CONFIG)
    assert warm_gradekit.run(tmp_path, "release", NAME).code == 0
    for student in ("bitdiddle", "hacker"):
        answers[student] = read_shipped(f"submitted/{student}/{NAME}")
        shutil.copytree(SHIPPED / "submitted" / student, tmp_path / "submitted" / student)
    assert warm_gradekit.run(tmp_path, "grade", NAME).code == 0
    scores = json.loads(warm_gradekit.run(tmp_path, "scores", NAME, "--format", "json").printed)
    ours = {
        student: {name: item["score"] for name, item in scores[student]["items"].items()}
        for student in answers
    }
    assert all(len(points) >= FEWEST_CELLS for points in ours.values())
    image = {"jupyter.png": (SHIPPED / "source" / NAME / "jupyter.png").read_bytes()}

    def ask() -> object:
        return {
            student: {name: score for one in of.values() for name, score in one.items()}
            for student, of in peer_scores_of_several(source, answers, image).items()
        }

    asked_of_nbgrader.gives("documentation", ours, (source, answers, image), ask)
