"""Test cells in a report: points, messages that tell nothing hidden, and whose fault an end is."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest
from asked_of_nbgrader import AskedOfNbgrader
from cell_notebooks import cell, notebook, with_answers
from cell_styles import ARRAYS, DATA, FILES, PARTIAL, STYLES, Style
from cell_styles_objects import OBJECTS
from cell_styles_packages import OF_PACKAGES
from cell_styles_rare import RARE
from graded_cells import KIT_POINTS, POINTS, bundle_of, fake, graded, submission

from gradekit.batch.read_submission import read_submission
from gradekit.course import Assignment
from gradekit.errors import SubmissionError
from gradekit.grading.bundle import load_bundle
from gradekit.grading.grader import Grader, report_key
from gradekit.model import Outcome

EVERY = {one.name: one for one in (*STYLES, *RARE, *OBJECTS, *OF_PACKAGES.values())}
NEEDS = {"learning": "sklearn", **{one.name: package for package, one in OF_PACKAGES.items()}}


@pytest.fixture(
    params=[
        pytest.param(name, marks=[pytest.mark.slow] if one in OF_PACKAGES.values() else [])
        for name, one in EVERY.items()
    ],
)
def style(request: pytest.FixtureRequest) -> Style:
    """Each of the styles in its turn; it is skipped where its package is not installed."""
    if request.param in NEEDS:
        pytest.importorskip(NEEDS[request.param])
    return EVERY[request.param]


@pytest.mark.one_in(3)
def test_every_style_gets_the_points_that_nbgrader_gives(style: Style, tmp_path: Path) -> None:
    """Solved, blank, half done and wrong answers get the same, cell by cell.

    What test cells have less often is graded in confined workers.
    """
    found = {}
    new_remote = fake if style in STYLES else None
    with Grader(bundle_of(tmp_path, style.source, DATA), new_remote=new_remote) as grader:
        for name, answer in style.answers().items():
            report = grader.grade(submission(answer))
            found[name] = [report.score(item) for item in report.automatic_items]
    assert found == KIT_POINTS[style.name]


def points_by_nbgrader(style: Style) -> dict[str, list[float | None]]:
    """Ask nbgrader itself what it gives to the answers of a style, for each of its tests."""
    from nbgrader_peer import peer_scores

    tests = [
        one.metadata["nbgrader"]["grade_id"]
        for one in style.source.cells
        if one.metadata.get("nbgrader", {}).get("grade")
        and not one.metadata["nbgrader"]["solution"]
    ]
    scores = peer_scores(style.source, style.answers(), DATA)
    return {name: [of[test] for test in tests] for name, of in scores.items()}


def test_nbgrader_gives_these_points(style: Style, asked_of_nbgrader: AskedOfNbgrader) -> None:
    """The points above are what nbgrader itself gives."""
    asked = (style.source, style.answers(), DATA)
    asked_of_nbgrader.gives(
        f"style {style.name}", POINTS[style.name], asked, lambda: points_by_nbgrader(style)
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", ["partial"])
def test_nbgrader_still_gives_these_points(name: str) -> None:
    """What was asked before and is kept by a stamp is what nbgrader gives here and now."""
    assert points_by_nbgrader(EVERY[name]) == POINTS[name]


SOURCE = notebook(
    cell("solution", "def f(x):\n    return 2 * x", "s"),
    cell(
        "test",
        "assert f(1) == 2\n### BEGIN HIDDEN TESTS\nassert f(40) == 80, 'eighty'\n"
        "### END HIDDEN TESTS",
        "t",
        2,
    ),
    cell("test", "assert f(3) == 6, 'six'", "t2"),
)


def test_messages_are_of_a_run_that_knew_nothing_hidden(tmp_path: Path) -> None:
    """What failed visibly is told with its line; of hidden tests only that one did not hold."""
    spy = "kept = []\ndef f(x):\n    kept.append(x)\n    return 2 * x if len(kept) < 3 else kept"
    answers = ["def f(x): return x", "def f(x): return min(2 * x, 10)", spy, "def f(x): 1 / 0"]
    reports = graded(tmp_path, SOURCE, *(with_answers(SOURCE, {"s": one}) for one in answers))
    told = [{result.item: result.message for result in report.results} for report in reports]
    assert told[0]["t"] == "line 1 of the test, `assert f(1) == 2`: AssertionError:"
    assert told[0]["t2"].endswith("`assert f(3) == 6, 'six'`: AssertionError: six")
    assert told[1] == {"t": "passes the tests that you see; a hidden test does not hold", "t2": ""}
    assert told[3]["t"].endswith("ZeroDivisionError: division by zero")
    for report in reports:
        assert "80" not in str([result.message for result in report.results])
        assert "40" not in str([result.message for result in report.results])
    assert [result.outcome for result in reports[3].results] == [Outcome.CRASH, Outcome.CRASH]


def test_a_test_that_fails_the_solution_gives_no_grade(tmp_path: Path) -> None:
    """What does not pass for the reference is the grader's fault, never a zero."""
    source = with_answers(SOURCE, {"t2": "assert f(3) == 7"})
    solved, wrong = graded(tmp_path, source, source, with_answers(source, {"s": "f = 1"}))
    for report in (solved, wrong):
        assert report.outcome("t2") is Outcome.ERROR
        assert report.score(report.items[1]) is None
    assert "line 1" in solved.results_of("t2")[0].staff_message


