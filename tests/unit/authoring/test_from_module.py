"""An assignment from a solved module: what is read of it, and what is made."""

import ast
import json
from pathlib import Path

import pytest

from gradekit.assignment.spec import parse_spec
from gradekit.authoring.from_module.annotations import given_by_annotations
from gradekit.authoring.from_module.doctests import read_examples, visible_lines
from gradekit.authoring.from_module.files import FromModule, files_from_module
from gradekit.authoring.from_module.reading import read_module
from gradekit.errors import UsageError
from gradekit.solution.regions import cut, region_faults, solve

MEANS = '''\
"""Means of numbers."""

import math
import numpy as np


# tells how
def _total(numbers):
    return sum(numbers)


def _shown(number):
    return f"{number:.1f}"


def table(numbers):
    return [_shown(one) for one in numbers]


def mean(numbers, kind="plain"):
    """Return the mean of some numbers.

    Raises ValueError where there are none.

    >>> mean([1, 2, 4.5])
    2.5
    >>> mean([4, 4], "plain")
    4.0
    >>> mean([])
    Traceback (most recent call last):
    ValueError: no numbers
    """

    # one pass is enough
    if not numbers:
        raise ValueError("no numbers")
    return _total(numbers) / len(numbers)
    # never here


def spread(numbers: list[float]) -> float:
    """Return the root of the mean square distance from the mean."""
    middle = mean(numbers)
    return math.sqrt(mean([(one - middle) ** 2 for one in numbers]))


def mystery(thing):
    """Return what nobody has shown."""
    return thing


class Counter:
    """Counts.

    >>> counter = Counter(3)
    >>> counter.add(2)
    >>> counter.count
    5
    """

    start = 0

    def __init__(self, count): self.count = count

    def add(self, more):
        # twice as much is wrong
        self.count += more

    def reset(self):
        """Begin again."""
        raise NotImplementedError


if __name__ == "__main__":
    print(mean([1, 2]))
'''


def made_of(tmp_path: Path, text: str, name: str = "means.py", **options: object) -> FromModule:
    """Return what is made of a module of some text."""
    path = tmp_path / name
    path.write_text(text)
    given = {"code": "modules", **options}
    return files_from_module("week_1", path, **given)  # type: ignore[arg-type]


def cells_of(made: FromModule) -> dict[str, str]:
    """Return the named cells of a notebook that was made."""
    cells = json.loads(made.files["source/week_1/week_1.ipynb"])["cells"]
    named = [(one["metadata"].get("nbgrader", {}).get("grade_id"), one["source"]) for one in cells]
    return {name: "".join(text) for name, text in named if name}


def test_the_module_is_the_same_but_for_markers(tmp_path: Path) -> None:
    """Students get heads, docstrings, imports and what is given; what only solutions use goes."""
    text = made_of(tmp_path, MEANS).files["source/week_1/means.py"]
    assert not region_faults(text, "means.py")
    given = cut(text, "means.py")
    for kept in ("import math", "def _shown", "def table", ">>> mean([])", "start = 0"):
        assert kept in given
    for gone in ("_total", "tells how", "one pass", "never here", "twice as much", "math.sqrt"):
        assert gone not in given
    left = MEANS.partition("\n\nif __name__")[0]
    solved = ast.dump(ast.parse(solve(text, "means.py")))
    assert solved == ast.dump(ast.parse(left))
    ast.parse(given)


def test_a_visible_check_is_the_examples(tmp_path: Path) -> None:
    """Values are held up to rounding, exceptions expected, and each cell has its own imports."""
    cells = cells_of(made_of(tmp_path, MEANS))
    assert cells["mean"].startswith("from means import mean\n\nassert abs(mean([1, 2, 4.5]) - 2.5)")
    assert "except ValueError:\n    pass\nelse:" in cells["mean"]
    assert cells["Counter"].endswith("counter.add(2)\nassert counter.count == 5")
    assert "isinstance(spread([1.5, 0.5, 2.5]), float)" in cells["spread"]


def test_a_hidden_check_asks_with_other_values(tmp_path: Path) -> None:
    """Examples of one way of asking are one check; words that choose a way stay."""
    made = made_of(tmp_path, MEANS)
    checks = made.files["tests/graders/week_1/test_means.py"]
    ast.parse(checks)
    assert "vary(101, ([1, 2, 4.5],), ([],))" in checks
    assert "return module.mean(numbers, 'plain')" in checks
    assert "reference.means, inputs, raises=[ValueError]" in checks
    assert '@pytest.mark.item("spread", of=["spread"], follows=["mean"])' in checks
    assert '"Counter", of=["Counter.__init__", "Counter.add"]' in checks
    assert "def ask_Counter(module, count, more):" in checks


