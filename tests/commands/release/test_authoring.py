"""New courses and assignments pass everything as they are, and write over nothing."""

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest

from gradekit.assignment.code_cells.cells import source_cells
from gradekit.assignment.spec import keys, parse_spec
from gradekit.authoring.assignment import assignment_files
from gradekit.authoring.course import course_files
from gradekit.authoring.declaration import FIGURE, declaration
from gradekit.authoring.new_files import write_new
from gradekit.authoring.notebooks import Code
from gradekit.cli.app import EXIT_DONE, EXIT_USAGE
from gradekit.course import Course
from gradekit.errors import UsageError
from gradekit.gradebook.store.scores import read_scores
from gradekit.release.build import source_faults
from gradekit.verification.cell_answers import cells_with_tests

pytestmark = pytest.mark.one_in(3)

Command = Callable[..., tuple[int, str, str]]
CODES: list[Code] = ["cells", "modules", "written"]


@pytest.mark.slow
def test_a_new_course_is_released_as_it_is(tmp_path: Path, gradekit: Command) -> None:
    """Two commands: no solution, no hidden test and no part's name for staff goes out."""
    code, out, err = gradekit(tmp_path, "new", "course", "my-course")
    assert (code, err) == (EXIT_DONE, "")
    assert "source/first/first.ipynb" in out
    assert "gradekit release first" in out
    code, out, err = gradekit(tmp_path / "my-course", "release", "first")
    assert (code, err) == (EXIT_DONE, ""), out
    text = (tmp_path / "my-course/release/first/first.ipynb").read_text("utf-8")
    assert "SOLUTION" not in text
    assert "HIDDEN" not in text
    assert "total" not in text


@pytest.mark.slow
@pytest.mark.parametrize("code", CODES)
def test_a_new_assignment_is_released_and_graded(
    tmp_path: Path, gradekit: Command, code: Code
) -> None:
    """The solved one gets all points that are not given by hand, the blank one none."""
    write_new(tmp_path, course_files("course"))
    kind = ["--written"] if code == "written" else ["--code", code]
    assert gradekit(tmp_path, "new", "assignment", "problem_1", *kind)[0] == EXIT_DONE
    ended = gradekit(tmp_path, "release", "problem_1")
    assert ended[0] == EXIT_DONE, ended
    assignment = Course(tmp_path).assignment("problem_1")
    for student in ("solved", "blank"):
        folder = assignment.submission(student)
        folder.mkdir(parents=True)
        for path in assignment.release.rglob("*"):
            if path.suffix in (".py", ".ipynb"):
                (folder / path.name).write_bytes(path.read_bytes())
    solve(
        assignment.source / "problem_1.ipynb", assignment.submission("solved") / "problem_1.ipynb"
    )
    for path in assignment.solution.glob("*.py"):
        (assignment.submission("solved") / path.name).write_bytes(path.read_bytes())
    gradekit(tmp_path, "grade", "problem_1")
    scores = read_scores(assignment)
    earned = {name: scores[name].items.get("running_mean") for name in ("solved", "blank")}
    if code == "written":
        assert set(earned.values()) == {None}
        return
    assert earned["solved"]
    assert earned["blank"]
    assert (earned["solved"].score, earned["blank"].score) == (2, 0)


def solve(source: Path, submitted: Path) -> None:
    """Put the source's solution into the cells of a hand-in that students write."""
    solved = {cell.id: cell for cell in nbformat.read(source, as_version=4).cells}
    notebook = nbformat.read(submitted, as_version=4)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            lines = solved[cell.id].source.splitlines()
            cell.source = "\n".join(line for line in lines if "###" not in line)
    nbformat.write(notebook, submitted)


MODULE = '''\
"""Small things."""

import numpy as np


def scaled(numbers, factor):
    """Return some numbers, each times a factor.

    >>> scaled(np.array([1.0, 3.0]), 2.5)
    array([2.5, 7.5])
    >>> scaled(np.array([]), 2.0)
    Traceback (most recent call last):
    ValueError: no numbers
    """
    if not len(numbers):
        raise ValueError("no numbers")
    return numbers * factor
'''