def test_what_could_not_be_sent_is_never_the_students_fault(tmp_path: Path) -> None:
    """Where a test's value that answers need does not get there, there is no grade."""
    source = notebook(
        cell("solution", "def twice():\n    return 2 * unit", "s"),
        cell("test", "unit = 1j\nassert twice() == 2j", "t"),
    )
    for report in graded(tmp_path, source, source, with_answers(source, {"s": "twice = int"})):
        assert report.outcome("t") is Outcome.ERROR


@pytest.mark.parametrize(
    ("last", "answer", "outcome", "earned"),
    [
        ("2 * f(1)", "1", Outcome.PASS, 2.0),
        ("2 * f(1)", "0.5", Outcome.PASS, 1.0),
        ("2 * f(1)", "1.0000000001", Outcome.PASS, 2.0),  # rounding is not more than there are
        ("2 * f(1)", "9", Outcome.FAIL, 0.0),
        ("2 * f(1)", "-1", Outcome.FAIL, 0.0),
        ("2 * f(1)", "float('nan')", Outcome.FAIL, 0.0),
        ("2 * f(1)", "'1'", Outcome.FAIL, 0.0),
        ("2 * (f(1) == 1)", "True", Outcome.PASS, 2.0),
        ("assert f(1) == 1\nf(-1)", "abs(x) - (x < 0) * 7", Outcome.PASS, 2.0),
        ("assert f(1) == 1\nlist(range(f(2)))", "1", Outcome.PASS, 2.0),
    ],
)
def test_a_last_value_is_points_where_it_is_for_the_solution(
    tmp_path: Path, last: str, answer: str, outcome: Outcome, earned: float
) -> None:
    """What an answer makes of them, be it no number, gives nothing; else the test's end decides."""
    right = "x" if "-1" in last else "1"
    source = notebook(
        cell("solution", f"def f(x):\n    return {right}", "s"), cell("test", last, "t", 2)
    )
    given = with_answers(source, {"s": f"def f(x):\n    return {answer}"})
    (report,) = graded(tmp_path, source, given)
    assert (report.outcome("t"), report.score(report.items[0])) == (outcome, earned)


