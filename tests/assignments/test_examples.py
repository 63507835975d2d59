"""The examples in courses of their own: from the source to each student's points, both ways.

`shapes` has two notebooks, a bonus, an item of no points, written answers and a task.
"""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_markdown_cell, new_notebook
from pypdf import PdfReader
from tiny_course import nbgrader_cell

import gradekit
from gradekit.batch.report_store import load_report, save_report
from gradekit.cli.grade_tables import print_graded
from gradekit.commands.class_recorder import ClassResult
from gradekit.commands.class_report import make_class_report, report_data
from gradekit.commands.collect import Collected, collect_all
from gradekit.commands.grade import grade_class
from gradekit.commands.release import make_release
from gradekit.course import Assignment, Course
from gradekit.files import code_key
from gradekit.gradebook.store.scores import StudentScores, open_gradebook, read_scores
from gradekit.gradebook.store.waiting import waiting
from gradekit.grading.bundle import load_bundle
from gradekit.model import ItemKind, PdfState, most_points
from gradekit.solution.regions import solve as solve_cell
from gradekit.submission.check import NoChecks, run_checks
from gradekit.submission.pack import look, pack

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
pytestmark = [pytest.mark.slow, pytest.mark.one_in(5)]


def copy_example(name: str, root: Path) -> Assignment:
    """Copy an example's course to another place, and release its assignment."""
    shutil.copytree(EXAMPLES / name, root)
    assignment = Course(root).assignment(name)
    make_release(assignment)
    return assignment


def change(path: Path, change: Callable[[list[Any]], None]) -> None:
    """Apply a function to the cells of a notebook in a file."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    change(notebook["cells"])
    path.write_text(json.dumps(notebook), encoding="utf-8")


def place_of(cells: list[Any], name: str) -> int:
    """Return where the cell with a name stands."""
    names = [cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in cells]
    return names.index(name)


def write_answer(path: Path, name: str, text: str) -> None:
    """Write a text into an answer's cell."""
    change(path, lambda cells: cells[place_of(cells, name)].update(source=text))


def write_below(path: Path, name: str, text: str) -> None:
    """Write a text into a new cell below the one with a name."""
    cell = {"cell_type": "markdown", "id": "mine", "metadata": {}, "source": text}
    change(path, lambda cells: cells.insert(place_of(cells, name) + 1, cell))


@dataclass
class Shapes:
    """The example's course, in which some students' work was taken in and graded."""

    assignment: Assignment
    collected: Collected
    result: ClassResult
    scores: dict[str, StudentScores] = field(default_factory=dict)

    def points(self, student: str) -> dict[str, float | None]:
        """Return a student's points by item."""
        return {name: item.score for name, item in self.scores[student].items.items()}


def folder_of(assignment: Assignment, student: str, uploads: Path) -> Path:
    """Return a folder with what a student was given."""
    folder = uploads / f"shapes_{student}"
    ignored = shutil.ignore_patterns("*.whl", "requirements.txt")
    shutil.copytree(assignment.release, folder, ignore=ignored)
    return folder


def write_uploads(assignment: Assignment, uploads: Path) -> None:
    """Write what the students upload: all, one notebook of two, a renamed one, a damaged one."""
    folders = {name: folder_of(assignment, name, uploads) for name in ("ada", "bob", "cyd", "dan")}
    for name in ("ada", "bob"):
        for module in load_bundle(assignment).student_files:
            shutil.copyfile(assignment.solution / module, folders[name] / module)
    write_answer(folders["ada"] / "plane.ipynb", "why_it_works", "The rest cancels.")
    write_answer(folders["ada"] / "solid.ipynb", "twice_as_large", "8 and 4 times.")
    write_below(folders["ada"] / "solid.ipynb", "own_solid", "My box: 2 × 3 × 4.")
    (folders["bob"] / "solid.ipynb").unlink()
    write_answer(folders["cyd"] / "plane.ipynb", "why_it_works", "I renamed it.")
    (folders["cyd"] / "plane.ipynb").rename(folders["cyd"] / "mine.ipynb")
    write_answer(folders["cyd"] / "solid.ipynb", "own_solid", "Written over the task itself.")
    (folders["dan"] / "solid.ipynb").write_text("{ broken", encoding="utf-8")


