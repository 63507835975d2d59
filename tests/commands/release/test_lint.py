"""Lint tells all mistakes of an author at once, each with its place and what to do."""

import re
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell
from tiny_course import CHECKS, nbgrader_cell

from gradekit.checks.carry_forward import Rules
from gradekit.course import Assignment
from gradekit.grading.bundle import load_bundle
from gradekit.lint.constant_answers import passed_by_constants
from gradekit.lint.files import unwanted_files
from gradekit.lint.findings import lint
from gradekit.lint.source_text import knowing_probes, left_solved
from gradekit.release.leaks import leaks_to_come
from gradekit.release.secret_lines import lines_given_too
from gradekit.solution.constant_answers import exceptions_raised, with_constants

pytestmark = pytest.mark.one_in(2)

Run = Callable[..., tuple[int, str, str]]


def change(path: Path, old: str, new: str) -> None:
    """Put other text into a file, which must have the old one."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def line_of(path: Path, text: str) -> int:
    """Return the number of the last line of a file that holds a text."""
    lines = path.read_text(encoding="utf-8").split("\n")
    return max(number for number, line in enumerate(lines, start=1) if text in line)


def add_cells(assignment: Assignment, *cells: nbformat.NotebookNode) -> None:
    """Add cells to an assignment's notebook."""
    notebook = nbformat.read(assignment.notebook, as_version=4)
    notebook.cells += cells
    nbformat.write(notebook, assignment.notebook)


def assert_told(lines: tuple[str, ...], *patterns: str) -> None:
    """Hold that each pattern is told in a line of its own, and nothing else."""
    for pattern in patterns:
        assert [line for line in lines if re.search(pattern, line)], (pattern, lines)
    assert len(lines) == len(patterns), lines


@pytest.mark.slow
def test_a_good_source_has_nothing_to_tell(tiny: Assignment) -> None:
    """Only that a visible check which asserts nothing passes whatever functions return."""
    assert lint(tiny).stopping == ()
    assert lint(tiny).untried is False


def test_all_that_keeps_a_source_from_being_cut_is_told_at_once(tiny: Assignment) -> None:
    """Markers, names, points, parts: each with file and line; checks are not tried."""
    thing = tiny.source / "lib" / "thing.py"
    change(thing, "        ### END SOLUTION\n        return doubled", "        return doubled")
    change(thing, "        ### STUB dx = None", "        dx = 1  ### BEGIN SOLUTION")
    again = nbgrader_cell(new_code_cell("pass"), "double", grade=True, points=1, locked=True)
    again.id = "again"
    add_cells(
        tiny,
        again,
        nbgrader_cell(new_code_cell("pass"), "two words", locked=True),
        nbgrader_cell(new_code_cell("### BEGIN HIDDEN TESTS\nassert 1"), "more", locked=True),
        nbgrader_cell(new_code_cell("pass"), "many", grade=True, points="ten", locked=True),
    )
    (tiny.source / "assignment.toml").write_text('[[part]]\nname = "lost"\nkind = "printed"\n')
    (tiny.source / ".env").write_text("TOKEN=1\n")
    found = lint(tiny)
    assert found.untried
    assert_told(
        found.stopping,
        r"thing\.py:\d+: nested region",
        r"thing\.py:\d+: a marker must stand alone",
        r"cell 12: 'two words' cannot be a cell's name",
        r"cell 13:1: BEGIN HIDDEN TESTS without END",
        r"cell 13:1: BEGIN HIDDEN TESTS in a cell that is not for it",
        r"cell 14: item many has 'ten' points",
        r"more than one item is named double",
        r"assignment\.toml:2: the first \[\[part\]\]: name: no cell is called 'lost'",
    )
    assert_told(found.others, r"\.env: may hold passwords")


def test_a_release_stops_at_the_first_and_says_how_many_more(
    tiny: Assignment, gradekit: Run
) -> None:
    """Lint then tells all, under what they do to a release, with exit code 1."""
    change(tiny.notebook, "(3 points)", "(4 points)")
    change(tiny.notebook, "(1 point)", "(2 points)")
    code, _, said = gradekit(tiny.root, "release", "tiny")
    assert code == 1
    assert "(and 1 more: see `gradekit lint tiny`)" in " ".join("".join(said).split())
    code, _, said = gradekit(tiny.root, "lint", "tiny")
    assert code == 1
    told = " ".join("".join(said).split())
    assert "A release would stop at:" in told
    assert "the heading 'Doubling' says 4" in told
    assert "the heading 'Slope' says 2" in told
    assert "The checks were not tried" in told


