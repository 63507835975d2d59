"""Test cells with the student's cells in a confined worker."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest
from cell_notebooks import cell, notebook, with_answers
from cell_styles import DATA, STYLES
from graded_cells import KIT_POINTS, bundle_of, submission

from gradekit.grading.bundle import GradingBundle
from gradekit.grading.cells.trusted import load_for_tests
from gradekit.grading.grader import Grader, report_key

pytestmark = pytest.mark.one_in(4)


@pytest.mark.slow
@pytest.mark.parametrize("style", STYLES, ids=lambda one: one.name)
def test_the_confined_worker_gives_the_points_that_nbgrader_gives(
    style: object, tmp_path: Path
) -> None:
    """Solved, blank, half done and wrong answers get the same, cell by cell."""
    chosen = next(one for one in STYLES if one is style)
    found = {}
    with Grader(bundle_of(tmp_path, chosen.source, DATA)) as grader:
        for name, answer in chosen.answers().items():
            report = grader.grade(submission(answer))
            found[name] = [report.score(item) for item in report.automatic_items]
    assert found == KIT_POINTS[chosen.name]


def test_what_a_function_makes_of_its_arguments_is_seen_and_no_measure(tmp_path: Path) -> None:
    """A test must pass with arguments changed and unchanged, where what is returned is used."""
    source = notebook(
        cell("staff", "import numpy as np", "help"),
        cell("solution", "def double(x):\n    return 2 * x", "s"),
        cell("test", "x = np.ones(3)\ny = double(x)\nassert np.array_equal(y, 2 * x)", "t"),
        cell("test", "x = np.ones(3)\ny = double(x)\nassert x.sum() == 3", "kept"),
        cell("test", "x = np.ones(3)\ndouble(x)\nassert x.sum() == 3", "kept_too"),
    )
    zeros = "def double(x):\n    x[:] = 0\n    return x"
    in_place = "def double(x):\n    x *= 2\n    return x"
    with Grader(bundle_of(tmp_path, source)) as grader:
        answers = [with_answers(source, {"s": text}) for text in (zeros, in_place)]
        reports = [grader.grade(submission(one)) for one in (source, *answers)]
    found = [[report.score(item) for item in report.automatic_items] for report in reports]
    assert found == [[1, 1, 1], [0, 0, 0], [0, 0, 0]]


def test_callbacks_are_of_one_test_and_helpers_of_tests_stay(tmp_path: Path) -> None:
    """A function that a test has given is not called later; one that answers read stays."""
    source = notebook(
        cell("solution", "def twice(g, x):\n    return scale(g(g(x)))", "s"),
        cell("solution", "def cube(x):\n    return x ** 3", "s2"),
        cell("test", "def third(x): return x ** 3\ndef scale(x): return x\n"
             "assert twice(third, 2) == 512", "t"),
        cell("test", "assert twice(abs, -2) == 2 and cube(3) == third(3)", "t2"),
    )  # fmt: skip
    keeps = "def twice(g, x):\n    kept.append(g)\n    return scale(g(g(x)))\nkept = []"
    forged = {"s": keeps, "s2": "def cube(x):\n    return kept[0](x)"}
    with Grader(bundle_of(tmp_path, source)) as grader:
        honest, kept = (grader.grade(submission(with_answers(source, one))) for one in ({}, forged))
    assert [str(one.outcome) for one in honest.results] == ["PASS", "PASS"]
    assert [str(one.outcome) for one in kept.results] == ["PASS", "PROTOCOL"]


def test_objects_of_a_tests_own_classes_are_asked_here(tmp_path: Path) -> None:
    """Their class is not where the student's code runs, which asks them for what it needs."""
    test = "class Counted(list):\n    pass\nclass Stub:\n    x = 3\nStubs = Stub\n"
    source = notebook(
        cell("staff", "class Kept:\n    x = 3", "k"),
        cell("solution", "def first(xs):\n    return xs.x", "s"),
        cell("test", f"{test}assert first(Stubs()) == 3", "t"),
        cell("test", "Kept2 = Kept\nassert first(Kept2()) == 3", "t2"),
    )
    answers = (source, with_answers(source, {"s": "def first(xs): return xs.__dict__['x'] + 1"}))
    with Grader(bundle_of(tmp_path, source)) as grader:
        solved, other = (grader.grade(submission(one)) for one in answers)
    assert [str(one.outcome) for one in solved.results] == ["PASS", "PASS"]
    assert [str(one.outcome) for one in other.results] == ["CRASH", "CRASH"]


def test_methods_may_have_names_that_plain_values_have(tmp_path: Path) -> None:
    """A class of the source's own answers is asked for what it has, be it `append` or `count`."""
    stack = (
        "class Stack:\n    def __init__(self):\n        self.items, self.count = [], 0\n"
        "    def append(self, x):\n        self.items.append(x)\n        self.count += 1\n"
        "    def pop(self):\n        return self.items.pop()"
    )
    source = notebook(
        cell("solution", stack, "s"),
        cell("test", "s = Stack()\ns.append(3)\nassert s.count == 1 and s.pop() == 3", "t"),
        cell("solution", "def f():\n    return [3]", "s2"),
        cell("test", "assert f().index(3) == 0", "t2"),
    )
    forged = {"s2": "class A:\n    def index(self, x): return 0\ndef f(): return A()"}
    with Grader(bundle_of(tmp_path, source)) as grader:
        honest, other = (
            grader.grade(submission(with_answers(source, one))) for one in ({}, forged)
        )
    assert [str(one.outcome) for one in honest.results] == ["PASS", "PASS"]
    assert [str(one.outcome) for one in other.results] == ["PASS", "FAIL"]


