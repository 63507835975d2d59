"""An assignment of nbgrader's kind, as it is, through all commands."""

import json
import shutil
import warnings
from contextlib import chdir
from pathlib import Path

import nbformat
import pytest
from cell_notebooks import cell
from cells_course import HALF, NAME, SOLVED, hand_in, write_cells_course
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import SAWarning
from warm_commands import WarmCommands

from gradekit.gradebook.convert import course_config, course_of
from gradekit.gradebook.store.scores import read_scores

pytestmark = pytest.mark.one_in(4, of="grading a class")

SCORES = {
    "solved": {"count": 2, "longest": 3, "total": 1},
    "blank": {"count": 0, "longest": 0, "total": 0},
    "half": {"count": 0, "longest": 2, "total": 0},
}
HIDDEN = ("HIDDEN", "Tea for two", "BEGIN SOLUTION", "found.get", "key=len", "prices")


@pytest.mark.slow
def test_from_source_to_scores(tmp_path: Path, warm_gradekit: WarmCommands) -> None:
    """Released without any check of its own, collected, and graded point by point."""
    root = write_cells_course(tmp_path / "course").root
    (root / "source" / NAME / "assignment.toml").write_text('title = "Words and tables"\n')
    ran = warm_gradekit.run(root, "release", NAME)
    assert ran.code == 0, ran.printed
    released = "".join(p.read_text() for p in (root / "release" / NAME).glob("*.ipynb"))
    assert not [word for word in HIDDEN if word in released]
    for student, answers in {"solved": SOLVED, "blank": {}, "half": HALF}.items():
        hand_in(root, tmp_path / "uploads" / student, answers)
    uploads = [str(path) for path in sorted((tmp_path / "uploads").iterdir())]
    ran = warm_gradekit.run(root, "collect", NAME, *uploads)
    assert ran.code == 0, ran.printed
    ran = warm_gradekit.run(root, "grade", NAME, "--jobs", "2")
    assert ran.code == 0, ran.printed
    scores = json.loads(warm_gradekit.run(root, "scores", NAME, "--format", "json").printed)
    found = {
        student: {item: one["score"] for item, one in of["items"].items() if item != "why"}
        for student, of in scores.items()
    }
    assert found == SCORES
    page = (root / "feedback" / "half" / NAME / "words.html").read_text()
    assert "a hidden test does not hold" in page
    assert "letters of both cases" not in page
    read_again_after_damage(root, warm_gradekit)
    graded_by_formgraders_button(root)


def graded_by_formgraders_button(root: Path) -> None:
    """What formgrader's button calls gives the same points as `gradekit grade`, and feedback."""
    assignment = course_of(root).assignment(NAME)
    shutil.rmtree(assignment.submission("half"))
    hand_in(root, assignment.submission("half"), SOLVED)
    with chdir(root), warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # nbgrader's own way to add rows
        config = course_config(root)
        api = NbGraderAPI(CourseDirectory(config=config), config=config)
        assert api.autograde(NAME, "half")["success"]
        assert api.generate_feedback(NAME, "half")["success"]
    found = {name: one.score for name, one in read_scores(assignment)["half"].items.items()}
    assert {name: found[name] for name in SCORES["solved"]} == SCORES["solved"]
    assert "a hidden test" not in (assignment.feedback("half") / "words.html").read_text()


def read_again_after_damage(root: Path, gradekit: WarmCommands) -> None:
    """A notebook that cannot be read is told on its own page, until it can be read again."""
    submitted, feedback = (root / part / "half" / NAME for part in ("submitted", "feedback"))
    good = {path: path.read_bytes() for path in submitted.glob("*.ipynb")}
    told = {path: path.read_text() for path in feedback.glob("*.html")}
    words, tables = (feedback / f"{name}.html" for name in ("words", "tables"))
    (submitted / "words.ipynb").write_text("<!DOCTYPE html><html>Sign in</html>")
    assert gradekit.run(root, "grade", NAME).code == 1
    refused = words.read_text()
    assert "could not be read" in refused
    assert "<h1>Words and tables: your feedback</h1>" in refused
    assert "web page" in refused
    assert "Your points are still those of what you handed in before: 2." in refused
    assert tables.read_text() == told[tables]
    for path, data in good.items():
        path.write_bytes(data)
    (submitted / "tables.ipynb").rename(submitted / "mine.ipynb")
    assert gradekit.run(root, "grade", NAME).code == 1
    for page in (words, tables):  # neither is the page of what was graded
        refused = page.read_text()
        assert "tables.ipynb is missing" in refused
        assert "mine.ipynb" in refused
        assert str(root) not in refused
    (submitted / "mine.ipynb").rename(submitted / "tables.ipynb")
    assert gradekit.run(root, "grade", NAME).code == 0
    assert {path: path.read_text() for path in told} == told


