"""Test cells run here, the student's cells elsewhere: names, order, points, and what is undone."""

import math
import sys
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import pytest
from cell_notebooks import cell, notebook, with_answers
from fake_remote import FakeRemote

from gradekit.assignment.code_cells.cells import source_cells
from gradekit.assignment.code_cells.steps import steps, student_cells
from gradekit.errors import StudentTimeout
from gradekit.grading.cells.running.cell_end import CellEnd
from gradekit.grading.cells.running.runner import CellRunner
from gradekit.model import Outcome

SQUARES = "def squares(n):\n    return [i ** 2 for i in range(1, n + 1)]"
SUM = "def total(n):\n    return sum(squares(n))"


def run(source: Any, submitted: Any = None) -> tuple[dict[str, CellEnd], list[FakeRemote]]:
    """Return how each test cell ended, and the fakes that were asked."""
    remotes: list[FakeRemote] = []

    def new() -> AbstractContextManager[FakeRemote]:
        remotes.append(FakeRemote())
        return nullcontext(remotes[-1])

    cells = source_cells(source)
    order = steps(cells, student_cells(source if submitted is None else submitted))
    return {end.name: end for end in CellRunner(cells, new).run(order)}, remotes


def outcomes(source: Any, submitted: Any = None) -> dict[str, Outcome]:
    """Return the outcome of each test cell."""
    return {name: end.outcome for name, end in run(source, submitted)[0].items()}


def one(test: str, solution: str = SQUARES, *before: Any) -> CellEnd:
    """Return how one test cell ended behind one solution cell."""
    made = notebook(*before, cell("solution", solution, "s"), cell("test", test, "t", 4.0))
    return run(made)[0]["t"]


def test_a_test_calls_the_students_function_and_compares_here() -> None:
    """The function runs elsewhere, the comparison here."""
    found, remotes = run(
        notebook(
            cell("solution", SQUARES, "s"), cell("test", "assert squares(3) == [1, 4, 9]", "t")
        )
    )
    assert found["t"].outcome is Outcome.PASS
    assert remotes[0].calls == ["squares"]


def test_values_are_read_once_until_student_code_may_run() -> None:
    """Two reads are one message, and a call in between makes them two; stubs are kept."""
    test = "assert x == 1 and x == 1\nf()\nf()\nassert x == 3"
    source = notebook(
        cell("solution", "x = 1\ndef f():\n    global x\n    x += 1", "s"), cell("test", test, "t")
    )
    found, remotes = run(source)
    assert found["t"].outcome is Outcome.PASS
    assert remotes[0].gets == ["x", "f", "x"]


@pytest.mark.parametrize(
    ("test", "outcome"),
    [
        ("assert squares(2) == [1, 5]", Outcome.FAIL),
        ("squares(3, 4)", Outcome.CRASH),
        ("nothing_of_that_name", Outcome.CRASH),
        ("import sys\nsys.exit(0)", Outcome.CRASH),
        ("(", Outcome.ERROR),
    ],
)
def test_how_a_test_ends_is_told_by_its_exception(test: str, outcome: Outcome) -> None:
    """An assert is FAIL, other exceptions CRASH, a test that is no Python the grader's fault."""
    assert one(test).outcome is outcome


@pytest.mark.parametrize(
    ("last", "points"),
    [
        ("2", 2.0),
        ("1.5", 1.5),
        ("0", 0.0),
        ("score = 3\nscore", 3.0),
        ("3;", None),
        ("True", None),
        ("'2'", None),
        ("[2]", None),
        ("-1", -1.0),
        ("None", None),
        ("x = 2", None),
        ("import numpy as np\nnp.float64(0.5)", 0.5),
    ],
)
def test_a_number_as_the_last_value_is_told(last: str, points: float | None) -> None:
    """Partial credit is as nbgrader gives it: a plain number that is shown."""
    end = one(last)
    assert end.outcome is Outcome.PASS
    assert end.points == points
    assert end.has_value == (last not in ("3;", "x = 2"))


def test_a_name_that_staff_did_not_get_to_is_missing_and_never_the_students() -> None:
    """Where a cell of staff's ends early, what it would have defined is not asked for there."""
    source = notebook(
        cell("solution", SQUARES, "s"),
        cell("staff", "few = squares(1)\ndef check(x, y):\n    assert x == y", "h"),
        cell("test", "check(squares(2), [1, 4])", "t"),
    )
    assert outcomes(source)["t"] is Outcome.PASS
    forged = with_answers(source, {"s": "def check(x, y): pass\ndef squares(n): raise ValueError"})
    found, _ = run(source, forged)
    assert found["t"].type_name == "NameError"


