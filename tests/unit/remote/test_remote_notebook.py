"""Checks that use what a hand-in's notebook defines: `student.notebook.count("a b")`."""

from collections.abc import Iterator

import pytest
from cells_course import COUNT, NAME, SOLVED, write_cells_course

from gradekit.assignment.code_cells.steps import StudentCell
from gradekit.course import Assignment, Course
from gradekit.grading.bundle import load_bundle
from gradekit.grading.grader import Grader, Submission
from gradekit.model import Outcome, Report, Result
from gradekit.verification.answers import Kind, all_answers, quick_answers

CHECKS = '''\
"""The hidden checks."""

import pytest


@pytest.mark.item("count", weight=2)
def test_letters(student):
    """count takes words with capitals for others."""
    assert student.notebooks["words"].count("Tea for two, tea") == {"tea": 2, "for": 1, "two,": 1}


@pytest.mark.item("count")
def test_nothing(student):
    """count finds nothing in an empty text."""
    assert student.notebooks["words"].count("") == {}
    assert student.notebooks["words"].ALPHABET[0] == "a"


@pytest.mark.item("total")
def test_total(student):
    """total is the sum of all prices."""
    assert abs(student.notebooks["tables"].total - 6.5) < 1e-9
'''


@pytest.fixture(scope="module")
def assignment(tmp_path_factory: pytest.TempPathFactory) -> Assignment:
    """A course of cells in which checks decide on two of the items."""
    root = tmp_path_factory.mktemp("notebook")
    write_cells_course(root)
    graders = root / "tests/graders" / NAME
    graders.mkdir(parents=True)
    (graders / "test_words.py").write_text(CHECKS)
    return Course(root).assignment(NAME)


@pytest.fixture(scope="module")
def grader(assignment: Assignment) -> Iterator[Grader]:
    """A grader of it."""
    with Grader(load_bundle(assignment)) as grader:
        yield grader


def report_of(grader: Grader, changed: dict[str, str]) -> Report:
    """Return the report of the solved hand-in with other texts in some cells."""
    cells = {
        notebook: tuple(
            StudentCell(cell.number, cell.name, changed.get(cell.name, SOLVED[notebook][cell.name]))
            for cell in source
            if cell.name in SOLVED[notebook]
        )
        for notebook, source in grader.bundle.notebooks.items()
    }
    return grader.grade(Submission("ada", {}, cells=cells))


def grade(grader: Grader, changed: dict[str, str]) -> dict[str, Result]:
    """Return the result of each check."""
    report = report_of(grader, changed)
    return {result.check.partition("::")[2]: result for result in report.results}


def test_checks_and_test_cells_decide_side_by_side(grader: Grader) -> None:
    """An item that a check names is the check's; the others are their test cells'."""
    assert grader.bundle.by_cells == ("longest",)
    found = grade(grader, {})
    assert set(found) == {"test_letters", "test_nothing", "test_total", "longest"}
    assert {result.outcome for result in found.values()} == {Outcome.PASS}, found


def test_a_wrong_function_fails_its_check_alone(grader: Grader) -> None:
    """What is compared is compared here."""
    wrong = COUNT.replace("text.lower()", "text")
    found = grade(grader, {"count_answer": wrong})
    failed = {name for name, result in found.items() if result.outcome is not Outcome.PASS}
    assert failed == {"test_letters"}
    assert found["test_letters"].outcome is Outcome.FAIL


def test_what_is_not_there_is_told_by_its_name(grader: Grader) -> None:
    """Neither a cell that raises nor one that is no Python costs more than what needs it."""
    for text in ("def cuont(text):\n    return {}", "def count(:", "1 / 0"):
        found = grade(grader, {"count_answer": text})
        assert found["test_letters"].outcome is Outcome.CRASH
        assert found["test_letters"].message == "`count` is not in words.ipynb"
        assert found["test_total"].outcome is Outcome.PASS


@pytest.mark.slow
def test_a_cell_without_an_end_costs_what_needs_it(grader: Grader) -> None:
    """It is waited for once, whoever asks; the names of other cells are there."""
    endless = f"{COUNT}\nwhile True:\n    pass"
    report = report_of(grader, {"count_answer": endless})
    assert report.student_cpu_seconds < grader.bundle.spec.grading.call_seconds + 1.5
    found = {result.check.partition("::")[2]: result for result in report.results}
    assert found["longest"].outcome is Outcome.PASS
    assert found["test_letters"].outcome is Outcome.TIMEOUT
    assert found["test_nothing"].outcome is Outcome.TIMEOUT
    assert found["test_total"].outcome is Outcome.PASS


def test_an_object_that_agrees_with_everything_earns_nothing(grader: Grader) -> None:
    """A class of the student's has no operators, in a notebook as in a module."""
    forged = (
        "class Agrees(dict):\n    def __eq__(self, other): return True\n"
        "    def __sub__(self, other): return 0\n"
        "def count(text): return Agrees()\n"
    )
    found = grade(grader, {"count_answer": forged, "total_answer": f"{forged}\ntotal = Agrees()"})
    for name in ("test_letters", "test_nothing", "test_total"):
        assert found[name].outcome is Outcome.FAIL


def test_answers_that_verify_such_checks(assignment: Assignment, grader: Grader) -> None:
    """The solution earns all, the blank release nothing, and cells have mutants."""
    for answer in quick_answers(assignment, grader.bundle):
        report = grader.grade(answer.submission)
        passed = {result.outcome is Outcome.PASS for result in report.results}
        assert passed == {answer.kind is Kind.REFERENCE}, answer.name
    answers = all_answers(assignment, grader.bundle, {})
    owners = {one.owner for one in answers if one.kind is Kind.MUTANT}
    assert "words.ipynb count_answer" in owners