def test_what_is_loaded_for_tests_sets_nothing_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """A notebook that this process runs later draws as notebooks do."""
    monkeypatch.delenv("MPLBACKEND", raising=False)
    load_for_tests(["matplotlib.pyplot"])
    assert "MPLBACKEND" not in os.environ


def test_32_bit_floats_behind_a_hidden_line_are_named(tmp_path: Path) -> None:
    """Whoever misses a bound by rounding reads of it; who is wrong in 64 bits does not."""
    source = notebook(
        cell("solution", "import numpy as np\ndef thirds(n):\n    return np.full(n, 1 / 3)", "s"),
        cell(
            "test",
            "assert thirds(2).shape == (2,)\n### BEGIN HIDDEN TESTS\n"
            "import numpy as np\n"
            "assert abs(thirds(3) - np.full(3, 1 / 3)).max() < 1e-12\n### END HIDDEN TESTS",
            "t",
        ),
    )
    text = "import numpy as np\ndef thirds(n):\n    return {}"
    wrong = ["np.full(n, 1 / 3, dtype=np.float32)", "np.full(n, 0.3)"]
    answers = (with_answers(source, {"s": text.format(one)}) for one in wrong)
    with Grader(bundle_of(tmp_path, source)) as grader:
        told = [grader.grade(submission(one)).results[0].message for one in answers]
    hidden = "passes the tests that you see; a hidden test does not hold"
    assert told[0].startswith(f"{hidden}. Some of its arrays are of 32-bit floats (float32)")
    assert told[1] == hidden


@pytest.mark.slow
def test_a_submission_may_import_other_packages_that_are_installed(tmp_path: Path) -> None:
    """It is graded with them, as by nbgrader; nobody else's report depends on that."""
    source = notebook(
        cell("solution", "def ways(n, k):\n    return n * (n - 1) // 2", "s"),
        cell("test", "assert ways(5, 2) == 10", "t"),
    )
    other = "def ways(n, k):\n    import sympy\n    return int(sympy.binomial(n, k))"
    bundle = bundle_of(tmp_path, source)
    with Grader(bundle) as grader:
        plain, with_sympy = (submission(with_answers(source, one)) for one in ({}, {"s": other}))
        reports = [grader.grade(one) for one in (plain, with_sympy, plain)]
    assert [str(one.results[0].outcome) for one in reports] == ["PASS"] * 3
    assert "sympy" in bundle.also_given
    assert reports[0].key == reports[2].key == report_key(bundle, plain)
    assert reports[1].key == report_key(bundle, with_sympy)


def test_other_packages_each_time_are_loaded_few_times(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From some submissions on all packages are there: loading them is on nobody's clock."""
    source = notebook(cell("solution", "x = 1", "s"), cell("test", "assert x == 1", "t"))
    made: list[tuple[str, ...]] = []
    with Grader(bundle_of(tmp_path, source)) as grader:
        report = grader.grade(submission(source))

        def beside(bundle: GradingBundle) -> object:
            made.append(bundle.packages)
            return SimpleNamespace(close=lambda: None, _graded=lambda *_: report)

        monkeypatch.setattr(grader, "_beside", beside)
        names = ["pandas", "scipy", "sympy", "PIL", "pandas, PIL", "pandas, scipy", "pandas"]
        for name in (*names, *names):
            grader.grade(submission(with_answers(source, {"s": f"import {name}\nx = 1"})))
    assert len(made) <= 5
    assert {"pandas", "scipy", "sympy", "PIL"} <= set(made[-1])


def test_nothing_that_a_hand_in_prints_or_warns_of_reaches_the_terminal(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Neither while its cells run, where staff have warnings raised, nor while a test calls it."""
    noisy = "import warnings\nprint('told \x1b[31m')\nwarnings.warn('told \x1b[31m')\n"
    called = "def f():\n    print('told')\n    warnings.warn('told \x1b[31m')\n    return 1"
    test = "import warnings\nwith warnings.catch_warnings(record=True) as seen:\n"
    test += "    warnings.simplefilter('always')\n    assert f() == 1\n"
    test += "assert 'told' in str(seen[0].message) and '\x1b' not in str(seen[0].message)"
    strict = "import warnings\nwarnings.simplefilter('error')"
    source = notebook(
        cell("staff", strict, "strict"),
        cell("solution", noisy + called, "s"),
        cell("test", test, "t"),
    )
    with Grader(bundle_of(tmp_path, source)) as grader:
        assert grader.grade(submission(source)).outcome("t") == "PASS"
    assert capfd.readouterr() == ("", "")