@pytest.mark.parametrize("ends", ["pytest.fail('no')", "pytest.skip('no')", "raise SystemExit(3)"])
def test_however_a_test_ends_the_others_have_their_grades(tmp_path: Path, ends: str) -> None:
    """What is no Exception ends its own cell: a test's, and one that staff show."""
    source = notebook(
        cell("staff", f"import pytest\nshown = 2\n{ends}", "shown"),
        cell("solution", "def f(x):\n    return x", "s"),
        cell("test", f"if f(1) != 1:\n    {ends}", "t"),
        cell("test", "with pytest.raises(TypeError):\n    f(*f((1, 2)))", "t2"),
        cell("test", "assert shown == 2", "t3"),
    )
    wrong = with_answers(source, {"s": "def f(*x): return x"})
    with Grader(bundle_of(tmp_path, source)) as grader:
        solved, failed = (grader.grade(submission(one)) for one in (source, wrong))
    assert [one.outcome for one in solved.results] == [Outcome.PASS] * 3
    assert failed.outcome("t") in (Outcome.FAIL, Outcome.CRASH)
    assert failed.outcome("t2") is Outcome.FAIL
    assert "DID NOT RAISE" in failed.results_of("t2")[0].message
    assert failed.outcome("t3") is Outcome.PASS


def test_more_points_than_there_are_for_the_solution_are_the_graders_fault(tmp_path: Path) -> None:
    """A number above the item's points gives no grade, to anybody."""
    source = notebook(cell("solution", "x = 5", "s"), cell("test", "x", "t", 2))
    for report in graded(tmp_path, source, source, with_answers(source, {"s": "x = 1"})):
        assert report.outcome("t") is Outcome.ERROR
        assert "5 for your own solution" in report.results[0].staff_message


@pytest.mark.slow
def test_a_test_that_never_ends_is_interrupted(tmp_path: Path) -> None:
    """Values that make a test loop cost their own points, and no other cell's."""
    test = "n = f(1)\nwhile n > 0:\n    n -= 1"
    source = notebook(
        cell("solution", "def f(x):\n    return 3", "s"), cell("test", test, "t"),
        cell("test", "assert True", "t2"),
    )  # fmt: skip
    bundle = bundle_of(tmp_path, source)
    bundle = replace(bundle, spec=type(bundle.spec)(grading=type(bundle.spec.grading)(1, 1)))
    endless = with_answers(source, {"s": "def f(x): return float('inf')"})
    with Grader(bundle, new_remote=fake) as grader:
        report = grader.grade(submission(endless))
    assert [one.outcome for one in report.results] == [Outcome.TIMEOUT, Outcome.PASS]


def test_a_test_reaches_nothing_but_its_own_files(tmp_path: Path) -> None:
    """Neither the course nor other folders can be read or written from a test."""
    (tmp_path / "secret.txt").write_text("no")
    test = (
        f"for path, mode in (({str(tmp_path / 'secret.txt')!r}, 'r'), ('people.csv', 'a'),\n"
        f"                   ({str(tmp_path / 'new.txt')!r}, 'w')):\n    try:\n"
        "        open(path, mode)\n    except PermissionError:\n        pass\n    else:\n"
        "        raise AssertionError(path)\nassert open('people.csv').read()\n"
        "import tempfile\nwith tempfile.TemporaryFile() as scratch:\n    scratch.write(b'x')"
    )
    source = notebook(cell("solution", "x = 1", "s"), cell("test", test, "t"))
    with Grader(bundle_of(tmp_path, source, DATA), new_remote=fake) as grader:
        report = grader.grade(submission(source))
    assert report.results[0].outcome is Outcome.PASS, report.results[0].staff_message


def test_one_submission_leaves_nothing_to_the_next(tmp_path: Path) -> None:
    """Modules that a test imports, and changes, are fresh for everybody."""
    test = "import helper\nassert helper.seen == []\nhelper.seen.append(f(1))"
    source = notebook(cell("solution", "def f(x):\n    return x", "s"), cell("test", test, "t"))
    data = {"helper.py": b"seen = []\n"}
    with Grader(bundle_of(tmp_path, source, data), new_remote=fake) as grader:
        reports = [grader.grade(submission(source)) for _ in range(3)]
    assert [report.outcome("t") for report in reports] == [Outcome.PASS] * 3