@pytest.mark.parametrize(
    ("imported", "call"),
    [("import math as m", "m.floor"), ("from math import floor as down", "down")],
)
def test_what_answers_import_is_the_library_itself(imported: str, call: str) -> None:
    """A test has the library, not what the student binds to its name, or has changed in it."""
    name = call.partition(".")[0]
    source = notebook(
        cell("solution", f"{imported}\ndef f(x):\n    return {call}(x)", "s"),
        cell("test", f"assert f(2.5) == {call}(2.5) == 2", "t"),
    )
    forged = f"class All:\n    floor = staticmethod(lambda x: 2)\n{name} = All()\nf = lambda x: 7"
    assert outcomes(source)["t"] is Outcome.PASS
    assert outcomes(source, with_answers(source, {"s": forged}))["t"] is Outcome.FAIL
    missing = "def f(x):\n    return int(x)"
    assert run(source, with_answers(source, {"s": missing}))[0]["t"].type_name == "NameError"


def test_a_test_gives_names_to_what_the_sources_answers_read_and_to_nothing_else() -> None:
    """A student's code has not what a test compares with, by reading its name."""
    source = notebook(
        cell("staff", "def scaled(x):\n    return factor * x", "h"),
        cell("solution", "def f(x):\n    return scaled(x) + offset", "s"),
        cell("test", "factor, offset, wanted = 3, 1, 7\nassert f(2) == wanted", "t"),
    )
    assert outcomes(source)["t"] is Outcome.PASS
    forged = with_answers(source, {"s": "def f(x):\n    return wanted"})
    assert run(source, forged)[0]["t"].type_name == "NameError"


def test_names_that_staff_bind_are_never_the_students() -> None:
    """What a student rebinds of staff's changes nothing here."""
    source = notebook(
        cell("staff", "def check(x):\n    assert x == 4\nwant = 4", "h"),
        cell("solution", "def two():\n    return 2 + 2", "s"),
        cell("test", "check(two())\nassert two() == want", "t"),
    )
    forged = with_answers(
        source, {"s": "def two(): return 5\ndef check(x): pass\nwant = 5\ndef sum(*a): return 0"}
    )
    assert outcomes(source)["t"] is Outcome.PASS
    assert outcomes(source, forged)["t"] is Outcome.FAIL


def test_what_solutions_only_change_is_the_students() -> None:
    """A dictionary of staff's that the solution fills is read where it was filled."""
    source = notebook(
        cell("staff", "answers = {}", "h"),
        cell("solution", "answers['q1'] = 3", "s"),
        cell("test", "assert answers['q1'] == 3", "t"),
    )
    assert outcomes(source)["t"] is Outcome.PASS
    assert outcomes(source, with_answers(source, {"s": ""}))["t"] is Outcome.CRASH


def test_a_later_binding_by_staff_makes_a_name_local_again() -> None:
    """Staff's own value stands from where they give one, whatever the student puts there."""
    source = notebook(
        cell("solution", "data = [1]", "s"),
        cell("staff", "data = [7, 8]", "h"),
        cell("solution", "length = len(data)", "s2"),
        cell("test", "assert length == len(data) == 2", "t"),
    )
    assert outcomes(source)["t"] is Outcome.PASS
    forged = with_answers(source, {"s2": "data = [1]\nlength = 1"})
    assert outcomes(source, forged)["t"] is Outcome.FAIL


def test_a_deleted_name_is_missed_there_and_is_back_after_the_cell() -> None:
    """A test may see whether one function calls another, as nbgrader's own course does."""
    test = (
        "orig = squares\ndel squares\ntry:\n    total(1)\nexcept NameError:\n    pass\n"
        "else:\n    raise AssertionError('total does not use squares')\n{}"
    )
    for back in ("finally:\n    squares = orig", ""):
        source = notebook(
            cell("solution", SQUARES, "s"),
            cell("solution", SUM, "s2"),
            cell("test", test.format(back), "t"),
            cell("test", "assert total(3) == 14 and squares(1) == [1]", "t2"),
        )
        assert outcomes(source) == {"t": Outcome.PASS, "t2": Outcome.PASS}
        lonely = with_answers(source, {"s2": "def total(n): return n * (n + 1) * (2 * n + 1) // 6"})
        assert outcomes(source, lonely) == {"t": Outcome.FAIL, "t2": Outcome.PASS}


def test_a_replaced_name_is_used_there_and_is_back_after_the_cell() -> None:
    """A stand-in of the test's is what the student's code calls, until the cell ends."""
    source = notebook(
        cell("solution", SQUARES, "s"),
        cell("solution", SUM, "s2"),
        cell("test", "squares = lambda n: [100]\nassert total(3) == 100", "t"),
        cell("test", "assert total(3) == 14 and squares(2) == [1, 4]", "t2"),
    )
    assert set(outcomes(source).values()) == {Outcome.PASS}