def test_checks_and_items_are_held_against_each_other(tiny: Assignment) -> None:
    """A misspelt name is told with the one that it is like, beside an item without a check."""
    change(tiny.graders / "test_thing.py", 'item("slope")', 'item("slop")')
    assert_told(
        lint(tiny).stopping,
        r"no check names these items: slope",
        r"test_thing\.py: test_numerical: no .* is called slop \(is slope meant\?\)",
    )


def test_points_unlike_the_heading_hide_nothing_else(tiny: Assignment) -> None:
    """A fault of the notebook and those of checks and lines are told in one list."""
    change(tiny.notebooks[0], "(3 points)", "(4 points)")
    change(tiny.graders / "test_thing.py", 'item("slope")', 'item("slop")')
    assert_told(
        lint(tiny).stopping,
        r"the heading '.*' says 4",
        r"is called slop ",
        r"no check names these items: slope",
    )


def test_lines_of_a_solution_that_would_be_released(tiny: Assignment) -> None:
    """In a README, in another cell and in a data file; what is cut out is none of them."""
    line = "doubled = self.meta + np.multiply(self.meta, 1.0)"
    (tiny.source / "README.md").write_text(f"Hint: {line}\n")
    (tiny.source / "data" / "more.txt").write_text(f"{line}\n")
    add_cells(tiny, new_code_cell(f"class Other:\n    def f(self):\n        {line}"))
    found = lint(tiny)
    assert len(found.stopping) == 3
    assert all("a line of a solution stands in the release too" in one for one in found.stopping)


def test_one_line_that_a_module_of_staffs_has_too_is_told(tiny: Assignment) -> None:
    """Of several lines of a cell's solution it stops no release; all, or two of them, do."""
    lines = ["table = np.loadtxt('data/temperatures.csv')", "averages = table.mean(axis=0) + 0.0"]
    helper, in_region = tiny.source / "helper.py", "### BEGIN SOLUTION\n{}\n### END SOLUTION".format
    cell = nbgrader_cell(new_code_cell(in_region("\n".join(lines))), "read", solution=True)
    add_cells(tiny, cell)
    helper.write_text(f"def f():\n    {lines[0]}\n    return table\n")
    assert list(leaks_to_come(tiny)) == []
    assert_told(tuple(lines_given_too(tiny)), "this line of a solution stands in a module")
    helper.write_text("\n".join(lines))
    assert len(list(leaks_to_come(tiny))) == len(lines)
    helper.write_text(f"{lines[0]}\n")
    add_cells(tiny, nbgrader_cell(new_code_cell(in_region(lines[0])), "again", solution=True))
    assert len(list(leaks_to_come(tiny))) == 1


def test_lines_that_cells_have_too_are_told(tiny: Assignment) -> None:
    """Data that is read again, and a test that draws the same, stop no release; copies do."""
    lines = [
        "table = np.loadtxt('data/temperatures.csv')",
        "drawn = rng.integers(1, 7, size=10_000)",
        "averages = table.mean(axis=0) + drawn.mean()",
    ]
    region = "\n".join(["### BEGIN SOLUTION", *lines, "### END SOLUTION"])
    cell = nbgrader_cell(new_code_cell(region), "read", solution=True)
    again = new_code_cell(f"{lines[0]}\nexpected_{lines[1]}")
    add_cells(tiny, cell, again)
    assert list(leaks_to_come(tiny)) == []
    given = "this line of a solution stands in a cell that students get, too: "
    assert_told(tuple(lines_given_too(tiny)), given + ".table", given + ".drawn")
    add_cells(tiny, new_code_cell(lines[2]))
    assert len(list(leaks_to_come(tiny))) == len(lines)


def test_a_module_may_begin_with_a_byte_order_mark(tiny: Assignment) -> None:
    """As editors on Windows write it: it is a module as ever, and what is no Python is told."""
    helper = tiny.source / "helper.py"
    helper.write_bytes(b"\xef\xbb\xbfHELP = 1\r\n")
    assert (helper in tiny.modules, tiny.no_python) == (True, [])
    helper.write_bytes(b"print 'help'\n")
    assert (helper in tiny.modules, tiny.no_python) == (False, [helper])


@pytest.mark.slow
def test_checks_that_cannot_be_right_are_told_each(tiny: Assignment) -> None:
    """Every check that fails the reference or passes the blank release, not the first only."""
    wrong = '\n\n@pytest.mark.item("slope")\ndef test_{0}(student):\n    """{0}."""\n    {1}\n'
    text = CHECKS + wrong.format("never", "assert False") + wrong.format("always", "assert True")
    (tiny.graders / "test_thing.py").write_text(text)
    told = "\n".join(lint(tiny).stopping)
    assert "test_never" in told
    assert "test_always" in told