def test_nose_is_there_for_tests(tmp_path: Path) -> None:
    """nose.tools, which has no home any more, has its asserts here."""
    test = (
        "from nose.tools import assert_equal, eq_, ok_, assert_raises, assert_almost_equal\n"
        "assert_equal(f(1), 1)\neq_(f(2), 2)\nok_(f(3))\nassert_almost_equal(f(0.1), 0.1)\n"
        "with assert_raises(TypeError):\n    f()\nassert_equal(f(1), 2 - 1)"
    )
    source = notebook(cell("solution", "def f(x):\n    return x", "s"), cell("test", test, "t"))
    solved, wrong = graded(
        tmp_path, source, source, with_answers(source, {"s": "def f(x): return 5"})
    )
    assert solved.outcome("t") is Outcome.PASS
    assert wrong.outcome("t") is Outcome.FAIL


def test_code_is_read_from_the_notebook_or_not_graded(tmp_path: Path) -> None:
    """A notebook that is missing or damaged is refused, and no zero; its code is in the key."""
    bundle = bundle_of(tmp_path, PARTIAL.source)
    folder = tmp_path / "submitted" / "ada" / "ps1"
    folder.mkdir(parents=True)
    with pytest.raises(SubmissionError, match=r"ps1\.ipynb is missing"):
        read_submission(folder, "ada", bundle)
    (folder / "ps1.ipynb").write_text("{")
    with pytest.raises(SubmissionError, match="damaged"):
        read_submission(folder, "ada", bundle)
    nbformat.write(PARTIAL.source, folder / "ps1.ipynb")
    read = read_submission(folder, "ada", bundle)
    assert read.cells == submission(PARTIAL.source).cells
    assert report_key(bundle, read) != report_key(bundle, submission(ARRAYS.source))
    assert FILES.name == "files"


def test_of_several_notebooks_those_are_graded_that_are_there(tmp_path: Path) -> None:
    """One that was not handed in has no code; where another file may be it nothing is graded."""
    bundle = bundle_of(tmp_path, PARTIAL.source)
    bundle = replace(bundle, notebooks={**bundle.notebooks, "ps2": ()})
    folder = tmp_path / "submitted" / "ada" / "ps1"
    folder.mkdir(parents=True)
    nbformat.write(PARTIAL.source, folder / "ps1.ipynb")
    read = read_submission(folder, "ada", bundle)
    assert read.cells == {**submission(PARTIAL.source).cells, "ps2": ()}
    nbformat.write(PARTIAL.source, folder / "ps2 (1).ipynb")
    with pytest.raises(SubmissionError, match=r"ps2\.ipynb is missing.*may be it"):
        read_submission(folder, "ada", bundle)


def test_tests_of_modules_that_students_write_decide_on_nothing(tiny: Assignment) -> None:
    """A test cell that imports such a module would have the source's, and give everybody points."""
    assert load_bundle(tiny).by_cells == ()
    for path in tiny.graders.glob("test_*.py"):
        path.unlink()
    assert load_bundle(tiny).by_cells == ()


def test_results_are_kept_until_a_cell_of_their_notebook_changes(tmp_path: Path) -> None:
    """What is current is not run again; a changed test, or a changed answer, is."""
    (first,) = graded(tmp_path / "1", SOURCE, SOURCE)
    kept = [replace(one, message="kept") for one in first.results]
    with Grader(bundle_of(tmp_path / "2", SOURCE), new_remote=fake) as grader:
        report = grader.grade(submission(SOURCE), kept)
        assert [result.message for result in report.results] == ["kept", "kept"]
        other = submission(with_answers(SOURCE, {"s": "def f(x): return x + x"}))
        assert [result.message for result in grader.grade(other, kept).results] == ["", ""]
    changed = with_answers(SOURCE, {"t2": "assert f(4) == 8"})
    with Grader(bundle_of(tmp_path / "3", changed), new_remote=fake) as grader:
        report = grader.grade(submission(SOURCE), kept)
    assert [result.message for result in report.results] == ["", ""]


def test_halves_of_characters_are_the_hand_ins(tmp_path: Path) -> None:
    """A text that no file takes, in what a test prints or says, fails that test alone."""
    source = notebook(
        cell("solution", "def name():\n    return 'ada'", "s"),
        cell("test", "print(name())\nassert name() == 'ada', name()", "t"),
        cell("test", "print(name())", "t2"),
    )
    given = {"s": "def name():\n    return '\\ud800' * 9"}
    with Grader(bundle_of(tmp_path, source)) as grader:
        report = grader.grade(submission(with_answers(source, given)))
    assert [one.outcome for one in report.results] == [Outcome.FAIL, Outcome.PASS]