@pytest.fixture(scope="module")
def shapes(tmp_path_factory: pytest.TempPathFactory) -> Shapes:
    """The example `shapes`, released, with four students' work graded."""
    root = tmp_path_factory.mktemp("shapes")
    assignment = copy_example("shapes", root / "course")
    write_uploads(assignment, root / "uploads")
    collected = collect_all(assignment, sorted((root / "uploads").iterdir()), False)
    result = grade_class(assignment, [], 2, False, lambda *_: None)
    return Shapes(assignment, collected, result, read_scores(assignment))


def test_what_it_is_made_of(shapes: Shapes) -> None:
    """Its items are told in the notebooks' order, each with its notebook and kind."""
    items = shapes.assignment.items()
    assert shapes.assignment.notebook_names == ("plane", "solid")
    assert {item.notebook: item.name for item in items} == {
        "plane": "why_it_works",
        "solid": "twice_as_large",
    }
    kinds = {item.name: item.kind for item in items if item.kind is not ItemKind.CODE}
    assert kinds == {
        "why_it_works": ItemKind.ANSWER,
        "own_solid": ItemKind.TASK,
        "twice_as_large": ItemKind.ANSWER,
    }
    assert [item.name for item in items if item.bonus] == ["is_convex"]
    assert most_points(items) == 12


def test_the_release_has_what_students_work_in(shapes: Shapes) -> None:
    """Both notebooks and all modules are released, the mark scheme and the declaration are not."""
    released = {
        p.relative_to(shapes.assignment.release).as_posix(): p.read_text("utf-8")
        for p in shapes.assignment.release.rglob("*")
        if p.suffix != ".whl" and p.is_file()
    }
    assert {"plane.ipynb", "solid.ipynb", "geometry/solid/prism.py", "corners.py"} <= set(released)
    assert "assignment.toml" not in released
    assert not any("MARK SCHEME" in text or "np.roll" in text for text in released.values())


def test_what_was_taken_in(shapes: Shapes) -> None:
    """Each notebook is found, by name or by its cells; a missing or damaged one is told."""
    assert not shapes.collected.refused
    notes = {one.student: one.notes for one in shapes.collected.taken}
    assert sorted(notes) == ["ada", "bob", "cyd", "dan"]
    assert "mine.ipynb is taken as plane.ipynb" in notes["cyd"]
    assert "no solid.ipynb" in notes["bob"]
    assert any(note.startswith("solid.ipynb is damaged") for note in notes["dan"])


def test_points(shapes: Shapes) -> None:
    """Checks decide on code, also where its notebook is missing; a person on answers and tasks."""
    assert shapes.result.exit_code == 0, shapes.result.ungraded
    full = {"edges": 0.0, "perimeter": 1.5, "area": 3.0, "is_convex": 2.0}
    code = {**full, "volume": 1.0, "surface": 1.5}
    waits = {"why_it_works": None, "own_solid": None, "twice_as_large": None}
    assert shapes.points("ada") == code | waits
    assert shapes.scores["ada"].total == 9.0
    assert shapes.points("bob") == code | waits | {"why_it_works": 0.0, "twice_as_large": 0.0}
    nothing = dict.fromkeys(code, 0.0)
    assert shapes.points("cyd") == nothing | waits | {"twice_as_large": 0.0}
    assert shapes.points("dan") == nothing | waits | {"why_it_works": 0.0}


def test_nobody_is_forgotten(shapes: Shapes) -> None:
    """Who waits for a person is told by item, tasks included."""
    found = waiting(shapes.assignment)
    assert found.of("own_solid") == ["ada", "bob", "cyd", "dan"]
    assert found.of("why_it_works") == ["ada", "cyd"]
    assert found.of("twice_as_large") == ["ada", "dan"]