def test_an_item_follows_the_parts_of_its_parts(tmp_path: Path) -> None:
    """Also by way of a helper of the module's own, and none follows itself."""
    text = "".join(
        f'def {name}(n):\n    """Do it.\n\n    >>> {name}(1)\n    1\n    """\n    return {body}\n\n'
        for name, body in (("one", "n"), ("two", "_help(n)"), ("three", "n and two(three(0))"))
    )
    made = made_of(tmp_path, f"{text}def _help(n):\n    return one(n)\n")
    checks = made.files["tests/graders/week_1/test_means.py"]
    assert '"two", of=["two"], follows=["one"])' in checks
    assert '"three", of=["three"], follows=["one", "two"])' in checks
    assert '"one", of=["one"])' in checks


def test_objects_are_no_judges(tmp_path: Path) -> None:
    """A hidden check asks for no operator of theirs; exceptions of the module are Python's, too."""
    text = """class Gone(ValueError):
    pass


class Bag:
    \'\'\'Holds things.

    >>> bag = Bag([1, 2])
    >>> len(bag)
    2
    >>> bag == Bag([2])
    False
    >>> bag.take(1)
    1
    >>> Bag([]).take(1)
    Traceback (most recent call last):
    means.Gone: 1
    \'\'\'

    def take(self, thing):
        if thing not in self.things:
            raise Gone(thing)
        return thing
"""
    made = made_of(tmp_path, text)
    checks = made.files["tests/graders/week_1/test_means.py"]
    assert "told.append(bag.take(thing))" in checks
    assert "raises=[ValueError]" in checks
    assert "len(" not in checks
    assert "==" not in checks
    assert "assert len(bag) == 2\nassert (bag == Bag([2])) == False" in cells_of(made)["Bag"]


def test_what_nothing_is_known_of_is_to_be_completed(tmp_path: Path) -> None:
    """Both of its checks say so, raise until it is done, and it is told at once."""
    made = made_of(tmp_path, MEANS)
    assert made.incomplete == ("mystery",)
    assert "### TO COMPLETE mystery: " in cells_of(made)["mystery"]
    checks = made.files["tests/graders/week_1/test_means.py"]
    assert "### TO COMPLETE mystery: `expect_alike(student.means.mystery(...)" in checks
    assert 'raise NotImplementedError("say what mystery is asked with")' in checks
    assert any("runs as a program is left out" in note for note in made.notes)
    assert any("table is given to students as it is" in note for note in made.notes)


def test_points_are_spread(tmp_path: Path) -> None:
    """The first items have one more where they do not come out even; each has one at least."""
    notebook = json.loads(made_of(tmp_path, MEANS, points=9).files["source/week_1/week_1.ipynb"])
    marked = [one["metadata"].get("nbgrader", {}) for one in notebook["cells"]]
    assert [one["points"] for one in marked if "points" in one] == [3, 2, 2, 2]
    assert "## Mean (3 points)" in "".join(notebook["cells"][1]["source"])
    with pytest.raises(UsageError, match="3 points are too few"):
        made_of(tmp_path, MEANS, points=3)


def test_in_cells_each_function_has_its_own(tmp_path: Path) -> None:
    """What is given stands in cells between them, and no module is written."""
    made = made_of(tmp_path, MEANS, code="cells")
    assert set(made.files) == {
        "source/week_1/week_1.ipynb",
        "source/week_1/assignment.toml",
        "tests/graders/week_1/test_means.py",
    }
    cells = cells_of(made)
    assert "### BEGIN SOLUTION" in cells["mean_code"]
    assert (
        "student.notebook, reference.notebook" in made.files["tests/graders/week_1/test_means.py"]
    )
    assert not any("from means import" in text for text in cells.values())


def test_packages_of_the_module_are_declared(tmp_path: Path) -> None:
    """What workers would not have otherwise; the rest of the file stays as it is."""
    made = made_of(tmp_path, f"import os, pandas.api\nimport matplotlib.pyplot as plt\n{MEANS}")
    spec = parse_spec(made.files["source/week_1/assignment.toml"].encode())
    assert spec.grading.packages == ["pandas"]


@pytest.mark.parametrize(
    ("name", "module"),
    [("statistics.py", "statistics_code"), ("clock.py", "clock_code"), ("1st.py", "code_1st")],
)
def test_a_module_that_would_hide_another_has_another_name(
    tmp_path: Path, name: str, module: str
) -> None:
    """So has one that a check's `student` has a thing of its own by the name of; a line says so."""
    made = made_of(tmp_path, MEANS, name)
    assert f"source/week_1/{module}.py" in made.files
    assert f"from {module} import mean" in cells_of(made)["mean"]
    assert made.notes[0].startswith(f"{name} is {module}.py here")