def test_data_of_a_test_that_student_code_reads_is_sent() -> None:
    """A name that a test gives a value to is there when the student's code runs next."""
    source = notebook(
        cell("solution", "def longest():\n    return max(words, key=len)", "s"),
        cell("test", "words = ['a', 'bbb']\nassert longest() == 'bbb'", "t"),
        cell("test", "assert longest() == 'bbb'\nwords = ['cc']\nassert longest() == 'cc'", "t2"),
        cell(
            "test",
            "def put():\n    global words\n    words = ['d']\nput()\nassert longest() == 'd'",
            "t3",
        ),
    )
    assert set(outcomes(source).values()) == {Outcome.PASS}


@pytest.mark.parametrize(
    "test",
    [
        "class Case:\n    value = x\nassert Case.value == 5",
        "def look():\n    return eval('x')\nassert look() == 5",
        "assert [x for _ in range(2)] == [5, 5] and (lambda: x)() == 5",
        "def a():\n    def b():\n        return x\n    return b()\nassert a() == 5",
        "assert 'x' in globals() and 'y' not in globals() and 'x' in dir()",
        "assert globals()['x'] == 5 and globals().get('y') is None",
        "assert 'own' in globals() and globals()['own'] == 1",
        "import unittest\nclass T(unittest.TestCase):\n    def test(self):\n"
        "        self.assertEqual(x, 5)\nr = unittest.TestResult()\nT('test').run(r)\n"
        "assert r.wasSuccessful()",
    ],
)
def test_a_students_name_is_found_wherever_python_looks(test: str) -> None:
    """Functions, classes, comprehensions, eval and dir() all see it."""
    assert one(test, "x = 5\nown = 1").outcome is Outcome.PASS


def test_lost_cells_come_back_where_the_source_has_them() -> None:
    """Who deletes a test, or moves it, is graded by it all the same."""
    source = notebook(
        cell("solution", "x = 1", "s"),
        cell("test", "assert x == 1", "t"),
        cell("solution", "x = 2", "s2"),
        cell("test", "assert x == 2", "t2"),
    )
    cells = source.cells
    for kept in ([0, 2], [0, 2, 3, 1], [3, 2, 1, 0], [0, 1, 1, 2, 3]):
        changed = {"cells": [cells[place] for place in kept]}
        assert outcomes(source, changed) == {"t": Outcome.PASS, "t2": Outcome.PASS}, kept
    assert outcomes(source, notebook(cells[2])) == {"t": Outcome.CRASH, "t2": Outcome.PASS}


def test_the_sources_test_counts_and_not_the_students_copy() -> None:
    """A changed test, or one that is now an answer, changes nothing."""
    source = notebook(cell("solution", "x = 1", "s"), cell("test", "assert x == 2", "t"))
    forged = with_answers(source, {"t": "pass"})
    forged.cells[1].metadata["nbgrader"].update(grade=False, solution=True, points=100)
    assert outcomes(source, forged) == {"t": Outcome.FAIL}


def test_added_cells_run_where_they_stand() -> None:
    """A helper in a cell of the student's own is there for what follows."""
    test = "assert squares(2) == [1, 4]"
    source = notebook(cell("solution", SQUARES, "s"), cell("test", test, "t"))
    answered = with_answers(source, {"s": "def squares(n): return list(map(sq, range(1, n + 1)))"})
    answered.cells.insert(1, cell("free", "def sq(x):\n    return x * x"))
    assert outcomes(source, answered) == {"t": Outcome.PASS}


def test_a_broken_cell_costs_only_what_needs_it() -> None:
    """What raises, and what is no Python, stops no other cell."""
    source = notebook(
        cell("solution", "x = 1", "s"),
        cell("solution", "y = 2", "s2"),
        cell("test", "assert x == 1", "t"),
        cell("test", "assert y == 2", "t2"),
    )
    for broken in ("def (", "raise SystemError", "1 / 0\nx = 1"):
        found = outcomes(source, with_answers(source, {"s": broken}))
        assert found == {"t": Outcome.CRASH, "t2": Outcome.PASS}


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("class Stak:\n    def size(self): return 1", "; there is a 'Stak'"),
        (
            "class Stack\n    pass",
            "which should define it, ended with SyntaxError: expected ':'",
        ),
        ("raise NotImplementedError", "should define it, ended with NotImplementedError:"),
        ("class Stack: pass\ndef size(self): return 1", "a 'size' outside of it: look at its"),
        ("class Other: pass", "NameError: name 'Stack' is not defined"),
        ("class Stack: pass", "'Stack' object has no attribute 'size'"),
    ],
)
def test_why_a_name_is_missing_is_told(answer: str, told: str) -> None:
    """A cell that ended early, a name like it, and a method that stands outside of its class."""
    source = notebook(
        cell("solution", "class Stack:\n    def size(self): return 1", "s"),
        cell("test", "assert Stack().size() == 1", "t"),
    )
    end = run(source, with_answers(source, {"s": answer}))[0]["t"]
    assert told in end.text
    assert (";" in end.text) == (not told.endswith(("is not defined", "'size'")))