@pytest.mark.slow
@pytest.mark.parametrize("version", [0, 2])
def test_metadata_of_older_versions_are_graded_as_they_are(
    tmp_path: Path, warm_gradekit: WarmCommands, version: int
) -> None:
    """The source's as well as a hand-in's, which nbgrader alone refuses until they are updated."""
    root = write_cells_course(tmp_path / "course").root
    for path in (root / "source" / NAME).glob("*.ipynb"):
        _make_old(path, version)
    ran = warm_gradekit.run(root, "release", NAME)
    assert ran.code == 0, ran.printed
    for student, answers in {"solved": SOLVED, "half": HALF}.items():
        folder = root / "submitted" / student / NAME
        hand_in(root, folder, answers)
        for path in folder.glob("*.ipynb"):
            assert '"schema_version": 3' in path.read_text()
            _make_old(path, version)
    ran = warm_gradekit.run(root, "grade", NAME, "--jobs", "1")
    assert ran.code == 0, ran.printed
    scores = json.loads(warm_gradekit.run(root, "scores", NAME, "--format", "json").printed)
    assert [scores[student]["items"]["longest"]["score"] for student in scores] == [2, 3]
    for student in scores:
        graded = root / "autograded" / student / NAME / "words.ipynb"
        assert "Tea for two" in graded.read_text()


def _make_old(path: Path, version: int) -> None:
    """Put metadata of an older version of nbgrader's into a notebook."""
    notebook = nbformat.read(path, as_version=4)
    for one in notebook.cells:
        marks = one.metadata.get("nbgrader", {})
        marks.pop("task", None)
        marks.pop("cell_type", None)
        if marks:
            marks["schema_version"] = version
        if not version:
            marks.pop("schema_version", None)
            if marks.get("grade"):  # as its forms wrote them
                marks["points"] = f"{marks['points']:g}"
    nbformat.write(notebook, path)


OWN_FOLDERS = {
    "source": "instructor/src",
    "release": "public",
    "submitted": "inbox",
    "autograded": "build/graded",
    "feedback": "build/returned",
}


@pytest.mark.slow
def test_a_course_has_folders_of_its_own_names(tmp_path: Path, warm_gradekit: WarmCommands) -> None:
    """Every command takes them from nbgrader's configuration, and makes no other."""
    root = write_cells_course(tmp_path / "course").root
    (root / "instructor").mkdir()
    (root / "source").rename(root / "instructor" / "src")
    config = root / "nbgrader_config.py"
    lines = [f"c.CourseDirectory.{key}_directory = {own!r}" for key, own in OWN_FOLDERS.items()]
    config.write_text("\n".join(["c = get_config()", *lines, config.read_text()]))
    for verb, *rest in (["release"], ["lint"], ["doctor"]):
        ran = warm_gradekit.run(root, verb, *([] if verb == "doctor" else [NAME]), *rest)
        assert ran.code in (0, 1), ran.printed
        assert "is not there" not in ran.printed
    (root / "release").symlink_to("public")  # where this test's helper looks
    for student, answers in {"solved": SOLVED, "blank": {}}.items():
        hand_in(root, tmp_path / "uploads" / student, answers)
    (root / "release").unlink()
    uploads = [str(path) for path in sorted((tmp_path / "uploads").iterdir())]
    for command in (["collect", NAME, *uploads], ["grade", NAME, "--jobs", "1"]):
        ran = warm_gradekit.run(root, *command)
        assert ran.code == 0, ran.printed
    scores = json.loads(warm_gradekit.run(root, "scores", NAME, "--format", "json").printed)
    found = {student: of["items"]["longest"]["score"] for student, of in scores.items()}
    assert found == {"blank": 0, "solved": 3}
    assert (root / "inbox" / "solved" / NAME / "words.ipynb").is_file()
    assert (root / "build" / "graded" / "solved" / NAME / "words.ipynb").is_file()
    assert (root / "build" / "returned" / "solved" / NAME / "words.html").is_file()
    assert not [name for name in OWN_FOLDERS if (root / name).exists()]


@pytest.mark.slow
def test_what_to_look_at_in_test_cells(tmp_path: Path, warm_gradekit: WarmCommands) -> None:
    """Release and lint tell it by notebook, cell and line; the rest is released all the same."""
    root = write_cells_course(tmp_path / "course").root
    path = root / "source" / NAME / "tables.ipynb"
    notebook = nbformat.read(path, as_version=4)
    timed = "import time\nbegun = time.perf_counter()\nassert total > 0\nassert begun > 0"
    notebook.cells += [
        cell("test", timed, "timed"),
        cell("test", "assert total == 7", "wrong"),
        cell("test", "assert sum([1, 2]) == 3", "given"),
        cell("test", "import sys", "nothing", 0),
        cell("test", "assert total == 8", "free", 0),
    ]
    nbformat.write(notebook, path)
    found = {}
    for verb, code in (("release", 0), ("lint", 1)):
        ran = warm_gradekit.run(root, verb, NAME)
        assert ran.code == code, ran.printed
        found[verb] = {
            line.partition(str(path))[2] for line in ran.printed.split("\n") if str(path) in line
        }
    assert found["release"] == found["lint"]
    told = "\n".join(sorted(found["lint"]))
    assert "cell 4 (timed), line 2: measures time" in told
    assert "wrong: does not pass for your own solution" in told
    assert "line 1: assert total == 7" in told
    assert "free: does not pass for your own solution, and has no points: line 1" in told
    assert "given: gives points though nothing is solved" in told
    assert "cell 7 (nothing), line 1: tests nothing" in told
    assert not [name for name in ("count", "longest", ": total:") if name in told]
    assert (root / "release" / NAME / "words.ipynb").is_file()
    (root / "source" / NAME / "assignment.toml").write_text("strict_tests = true\n")
    ran = warm_gradekit.run(root, "release", NAME)
    assert ran.code == 1, ran.printed
    assert "wrong: does not pass for your own solution" in ran.printed.replace("\n", " ")
    assert "strict_tests" in ran.printed
    assert not (root / "release" / NAME).exists()