@pytest.mark.slow
def test_an_assignment_from_a_module_passes_as_it_is(tmp_path: Path, gradekit: Command) -> None:
    """Released and verified, with all mutants caught; a wrong name of a file is one line."""
    write_new(tmp_path, course_files("course"))
    (tmp_path / "things.py").write_text(MODULE)
    given = ["new", "assignment", "ps1", "--code", "cells", "--points", "3", "--from"]
    told = gradekit(tmp_path, *given, str(tmp_path / "other.py"))
    assert (told[0], "other.py cannot be read" in told[2]) == (EXIT_USAGE, True)
    assert gradekit(tmp_path, *given, str(tmp_path / "things.py"))[0] == EXIT_DONE
    again = gradekit(tmp_path, *given, str(tmp_path / "things.py"))
    assert (again[0], "is there already" in again[2]) == (EXIT_USAGE, True)
    for command in ("release", "verify"):
        ended = gradekit(tmp_path, command, "ps1")
        assert ended[0] == EXIT_DONE, ended
    released = [path.read_text() for path in (tmp_path / "release/ps1").glob("[!g]*")]
    assert not any("numbers *" in text for text in released)


def test_what_is_to_be_completed_stops_a_release(tmp_path: Path, gradekit: Command) -> None:
    """Lint tells each place, also of a check that is there for no example."""
    write_new(tmp_path, course_files("course"))
    (tmp_path / "things.py").write_text('def thing(x):\n    """Doc."""\n    return x\n')
    made = gradekit(tmp_path, "new", "assignment", "ps1", "--from", str(tmp_path / "things.py"))
    assert "to be completed: thing." in made[1]
    faults = [str(one) for one in source_faults(Course(tmp_path).assignment("ps1"))]
    assert [fault.partition(": is to be")[0][-9:] for fault in faults] == ["nb cell 3", "ngs.py:11"]


@pytest.mark.parametrize("there", ["source/ps1/a.ipynb", "tests/graders/ps1/test_a.py"])
def test_an_assignment_s_name_is_taken(tmp_path: Path, gradekit: Command, there: str) -> None:
    """Whatever its notebook and its checks are called; nothing is put beside them."""
    write_new(tmp_path, {**course_files("course"), there: ""})
    code, out, err = gradekit(tmp_path, "new", "assignment", "ps1")
    assert (code, out) == (EXIT_USAGE, "")
    assert "ps1 is an assignment; take another name" in err
    assert not (tmp_path / "source/ps1/ps1.ipynb").exists()


@pytest.mark.parametrize(
    "options", [["--points", "3"], ["--from", "a.py", "--written"]], ids=["points", "written"]
)
def test_options_that_do_not_go_together_are_refused(
    tmp_path: Path, gradekit: Command, options: list[str]
) -> None:
    """In one line that says what they are for."""
    write_new(tmp_path, course_files("course"))
    code, out, err = gradekit(tmp_path, "new", "assignment", "ps1", *options)
    assert (code, out) == (EXIT_USAGE, "")
    assert "--from FILE.py" in err


@pytest.mark.parametrize("code", CODES)
def test_files_are_as_they_should_be(code: Code) -> None:
    """The notebook is valid, the declaration is read, and the same call gives the same files."""
    files = assignment_files("problem_1", code)
    notebook = nbformat.reads(files["source/problem_1/problem_1.ipynb"], as_version=4)
    nbformat.validate(notebook)
    spec = parse_spec(files["source/problem_1/assignment.toml"].encode())
    assert spec.title == "Problem 1"
    assert [part.name for part in spec.parts] == ["plot", "explanation"][code == "written" :]
    assert files == assignment_files("problem_1", code)