def test_what_was_written_over_a_task_is_kept(shapes: Shapes) -> None:
    """A task's own cell is restored; what a student wrote over it stands below, to be graded."""
    below = {}
    for student in ("ada", "cyd", "dan"):
        path = shapes.assignment.autograded(student) / "solid.ipynb"
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        place = place_of(cells, "own_solid")
        assert "A solid of your own" in "".join(cells[place]["source"])
        below[student] = "".join(cells[place + 1]["source"])
    assert below["cyd"] == "Written over the task itself."
    assert below["ada"] == "My box: 2 × 3 × 4."
    assert below["dan"].startswith("### Twice as large")


def test_feedback_of_each_notebook(shapes: Shapes) -> None:
    """Each page tells its own notebook's items and points, and those of the whole."""
    pages = {
        name: (shapes.assignment.feedback("ada") / f"{name}.html").read_text("utf-8")
        for name in shapes.assignment.notebook_names
    }
    assert "<b>6.5</b> of 6.5 points" in pages["plane"]
    assert "2 of 2 extra" in pages["plane"]
    assert "<b>2.5</b> of 5.5 points" in pages["solid"]
    for name, page in pages.items():
        assert f"<h1>Plane figures and solids, {name}: your feedback</h1>" in page
        assert f"<title>Plane figures and solids, {name}: feedback</title>" in page
        assert "Plane figures and solids altogether: 9 of 12" in page
    assert "Volume" not in pages["plane"].partition("<main>")[0]
    assert not list(shapes.assignment.feedback("ada").rglob("assignment.toml"))


def test_the_class(shapes: Shapes) -> None:
    """The class's report has the maximum without the bonus, which may be on top of it."""
    data = report_data(shapes.assignment, shapes.scores)
    assert data["points"] == "12"
    assert {"name": "is_convex", "points": "+2"} in data["items"]
    assert make_class_report(shapes.assignment).read_bytes().startswith(b"%PDF")


def test_nothing_is_graded_twice(shapes: Shapes) -> None:
    """What has not changed is kept, with its record."""
    again = grade_class(shapes.assignment, [], 1, False, lambda *_: None)
    assert again.kept == {"ada", "bob", "cyd", "dan"}