def test_what_may_be_released_solved(tiny: Assignment) -> None:
    """A TODO without a region, a stub that breaks the import, a checked function of no region."""
    thing = tiny.source / "lib" / "thing.py"
    thing.write_text(
        thing.read_text()
        + "\n\ndef halved(x):\n    # TODO: halve x.\n    return x / 2\n"
        + "\n\n### BEGIN SOLUTION\nLIMIT = 12.5\n### END SOLUTION\n"
    )
    told = tuple(left_solved(tiny, {"test_thing::test_halved": Rules(of=("halved",))}))
    assert_told(
        told,
        rf"thing\.py:{line_of(thing, 'TODO')}: says what is to do, and no ### BEGIN",
        rf"thing\.py:{line_of(thing, 'BEGIN')}: a region at the level of the module",
        r"test_thing::test_halved is of halved, which has no ### BEGIN SOLUTION",
    )


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("wanted = [2.0, 4.5, 8.0, 1.0]", "holds a list of numbers"),
        ("close = 0.73105857", "holds 0.73105857"),
        ("assert np.allclose(x, 2)", "compares, with allclose"),
        ("assert x is None", "asserts something"),
        ("return {'ok': x == 2}", "compares, and gives"),
    ],
)
def test_probes_that_know_what_is_expected(tiny: Assignment, line: str, told: str) -> None:
    """Student code runs beside a probe: numbers and comparisons in it are told, with the line."""
    path = tiny.graders / "probes.py"
    path.write_text(path.read_text() + f"\n\ndef knowing(x):\n    {line}\n    return {{}}\n")
    place = f"probes.py:{line_of(path, line)}: "
    assert any(told in one and place in one for one in knowing_probes(tiny))


@pytest.mark.parametrize("line", ["shape = (2, 3, 4, 5)", "rate = 0.001", "n = [0, 2, 4, 6, 8]"])
def test_sizes_in_a_probe_are_no_answers(tiny: Assignment, line: str) -> None:
    """Shapes, rates and even steps are what probes need."""
    path = tiny.graders / "probes.py"
    path.write_text(path.read_text() + f"\n\ndef sized(x):\n    {line}\n    return {{}}\n")
    assert not list(knowing_probes(tiny))


@pytest.mark.parametrize(
    "name",
    [
        *(".env", "notes.md", "lib/thing_solution.txt", "deploy.key", "data/words.txt~"),
        *("TODO.txt", "gradebook.db", ".DS_Store", ".git/config", "thing.py.bak"),
    ],
)
def test_files_that_should_not_go_out(tiny: Assignment, name: str) -> None:
    """Each is one line that says what it looks like; a hidden folder is told once."""
    path = tiny.source / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("x")
    path.with_name(f"{path.name}-2.bak").write_text("x")
    told = list(unwanted_files(tiny))
    assert len(told) == (1 if name.startswith(".git/") else 2)
    assert all("would be released: move it out of the source" in one for one in told)


def test_files_of_an_assignment_are_not_told(tiny: Assignment) -> None:
    """Its own data, and what nbgrader leaves out anyway."""
    for name in (".ipynb_checkpoints/tiny.ipynb", "lib/__pycache__/thing.pyc", ".gitkeep"):
        (tiny.source / name).parent.mkdir(exist_ok=True)
        (tiny.source / name).write_text("x")
    assert list(unwanted_files(tiny)) == []


@pytest.mark.slow
def test_a_package_that_workers_do_not_have_is_told(tiny: Assignment) -> None:
    """With the module that imports it, and what to write into assignment.toml."""
    change(
        tiny.source / "lib" / "helper.py", "import numpy as np", "import numpy as np\nimport rich"
    )
    told = " ".join(lint(tiny).others)
    assert "helper.py: imports rich" in told
    assert "add it to `[grading] packages`" in told


def test_points_for_a_constant_are_told(tiny: Assignment) -> None:
    """Where a function that computes nothing earns half of an item."""
    weak = """\
import pytest


@pytest.mark.item("slope")
def test_weak(student):
    \"\"\"Something comes back.\"\"\"
    student.ask("slope", x=[1.0], dout=[1.0])
"""
    (tiny.graders / "test_weak.py").write_text(weak)
    change(tiny.graders / "test_thing.py", 'item("slope")', 'item("double")')
    (told,) = passed_by_constants(tiny, load_bundle(tiny))
    assert re.search(r"test_weak\.py: slope: 1 of 1 points are earned by .*`return 0`", told)