def test_each_key_may_be_taken_out_of_its_comment() -> None:
    """Every key is there, belongs to its own table, and its default is taken for what it is."""
    lines = declaration("T", FIGURE).splitlines()
    found = set()
    for number, line in enumerate(lines):
        if not line.startswith("# ") or " = " not in line or "[[" in line:
            continue
        table = next((one for one in lines[number::-1] if one.startswith(("# [", "["))), "")
        text = "\n".join([*lines[:number], line[2:], *lines[number + 1 :]])
        name = line[2:].partition(" ")[0]
        found.add((table.strip("# []"), name))
        if table.startswith("# ["):
            text = "\n".join([table[2:], line[2:]])
        below = table.strip("# []") if table.startswith("# [") else ""
        read = tomllib.loads(text)
        inside = read[below] if below else read
        assert name in (inside[0] if isinstance(inside, list) else inside)
        if table != "# [[part]]":
            parse_spec(text.encode())
    declared = {(key.table.strip("[]"), key.name) for key in keys()} - {("", "title")}
    assert found == declared


@pytest.mark.parametrize("name", ["source/first/first.ipynb", "nbgrader_config.py", "source"])
def test_nothing_is_written_over(tmp_path: Path, gradekit: Command, name: str) -> None:
    """One file that is there, or a file where a folder should be, and nothing at all is written."""
    there = tmp_path / "course" / name
    there.parent.mkdir(parents=True)
    there.write_text("mine")
    code, out, err = gradekit(tmp_path, "new", "course", "course")
    assert (code, out) == (EXIT_USAGE, "")
    assert f"{name} is there already" in err
    assert [path for path in (tmp_path / "course").rglob("*") if path.is_file()] == [there]
    assert there.read_text() == "mine"


def test_a_dangling_link_is_not_written_through(tmp_path: Path) -> None:
    """A link to nothing is something that is there."""
    (tmp_path / "a.txt").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="is there already"):
        write_new(tmp_path, {"a.txt": "text"})


@pytest.mark.parametrize("name", ["../out", "a/b", "", ".hidden", "x" * 300])
def test_a_name_that_can_be_none_is_refused(tmp_path: Path, gradekit: Command, name: str) -> None:
    """An assignment is a folder of the course, and of no other place."""
    write_new(tmp_path, course_files("course"))
    code, _, err = gradekit(tmp_path, "new", "assignment", name)
    assert code == EXIT_USAGE
    assert "cannot be a name" in err


def test_an_assignment_needs_a_course(tmp_path: Path, gradekit: Command) -> None:
    """In a folder that is no course, one line says what to do, and nothing is written."""
    code, _, err = gradekit(tmp_path, "new", "assignment", "problem_1")
    assert code != EXIT_DONE
    assert "nbgrader_config.py is not there" in err
    assert list(tmp_path.iterdir()) == []


def test_mutants_are_of_cells_that_a_test_can_tell_of() -> None:
    """A new assignment's plot stands below its tests and binds nothing: no test is held to it."""
    text = assignment_files("problem_1", "cells")["source/problem_1/problem_1.ipynb"]
    cells = tuple(source_cells(json.loads(text)))
    first = SimpleNamespace(notebooks={"problem_1": cells})
    assert [one.cell.name for one in cells_with_tests(first)] == ["running_mean_code"]  # type: ignore[arg-type]
    turned = SimpleNamespace(notebooks={"problem_1": cells[-3:] + cells[:-3]})
    tested = [one.cell.name for one in cells_with_tests(turned)]  # type: ignore[arg-type]
    assert tested == ["running_mean_code"]


@pytest.mark.parametrize(
    ("name", "module"),
    [
        ("geometry", "geometry"),
        ("week-1", "week_1"),
        ("1st", "code_1st"),
        ("statistics", "statistics_code"),
    ],
)
def test_the_module_is_called_as_the_assignment(name: str, module: str) -> None:
    """Where Python could not import it, or would import another, its name says code as well."""
    files = assignment_files(name, "modules")
    checks = files[f"tests/graders/{name}/test_{module}.py"]
    assert "def running_mean(" in files[f"source/{name}/{module}.py"]
    assert f"student.{module}.running_mean" in checks
    assert f"from {module} import running_mean" in files[f"source/{name}/{name}.ipynb"]
