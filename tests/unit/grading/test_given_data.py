"""Data of staff's that a student's code changes in place: tests that read them find it."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import nbformat
import pytest
from cell_notebooks import cell, notebook, with_answers
from graded_cells import bundle_of, submission

from gradekit.assignment.code_cells.cells import SourceCell, source_cells
from gradekit.grading.cells.running.given_data import data_read_by_tests
from gradekit.grading.grader import Grader
from gradekit.workers.remote.in_worker.given_data import GivenData

GIVEN = "import numpy as np\nanimals = ['z', 'a']\ntemps = np.arange(6.0)\ntable = {'n': [1]}"
SOLVED = """\
by_name = sorted(animals)
def centred():
    return temps - temps.mean()
table['n'].append(2)
"""
PARTS = "n = 0\nif animals == ['z', 'a']: n += 1\nif by_name == ['a', 'z']: n += 1\nn"
TESTS = {
    "kept": "assert animals == ['z', 'a']",
    "parts": PARTS,
    "answer": "assert by_name == ['a', 'z']",
    "array": "c = centred()\nassert temps.max() == 5 and abs(c.mean()) < 1e-9",
    "wanted": "assert table == {'n': [1, 2]}",
}
SOURCE = notebook(
    nbformat.v4.new_code_cell(GIVEN),
    cell("solution", SOLVED, "s"),
    *(cell("test", text, name, 2) for name, text in TESTS.items()),
)
ALL = dict.fromkeys(TESTS, 2.0)
ANSWERS: dict[str, tuple[str, dict[str, float]]] = {
    "right": (SOLVED, ALL),
    "bound anew": (  # "kept" reads nothing but `animals`, of an unmarked cell: the student's own
        SOLVED.replace("by_name =", "animals ="),
        ALL | {"kept": 0, "answer": 0, "parts": 0},
    ),
    "the answer of another": (SOLVED.replace("['n'].append(2)", "['n'] += [2]"), ALL),
    "a list sorted": (
        SOLVED.replace("by_name = sorted(animals)", "animals.sort()\nby_name = animals"),
        ALL | {"kept": 0, "parts": 1},
    ),
    "an array changed when asked": (
        SOLVED.replace("return temps - temps.mean()", "t = temps; t -= t.mean(); return t"),
        ALL,
    ),
    "an array changed before": (
        SOLVED.replace("return temps", "return temps") + "temps[5] = 9",
        ALL | {"array": 0},
    ),
    "nothing done": ("pass", dict.fromkeys(TESTS, 0.0) | {"kept": 2}),
    "who writes nothing": (
        f"import pickle\npickle.dumps = lambda *a: b''\nanimals.sort()\n{SOLVED}",
        ALL | {"kept": 0, "parts": 1},
    ),
    "who says that all was changed": (
        "import pickle, itertools\nc = itertools.count()\npickle.dumps = lambda *a: str(next(c))"
        ".encode()\nby_name = ['a']\ncentred = lambda: temps\nanimals.clear()\ntemps[:] = 0",
        dict.fromkeys(TESTS, 0.0),
    ),
}


@pytest.fixture(scope="module")
def grader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grader]:
    """A grader of the notebook above."""
    with Grader(bundle_of(tmp_path_factory.mktemp("given"), SOURCE)) as made:
        yield made


@pytest.mark.parametrize(("answer", "points"), ANSWERS.values(), ids=list(ANSWERS))
def test_a_change_of_given_data_costs_what_sees_it(
    answer: str, points: dict[str, float], grader: Grader
) -> None:
    """The lesser end counts, with the data as they were given and as the student's code left them.

    What the solution changes itself, tests see as it was changed.
    """
    report = grader.grade(submission(with_answers(SOURCE, {"s": answer})))
    assert {item.name: report.score(item) for item in report.automatic_items} == points


def test_what_only_tests_read_is_looked_at() -> None:
    """Data that a staff's cell binds and a later test reads, and no test binds or changes."""
    cells = bundle_cells(
        nbformat.v4.new_code_cell("a = [1]\nb = [2]\nc = [3]\nd = [4]\ndef f(): pass"),
        cell("test", "f(a)\nc.append(1)\nd = 3\nassert c", "t"),
        nbformat.v4.new_code_cell("b = [5]"),
    )
    assert data_read_by_tests(cells) == {0: {"a"}}


def bundle_cells(*cells: Any) -> Sequence[SourceCell]:
    """Return the source's cells of a notebook."""
    return source_cells(notebook(*cells))


def test_data_are_known_by_what_they_hold() -> None:
    """A change is seen in what was noted, whatever the name is bound to now."""
    data, bound = GivenData(), dict[str, Any](xs=[1, [2]], f=len, n=3)
    data.watch(bound, bound)
    assert data.changed(bound) == []
    bound["xs"][1].append(4)
    kept, bound["xs"] = bound["xs"], [1]
    assert data.changed(["xs", "f", "n", "other"]) == ["xs"]
    assert data["xs"] is kept


SPOILING = notebook(
    nbformat.v4.new_code_cell("data = [5, 3, 8]"),
    cell("solution", "def first(xs):\n    return xs[0]\ndef total(xs):\n    return sum(xs)", "s"),
    cell("test", "assert first(data) == 5", "first"),
    cell("test", "first(data)\nassert first([4]) == 4", "again"),
    cell("test", "assert total(data) == sum(data)", "total"),
)


@pytest.mark.parametrize(
    ("first", "points"),
    [
        ("xs[:] = [0]\n    raise ValueError", [0, 0, 0]),
        ("xs[:] = [0]\n    return 4", [0, 1, 0]),
        ("xs.sort(reverse=True)\n    return xs[-2] if xs[1:] else 4", [1, 1, 0]),
        ("return xs[0]", [1, 1, 0]),
    ],
    ids=["fails", "by heart", "another order", "rightly"],
)
def test_what_a_call_spoils_earns_nothing_in_later_tests(
    tmp_path: Path, first: str, points: list[int]
) -> None:
    """Also where the call's own test is not passed, or no later call finds anything to change."""
    text = f"def first(xs):\n    {first}\ndef total(xs):\n    return 0"
    with Grader(bundle_of(tmp_path, SPOILING)) as grader:
        report = grader.grade(submission(with_answers(SPOILING, {"s": text})))
    assert [one.outcome == "PASS" for one in report.results] == [one == 1 for one in points]