def test_points_for_an_exception_are_told(tiny: Assignment) -> None:
    """Where a function that always raises what the solution raises earns an item."""
    change(
        tiny.source / "lib" / "thing.py",
        "self.meta = floats(x)\n",
        "self.meta = floats(x)\n        if not self.meta.size:\n            raise ValueError\n",
    )
    weak = """\
import pytest


@pytest.mark.item("slope")
def test_weak(student):
    \"\"\"Nothing cannot be doubled.\"\"\"
    with pytest.raises(ValueError):
        student.lib.thing.Doubler().forward([])
"""
    (tiny.graders / "test_weak.py").write_text(weak)
    change(tiny.graders / "test_thing.py", 'item("slope")', 'item("double")')
    (told,) = passed_by_constants(tiny, load_bundle(tiny))
    assert re.search(r"slope: 1 of 1 points are earned by .*`raise ValueError`: ", told)


def test_exceptions_of_a_solution() -> None:
    """Python's own ones are tried, and no stub."""
    text = "def f(x):\n    if x:\n        raise ValueError('no')\n    raise NotImplementedError\n"
    assert exceptions_raised([text, "raise KeyError\nraise Own()\nraise"]) == (
        "raise ValueError",
        "raise KeyError",
    )
    made = with_constants(
        "def g():\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION\n",
        "g",
        "raise KeyError",
    )
    assert made == "def g():\n    raise KeyError\n"


def test_constant_answers() -> None:
    """Functions with a region return the constant, constructors do nothing, the rest stays."""
    text = """\
import math

def kept(x):
    return math.sqrt(x)

class Layer:
    def __init__(self):
        ### BEGIN SOLUTION
        self.rate = 2
        ### END SOLUTION

    def forward(self, x):
        ### BEGIN SOLUTION
        y = kept(x)
        ### END SOLUTION
        return y

### BEGIN SOLUTION
LIMIT = kept(3)
### END SOLUTION
"""
    names: dict[str, object] = {}
    exec(with_constants(text, "m.py", "True"), names)
    layer = names["Layer"]()  # type: ignore[operator]
    assert not vars(layer)
    assert layer.forward(9) is True
    assert names["LIMIT"] is True
    assert names["kept"](9) == 3  # type: ignore[operator]


@pytest.mark.slow
def test_a_visible_check_that_is_no_python_is_told_by_its_line(tiny: Assignment) -> None:
    """Not by the name of a file that Jupyter made up for the cell."""
    change(tiny.notebook, "assert Doubler().backward(1) == 2", "assert Doubler( == 2")
    told = "\n".join(lint(tiny).stopping)
    assert "slope does not pass on the solution: SyntaxError" in told
    assert "(cell, line 1)" in told


def test_what_cannot_be_read_hides_nothing_else(tiny: Assignment) -> None:
    """Beside a marker that does not pair, and two items of one name, all else is told as well."""
    thing, other = tiny.source / "lib" / "thing.py", tiny.source / "lib" / "other.py"
    change(thing, "        ### END SOLUTION\n        return doubled", "        return doubled")
    line = "squares = [number * number for number in range(3, 17)]"
    other.write_text(
        f"import nowhere\n\n\ndef f():\n    ### BEGIN SOLUTION\n    {line}\n    ### END SOLUTION\n"
        "\n\n# TODO: write this\ndef g():\n    return 1\n"
    )
    (tiny.source / "notes.md").write_text(f"{line}\n")
    again = nbgrader_cell(new_code_cell("pass"), "double", grade=True, points=1, locked=True)
    again.id = "again"
    more = nbgrader_cell(new_code_cell("pass"), "more", grade=True, points=1, locked=True)
    add_cells(tiny, again, more)
    change(tiny.graders / "test_thing.py", 'item("slope")', 'item("slop")')
    found = lint(tiny)
    assert_told(
        found.stopping,
        r"thing\.py:\d+: nested region|thing\.py:\d+: ### BEGIN SOLUTION without",
        r"more than one item is named double",
        r"no automatic item of the notebooks is called slop",
        r"no check names these items: more, slope",
        r"other\.py:6.* stands in the release",
    )
    assert_told(
        found.others,
        r"other\.py: imports nowhere",
        r"other\.py:10: says what is to do",
        r"notes\.md",
    )


def test_checks_that_cannot_be_read_hide_nothing_else(tiny: Assignment) -> None:
    """A file of checks that is no Python is told beside what the source itself has wrong.

    What stands in a region is no part of that.
    """
    (tiny.graders / "test_more.py").write_text("def test_more(:\n")
    (tiny.source / "lib" / "other.py").write_text("import nowhere\n# TODO: write this\nx = 1\n")
    change(tiny.source / "lib" / "thing.py", "        ### STUB dx = None", "        # TODO: dx")
    change(tiny.notebook, "(1 point)", "(2 points)")
    found = lint(tiny)
    assert_told(found.stopping, r"the heading 'Slope' says 2", r"test_more\.py")
    assert_told(found.others, r"other\.py: imports nowhere")