def test_what_the_solution_fails_gives_no_grade_but_costs_nothing_without_points(
    tmp_path: Path,
) -> None:
    """A test that the solution does not pass is the grader's fault, unless it has no points."""
    told = "assert f(1) == 3, 'three would be nice'"
    source = notebook(
        cell("solution", "def f(x):\n    return 2 * x", "s"),
        cell("test", told, "bonus", 0),
        cell("test", told, "counts", 1),
    )
    answers = [with_answers(source, {"s": f"def f(x): return {n} * x"}) for n in (2, 3)]
    report, better = graded(tmp_path, source, *answers)
    ends = {result.item: result.outcome for result in report.results}
    assert ends == {"bonus": Outcome.FAIL, "counts": Outcome.ERROR}
    assert {result.outcome for result in better.results} == {Outcome.PASS}


def test_unmarked_cells_of_the_source_run_where_they_stand(tmp_path: Path) -> None:
    """In the solution's run, too: behind the tests before them, which may use the same names."""
    source = notebook(
        cell("solution", "def f(x):\n    return 2 * x", "s"),
        cell("test", "b = f(3)\nassert b == 6 and f(1) == 2", "t"),
        nbformat.v4.new_code_cell("b = [1, 2]"),
        cell("solution", "first = b[0]", "s2"),
        cell("test", "assert first == 1", "t2"),
    )
    answers = [with_answers(source, {"s2": one}) for one in ("first = b[0]", "first = b[1]")]
    ends = [[end.outcome for end in one.results] for one in graded(tmp_path, source, *answers)]
    assert ends == [[Outcome.PASS, Outcome.PASS], [Outcome.PASS, Outcome.FAIL]]


UNWRITTEN = {
    "a cell": "raise NotImplementedError()",
    "a function": "def f(x):\n    raise NotImplementedError()",
    "no cell": None,
}


@pytest.mark.parametrize("blank", UNWRITTEN.values(), ids=list(UNWRITTEN))
def test_a_source_that_is_not_solved_gives_what_nbgrader_gives(
    blank: str | None, tmp_path: Path
) -> None:
    """Who passes a test, or a part of it, has the points; who does not, has none."""
    parts = "n = 0\nif f(1) == 1: n += 1\nif f(2) == 4: n += 1\nn"
    kind = "solution" if blank else None
    answers = [blank or "", "f = lambda x: x * x", "f = lambda x: x", "f = lambda x: 0"]

    def with_answer(text: str) -> Any:
        first = cell(kind, text, "s") if kind else nbformat.v4.new_code_cell(text)
        tests = cell("test", "assert f(2) == 4", "t", 2), cell("test", parts, "p", 2)
        return notebook(first, *tests)

    reports = graded(tmp_path, with_answer(blank or ""), *map(with_answer, answers))
    points = [[one.score(item) for item in one.automatic_items] for one in reports]
    assert points == [[0, 0], [2, 2], [0, 1], [0, 0]]


HELPER = "def check_square():\n    assert square(2) == 4\n    assert square(3) == 9"


def test_a_place_to_fill_in_is_not_solved(tmp_path: Path) -> None:
    """Where an unmarked cell of the source only says `x = None`, who fills it in has the points."""
    answers = ["x = None\ny = ...", "x = [2, 1]\ny = 2", "x = [1, 2]\ny = 2", "y = 2"]

    def with_answer(text: str) -> Any:
        solved = cell("solution", "def f():\n    return 1", "s")
        tests = cell("test", "assert x == [1, 2]", "t", 2), cell("test", "assert y > f()", "u", 2)
        return notebook(solved, nbformat.v4.new_code_cell(text), *tests)

    reports = graded(tmp_path, with_answer(answers[0]), *map(with_answer, answers))
    points = [[one.score(item) for item in one.automatic_items] for one in reports]
    assert points == [[0, 0], [0, 2], [2, 2], [0, 2]]