def test_unmarked_cells_of_staff_are_run_here_unless_they_need_the_students() -> None:
    """Imports, functions and data are staff's; what comes of the student's code is remote."""
    source = notebook(
        cell("free", "import math\ndef close(a, b):\n    return math.isclose(a, b)\nwant = 4.0"),
        cell("solution", "def two():\n    return 2.0", "s"),
        cell("free", "four = two() + two()"),
        cell("test", "assert close(four, want)", "t"),
    )
    assert outcomes(source)["t"] is Outcome.PASS
    forged = with_answers(source, {"s": "def two(): return 1.0"})
    forged.cells[0].source = "import math\ndef close(a, b): return True\nwant = 2.0"
    assert outcomes(source, forged)["t"] is Outcome.FAIL


def test_without_answer_cells_unmarked_cells_are_where_students_answer() -> None:
    """Placeholders and whole assignments without a solution cell are the student's."""
    source = notebook(
        cell("free", "import math"),
        cell("free", "# write f here"),
        cell("free", "g = None"),
        cell("test", "assert f(2) == 4 and g == math.pi", "t"),
    )
    answered = notebook(
        cell("free", "import math"),
        cell("free", "def f(x): return x * 2"),
        cell("free", "g = math.pi"),
        source.cells[3],
    )
    assert outcomes(source)["t"] is Outcome.CRASH
    assert outcomes(source, answered)["t"] is Outcome.PASS
    assert math.pi > 3


def test_a_cell_that_imports_nose_runs_there_to_its_end() -> None:
    """What stands behind such an import in a student's cell is there, too."""
    source = notebook(
        cell("free", "from nose.tools import assert_equal\nimport math"),
        cell("solution", "def f():\n    return math.floor(2.5)", "s"),
        cell("test", "assert f() == 2", "t"),
    )
    assert outcomes(source) == {"t": Outcome.PASS}


def test_the_statement_that_failed_is_told_and_whether_it_is_hidden() -> None:
    """A test's end names its line, of hidden ones it is known that they are."""
    test = (
        "assert squares(1) == [1]\n### BEGIN HIDDEN TESTS\nassert squares(2) == [1, 5]\n"
        "### END HIDDEN TESTS"
    )
    end = one(test)
    assert (end.line, end.is_hidden) == (3, True)
    assert end.statement == "assert squares(2) == [1, 5]"
    assert not one("assert squares(2) == [1, 5]").is_hidden


@pytest.mark.parametrize(
    "test",
    [
        "from unittest.mock import patch\nwith patch('__main__.squares', return_value=[5]) as m:\n"
        "    assert total(3) == 5 and m.called\nassert total(2) == 5 and squares(1) == [1]",
        "import __main__\nassert __main__.squares(2) == [1, 4] and not hasattr(__main__, 'cubes')",
        "import __main__\n__main__.squares = lambda n: [n]\nassert total(3) == 3\n"
        "del __main__.squares\nassert 'squares' not in dir(__main__)",
    ],
)
def test_the_main_module_is_the_notebook(test: str) -> None:
    """A test patches, imports and changes names of `__main__` as in a notebook."""
    before = sys.modules["__main__"]
    source = notebook(
        cell("solution", SQUARES, "s"),
        cell("solution", SUM, "sum"),
        cell("test", test, "t"),
        cell("test", "assert total(3) == 14", "after"),
    )
    assert outcomes(source) == {"t": Outcome.PASS, "after": Outcome.PASS}
    assert sys.modules["__main__"] is before


class Gone(FakeRemote):
    """A process that gives no answer any more."""

    def get(self, name: str) -> object:
        """Say that there is no time left."""
        raise StudentTimeout(f"no time to look up {name}")


def test_a_process_without_time_ends_a_test_that_has_not_begun() -> None:
    """What a test that runs text looks up beforehand is asked for: that is its end, no fault."""
    test = "exec('assert squares(2) == [1, 4]')"
    cells = source_cells(notebook(cell("solution", SQUARES, "s"), cell("test", test, "t")))
    order = steps(cells, [])
    (end,) = CellRunner(cells, lambda: nullcontext(Gone())).run(order)
    assert (end.outcome, end.line) == (Outcome.TIMEOUT, 0)