def test_the_kits_version_is_noted(
    shapes: Shapes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Reports, pages and the class's report tell it; reports of an older kit are told in a line."""
    version = gradekit.__version__
    page = (shapes.assignment.feedback("ada") / "plane.html").read_text("utf-8")
    assert f"Graded by gradekit {version}" in page
    assert f"by gradekit {version}" in report_data(shapes.assignment, shapes.scores)["subtitle"]
    root = tmp_path / "course"
    shutil.copytree(shapes.assignment.root, root)
    assignment = Course(root).assignment("shapes")
    report = load_report(assignment.report_file("ada"))
    assert report
    assert (report.kit_version, report.code) == (version, code_key())
    older = replace(report, key="another", kit_version="0.0.9", code="")
    save_report(assignment.report_file("ada"), older)
    result = grade_class(assignment, ["ada", "bob"], 1, False, lambda *_: None)
    assert (result.older_kits, result.kept) == ({"ada": "0.0.9"}, {"bob"})
    print_graded(assignment, result, 1.0)
    told = " ".join(capsys.readouterr().out.split())
    assert "1 of these had not changed and were graded again, because the code of gradekit" in told
    assert "(made by 0.0.9)" in told


def test_points_by_hand(shapes: Shapes, tmp_path: Path) -> None:
    """Points that a person gives for a task stay; they ask again where the work has changed."""
    root = tmp_path / "course"
    shutil.copytree(shapes.assignment.root, root)
    assignment = Course(root).assignment("shapes")
    with open_gradebook(root) as gradebook:
        grade = gradebook.find_grade("own_solid", "solid", "shapes", "ada")
        grade.manual_score, grade.needs_manual_grade = 1.5, False
        gradebook.db.commit()
    grade_class(assignment, ["ada"], 1, False, lambda *_: None)
    assert read_scores(assignment)["ada"].items["own_solid"].score == 1.5
    assert not waiting(assignment).changed["own_solid"]
    write_below(assignment.submission("ada") / "solid.ipynb", "own_solid", "And another box.")
    grade_class(assignment, ["ada"], 1, False, lambda *_: None)
    assert waiting(assignment).changed["own_solid"] == {"ada": 1.5}


def solve(assignment: Assignment, folder: Path) -> None:
    """Complete a student's folder with the source's own code and answers, and run the notebooks."""
    for module in load_bundle(assignment).student_files:
        shutil.copyfile(assignment.solution / module, folder / module)
    for name in assignment.notebook_names:
        solved = nbformat.read(assignment.source / f"{name}.ipynb", as_version=4)
        sources = {cell.metadata.get("nbgrader", {}).get("grade_id"): cell for cell in solved.cells}
        notebook = nbformat.read(folder / f"{name}.ipynb", as_version=4)
        for cell in notebook.cells:
            about = cell.metadata.get("nbgrader", {})
            if about.get("solution"):
                cell.source = solve_cell(sources[about["grade_id"]].source, name)
        NotebookClient(notebook, resources={"metadata": {"path": str(folder)}}).execute()
        nbformat.write(notebook, folder / f"{name}.ipynb")
    (folder / "own_solid.csv").write_text("x,y\n0,0\n3,0\n0,4\n")


PARTS = ["drawing", "why_it_works", "sizes", "own_measures", "twice_as_large"]


def test_submit_asks_for_what_is_declared(shapes: Shapes, tmp_path: Path) -> None:
    """The release lacks each part that is not optional; what is solved and run lacks none."""
    folder = folder_of(shapes.assignment, "eve", tmp_path)
    told = [line.partition(":")[0] for line in look(folder).missing]
    assert told == ["The pentagon", "Why it works", "Volume and surface", "Twice as large"]
    solve(shapes.assignment, folder)
    submission = look(folder)
    assert (submission.missing, submission.notes) == ((), ())
    assert [part.name for part in submission.parts] == PARTS


def test_what_submit_packs_is_taken_in_and_compared(shapes: Shapes, tmp_path: Path) -> None:
    """Its PDF has both written answers, and each part is the notebooks' once it is graded.

    A rule of the assignment's own is told at the student's and at staff's.
    """
    shutil.copytree(shapes.assignment.root, tmp_path / "course")
    assignment = Course(tmp_path / "course").assignment("shapes")
    folder = folder_of(assignment, "eve", tmp_path)
    solve(assignment, folder)
    packed = pack(look(folder), "eve", datetime(2026, 3, 4, tzinfo=UTC))
    assert {"plane.ipynb", "solid.ipynb", "own_solid.csv"} <= set(packed.sizes)
    assert "handin_rules.py" not in packed.sizes
    assert packed.pdf
    shown = "".join(page.extract_text() for page in PdfReader(packed.pdf).pages)
    assert shown.find("signed area") < shown.find("eight times as large")
    assert "signed area" in shown
    assert not collect_all(assignment, [packed.zip], False).refused
    assert grade_class(assignment, ["eve"], 1, False, lambda *_: None).exit_code == 0
    report = load_report(assignment.report_file("eve"))
    assert report
    assert [(one.part, one.state) for one in report.pdf] == [(p, PdfState.SAME) for p in PARTS]
    change(assignment.submission("eve") / "solid.ipynb", print_one_size)
    change(folder / "solid.ipynb", print_one_size)
    assert "Volume and surface: has not two numbers, but 1" in look(folder).missing[0]
    grade_class(assignment, ["eve"], 1, False, lambda *_: None)
    report = load_report(assignment.report_file("eve"))
    assert report
    assert "Volume and surface: has not two numbers, but 1" in [one.what for one in report.pdf]


def print_one_size(cells: list[Any]) -> None:
    """Have the cell of the sizes printed one of them."""
    output = cells[place_of(cells, "sizes")]["outputs"][0]
    output["text"] = "".join(output["text"]).splitlines()[0]


def test_the_same_by_nbgraders_own_commands(
    shapes: Shapes, tmp_path: Path, nbgrader: Callable[..., Any]
) -> None:
    """generate_assignment, autograde and generate_feedback give the same points and pages.

    A damaged notebook is refused there, and `gradekit grade` is named.
    """
    root = tmp_path / "course"
    for name in ("source", "tests", "submitted"):
        shutil.copytree(shapes.assignment.root / name, root / name)
    shutil.copyfile(shapes.assignment.root / "nbgrader_config.py", root / "nbgrader_config.py")
    released = nbgrader(root, "generate_assignment", "shapes")
    assert released.returncode == 0, released.stderr
    graded = nbgrader(root, "autograde", "shapes")
    assert "run `gradekit grade shapes dan`" in graded.stderr
    assert nbgrader(root, "generate_feedback", "shapes").returncode == 0
    assignment = Course(root).assignment("shapes")
    scores = read_scores(assignment)
    for student in ("ada", "bob", "cyd"):
        assert scores[student] == shapes.scores[student]
    assert waiting(assignment).of("own_solid") == ["ada", "bob", "cyd", "dan"]
    for name in assignment.notebook_names:
        pages = [a.feedback("ada") / f"{name}.html" for a in (assignment, shapes.assignment)]
        points = [page.read_text("utf-8").partition("</section>")[0] for page in pages]
        assert points[0] == points[1]


def test_tiny(tmp_path: Path) -> None:
    """The smallest example: who solves it has all points, who does not has none."""
    assignment = copy_example("tiny", tmp_path / "course")
    uploads = tmp_path / "uploads"
    for student, folder in (("ada", assignment.solution), ("bob", assignment.release)):
        shutil.copytree(assignment.release, uploads / f"tiny_{student}")
        shutil.copyfile(folder / "averages.py", uploads / f"tiny_{student}" / "averages.py")
    assert not collect_all(assignment, sorted(uploads.iterdir()), False).refused
    assert grade_class(assignment, [], 1, False, lambda *_: None).exit_code == 0
    assert {k: v.total for k, v in read_scores(assignment).items()} == {"ada": 3.0, "bob": 0.0}


def write_essay(root: Path) -> Assignment:
    """Write and release an assignment of written answers alone, in two notebooks alike."""
    written = "### BEGIN SOLUTION\nBecause of the numerous reasons given.\n### END SOLUTION"
    facts = {"grade": True, "solution": True, "points": 1.5}
    for name in ("one", "two"):
        cells = [
            new_markdown_cell(f"# {name}", id="title"),
            new_markdown_cell("### Why (1.5 points)", id="question"),
            nbgrader_cell(new_markdown_cell(written), "why", **facts),
        ]
        path = root / "source" / "essay" / f"{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(new_notebook(cells=cells), path)
    shutil.copyfile(EXAMPLES / "tiny" / "nbgrader_config.py", root / "nbgrader_config.py")
    assignment = Course(root).assignment("essay")
    make_release(assignment)
    return assignment


def test_written_answers_alone(tmp_path: Path) -> None:
    """No checks, no modules, one name in both notebooks: released, taken in, graded by hand."""
    assignment = write_essay(tmp_path / "course")
    uploads = tmp_path / "uploads"
    for student in ("ada", "bob"):
        ignored = shutil.ignore_patterns("*.whl", "requirements.txt")
        shutil.copytree(assignment.release, uploads / f"essay_{student}", ignore=ignored)
    write_answer(uploads / "essay_ada" / "one.ipynb", "why", "It is so.")
    assert not collect_all(assignment, sorted(uploads.iterdir()), False).refused
    assert grade_class(assignment, [], 1, False, lambda *_: None).exit_code == 0
    with open_gradebook(assignment.root) as gradebook:
        grade = gradebook.find_grade("why", "one", "essay", "ada")
        assert grade.needs_manual_grade
        grade.manual_score, grade.needs_manual_grade = 1.25, False
        gradebook.db.commit()
    grade_class(assignment, ["ada"], 1, False, lambda *_: None)
    scores = read_scores(assignment)
    assert {name: item.score for name, item in scores["ada"].items.items()} == {
        "one.why": 1.25,
        "two.why": 0.0,
    }
    assert scores["bob"].total == 0.0
    assert not any(waiting(assignment).changed.values())
    with pytest.raises(NoChecks, match="released without checks"):
        run_checks(uploads / "essay_ada")