def test_a_test_that_reads_nothing_else_of_a_students_tests_unmarked_cells(
    tmp_path: Path,
) -> None:
    """There the student's own count; a helper of staff's in such a cell stays theirs."""

    def with_answers_in(total: str, twice: str, square: str, helper: str = HELPER) -> Any:
        return notebook(
            nbformat.v4.new_code_cell("import math\nrows = [1, 2, 3]"),
            nbformat.v4.new_code_cell(total),
            cell("test", "assert total == 6 and math.pi > 3", "total"),
            nbformat.v4.new_code_cell(twice),
            cell("test", "assert twice(4) == 8", "twice"),
            cell("solution", square, "s"),
            nbformat.v4.new_code_cell(helper),
            cell("test", "check_square()", "square"),
        )

    right = ("total = sum(rows)", "def twice(x):\n    return 2 * x", "def square(x): return x * x")
    source = with_answers_in(*right)
    otherwise = ("total = 6", "twice = lambda x: x + x", "def square(x): return x ** 2")
    wrong = ("total = 7", "def twice(x):\n    return 3 * x", "def square(x): return 0")
    answers = [
        with_answers_in(*right),
        with_answers_in(*otherwise),
        with_answers_in("", "", ""),
        with_answers_in(*wrong, "def check_square(): pass"),
    ]
    points = [
        [report.score(item) for item in report.automatic_items]
        for report in graded(tmp_path, source, *answers)
    ]
    assert points == [[1, 1, 1], [1, 1, 1], [0, 0, 0], [0, 0, 0]]


def test_a_test_that_asks_by_a_helper_and_fails_the_solution_gives_no_grade(
    tmp_path: Path,
) -> None:
    """Only where nothing of a hand-in's is asked, directly or by a helper, nobody passes it."""
    source = notebook(
        cell("solution", "def square(x): return x", "s"),
        nbformat.v4.new_code_cell(HELPER),
        cell("test", "check_square()", "asks"),
        cell("test", "assert 1 == 2", "asks_nothing"),
    )
    [report] = graded(tmp_path, source, source)
    assert [one.outcome for one in report.results] == [Outcome.ERROR, Outcome.FAIL]


def test_what_a_test_has_given_and_a_later_one_reads_is_as_it_was_left(tmp_path: Path) -> None:
    """Who changes an argument loses the later test that it is as it was, and no other."""
    given = "m, kept = [1, 2], [1, 2]\nassert doubled(m) == [2, 4]"
    source = notebook(
        cell("solution", "def doubled(m):\n    return [2 * one for one in m]", "s"),
        cell("test", given, "given", 2),
        cell("test", "assert m == kept, 'it is changed'", "later", 2),
        cell("test", "assert len(m) == 2", "length", 2),
    )
    changing = "def doubled(m):\n    made = [2 * one for one in m]\n    m[0] = 7\n    return made"
    honest, changed = graded(tmp_path, source, source, with_answers(source, {"s": changing}))
    assert [honest.score(item) for item in honest.automatic_items] == [2, 2, 2]
    assert [changed.score(item) for item in changed.automatic_items] == [2, 0, 2]


def test_a_test_of_what_only_holds_a_place_gives_what_it_gives(tmp_path: Path) -> None:
    """Unmarked cells may be where students answer beside others; what fails of staff's is 0."""
    source = notebook(
        cell("solution", "y = 1", "y"),
        cell("free", "x = None"),
        cell("free", "answer = 41"),
        cell("test", "assert x.real == 4", "t"),
        cell("test", "assert answer == 42", "u"),
        cell("test", "assert y == 2", "v"),
    )
    right = with_answers(source, {})
    right.cells[1].source = "x = 4"
    found = [
        [
            (one.outcome, report.score(item))
            for one, item in zip(report.results, report.items, strict=True)
        ]
        for report in graded(tmp_path, source, source, right)
    ]
    fails, passes, unknown = (Outcome.FAIL, 0), (Outcome.PASS, 1), (Outcome.ERROR, None)
    crashes = (Outcome.CRASH, 0)
    assert found == [[crashes, fails, unknown], [passes, fails, unknown]]