F = 'def f(x):\n    """Doc.\n\n    >>> f(1)\n    1\n    """\n    return x\n'
REFUSED = {
    "def f(x:\n": ":1: not Python",
    "x = 1\0\n": "not Python",
    "": "nothing to write for students: it has no function and no class with a docstring",
    "def f(x):\n    return x\n": "line 1: f is given to students as it is: it has no docstring",
    'async def f():\n    "Doc."\n    return 1\n': "checks ask no async function",
    'def f():\n    "Doc."\n': "nothing stands in it",
    'class A:\n    "Doc."\n    x = 1\n': "it has no method to write",
    f"{F}\n{F}": ":9: f is defined a second time, first in line 1",
    f"from . import other\n{F}": ":1: imports from its own package",
    f"{F}\nTABLE = [f(1)]\n": ":9: calls f while it is imported",
    f"{F}\n@f\ndef g(x):\n    return x\n": ":9: calls f while it is imported",
    f"{F}\ndef g(x=f(2)):\n    return x\n": ":9: calls f while it is imported",
    F.replace(">>> f(1)", ">>>f(1)"): "f: an example is not as doctest takes it",
    F.replace(">>> f(1)", ">>> f(1"): "f: an example is not as doctest takes it",
    F.replace("return x", "### BEGIN SOLUTION\n    return x"): "has ### BEGIN SOLUTION already",
}


@pytest.mark.parametrize("text", REFUSED, ids=range(len(REFUSED)))
def test_what_can_be_no_assignment_is_refused_in_one_line(tmp_path: Path, text: str) -> None:
    """It names the file, mostly the line, and what is wrong."""
    with pytest.raises(UsageError) as raised:
        made_of(tmp_path, text)
    assert REFUSED[text] in str(raised.value)
    assert str(tmp_path / "means.py") in str(raised.value)
    assert "\n" not in str(raised.value)


def test_files_that_are_no_module_are_refused(tmp_path: Path) -> None:
    """A folder, a notebook, something else, nothing, and bytes that are no text."""
    (tmp_path / "package").mkdir()
    (tmp_path / "latin.py").write_bytes(b"x = '\xe9'\n")
    for name, told in {
        "package": "is a package",
        "package/__init__.py": "is a package",
        "a.ipynb": "is a notebook",
        "a.txt": "is no Python module",
        "none.py": "cannot be read: No such file",
        "latin.py": "is not UTF-8 (byte 5)",
    }.items():
        with pytest.raises(UsageError) as raised:
            read_module(tmp_path / name)
        assert told in str(raised.value)


def test_what_a_module_needs_beside_it_is_told(tmp_path: Path) -> None:
    """A module beside it, and a file that is read while it is imported."""
    (tmp_path / "helper.py").write_text("")
    text = f'import helper\nDATA = open("data.txt").read()\n{F}'
    notes = made_of(tmp_path, text).notes
    assert [note.partition(":")[0] for note in notes] == ["means.py, line 1", "means.py, line 2"]
    assert "helper, which lies beside it" in notes[0]


@pytest.mark.parametrize(
    ("example", "line"),
    [
        (">>> f(1)\n0.5", "assert abs(f(1) - 0.5) < 1e-06"),
        (">>> f(1)\n0.333...", "assert abs(f(1) - 0.333) < 1e-3"),
        (">>> f(1)\nnp.float64(0.5)", "assert abs(f(1) - 0.5) < 1e-06"),
        (">>> f(1)\narray([1., 2.])", "assert np.allclose(f(1), [1.0, 2.0])"),
        (">>> f(1)\n[1.5, 2]", "assert np.allclose(f(1), [1.5, 2])"),
        (">>> f(1)\n[('a', 1)]", "assert f(1) == [('a', 1)]"),
        (">>> f(1)\nnp.True_", "assert f(1) == True"),
        (">>> f(1) == 2\nTrue", "assert (f(1) == 2) == True"),
        (">>> f(1)\nPoint(1)", "assert repr(f(1)) == 'Point(1)'"),
        (">>> print(f(1))\none", "assert str(f(1)) == 'one'"),
        (">>> f(1)  # doctest: +SKIP\n2", ""),
        (">>> f(1)\n<thing ...>", "f(1)"),
    ],
)
def test_what_an_example_shows_is_held(example: str, line: str) -> None:
    """Floats and arrays up to rounding, what is no literal by its text."""
    lines = [one for e in read_examples(example, "f") for one in visible_lines(e, ())]
    assert "\n".join(lines) == line


@pytest.mark.parametrize(
    ("head", "given"),
    [
        ("x: int, y: float = 1.0", [["3"]]),
        ("x: 'list[str] | None'", [["['one', 'two', 'three', 'two']"]]),
        ("x: dict[str, tuple[int, ...]]", [["{'a': (3, 3,), 'b': (3, 3,)}"]]),
        ("x: Thing", []),
        ("x", []),
        ("*x: int", []),
        ("", []),
    ],
)
def test_annotations_say_what_to_ask_with(head: str, given: list[list[str]]) -> None:
    """Where one is not known, nothing is made up."""
    (function,) = ast.parse(f"def f({head}):\n    pass").body
    assert isinstance(function, ast.FunctionDef)
    assert given_by_annotations(function) == given
