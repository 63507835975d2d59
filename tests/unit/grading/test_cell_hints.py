"""Known mistakes in cells: told by what a test was given, however the code is written."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cells_course import COUNT, NAME, SOLVED, write_cells_course
from graded_cells import fake

from gradekit.assignment.code_cells.remote_names import cells_needed
from gradekit.assignment.code_cells.steps import StudentCell
from gradekit.course import Assignment, Course
from gradekit.errors import AuthoringError
from gradekit.grading.bundle import load_bundle
from gradekit.grading.grader import Grader, Submission
from gradekit.model import Outcome, Result
from gradekit.solution.cell_solutions import unanswered
from gradekit.verification.answers import Kind, all_answers
from gradekit.verification.cell_answers import cells_with_tests
from gradekit.verification.item_dependencies import find_needs
from gradekit.verification.verdicts import judge_answer
from gradekit.workers.remote.in_test.answers.transcript import Transcript

LISTED = """
[[mistake]]
in = ["count"]
old = "text.lower()"
new = "text"
hint = "Capitals are kept."

[[mistake]]
in = ["count"]
old = "found.get(word, 0) + 1"
new = "1"
hint = "Each word counts once."

[[mistake]]
in = ["longest"]
old = '''if words else ""'''
new = ""
hint = "There may be no words."

[[mistake]]
in = ["tables.ipynb total_answer"]
old = "sum(prices.values())"
new = "len(prices)"
hint = "This is how many there are."
"""
EQUIVALENT = '''"""Counts with list.count."""


def count(text):
    words = text.lower().split()
    return {word: words.count(word) for word in words}
'''
BEGUN = '''"""Half of it."""

LEFT_OUT = ("longest",)


def count(text):
    return {word: text.lower().split().count(word) for word in text.lower().split()}
'''


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with mistakes in cells, and with answers that are right or half done."""
    root = tmp_path_factory.mktemp("hints")
    write_cells_course(root)
    graders = root / "tests/graders" / NAME
    (graders / "verify/equivalents").mkdir(parents=True)
    (graders / "mistakes.toml").write_text(LISTED)
    (graders / "verify/equivalents/other.py").write_text(EQUIVALENT)
    (graders / "verify/equivalents/begun.py").write_text(BEGUN)
    return root


@pytest.fixture(scope="module")
def grader(course: Path) -> Iterator[Grader]:
    """A grader that knows these mistakes."""
    with Grader(load_bundle(write_again(course)), new_remote=fake) as grader:
        yield grader


def write_again(root: Path) -> Assignment:
    """Return the assignment of a course that is there."""
    return Course(root).assignment(NAME)


def results(grader: Grader, answers: dict[str, dict[str, str]]) -> dict[str, Result]:
    """Return the result of each item for a hand-in with other texts in some cells."""
    cells = {
        notebook: tuple(
            StudentCell(
                cell.number, cell.name, (SOLVED[notebook] | answers.get(notebook, {}))[name]
            )
            for cell in source
            if (name := cell.name) in SOLVED[notebook]
        )
        for notebook, source in grader.bundle.notebooks.items()
    }
    return {
        result.item: result for result in grader.grade(Submission("ada", {}, cells=cells)).results
    }


def count_answer(text: str) -> dict[str, dict[str, str]]:
    """Return an answer to one cell."""
    return {"words": {"count_answer": text}}


def test_what_a_known_mistake_gives_is_told_by_its_hint(grader: Grader) -> None:
    """Another way to write the same mistake gives the same, in a test that students see."""
    other = "def count(text):\n    return dict.fromkeys(text.lower().split(), 1)"
    found = results(grader, count_answer(other))["count"]
    assert found.outcome is Outcome.FAIL
    assert found.message.startswith("line 1 of the test, `assert count(")
    assert found.message.endswith(". Each word counts once.")


def test_where_only_hidden_tests_fail_the_hint_is_told_as_well(grader: Grader) -> None:
    """It says nothing of what is hidden but that it is this mistake."""
    other = "def count(text):\n    return {w: text.split().count(w) for w in text.split()}"
    found = results(grader, count_answer(other))["count"]
    told = "passes the tests that you see; a hidden test does not hold. Capitals are kept."
    assert found.message == told


def test_another_mistake_in_the_same_place_is_told_no_hint(grader: Grader) -> None:
    """Where the values are others nobody knows what is wrong."""
    other = "def count(text):\n    return dict.fromkeys(text.lower().split(), 7)"
    found = results(grader, count_answer(other))["count"]
    assert found.outcome is Outcome.FAIL
    assert "Each word" not in found.message
    assert "Capitals" not in found.message


def test_exceptions_and_whole_cells_are_mistakes_too(grader: Grader) -> None:
    """A test that ends with the same exception, or reads the same variable, is alike."""
    answers = {
        "words": {
            "longest_answer": "def longest(words):\n    return sorted(words, key=len)[-1:][0]"
        },
        "tables": {"total_answer": "total = 2"},
    }
    found = results(grader, answers)
    assert "There may be no words." not in found["longest"].message  # another exception
    assert found["total"].message.endswith("This is how many there are.")
    answers = {
        "words": {"longest_answer": "def longest(w):\n    return max(w, key=lambda x: len(x))"}
    }
    assert results(grader, answers)["longest"].message.endswith("There may be no words.")


def test_what_is_not_written_is_compared_with_nothing(grader: Grader) -> None:
    """A function that is as it was released has no mistake, and no time is spent on it."""
    found = results(grader, count_answer(unanswered(COUNT)))["count"]
    assert found.outcome is Outcome.CRASH
    assert "NotImplementedError" in found.message
    assert "Each word" not in found.message


@pytest.mark.slow
def test_mistakes_and_other_answers_in_cells_are_verified(course: Path) -> None:
    """Each mistake is told by name; right answers earn all, half done ones what they solve."""
    assignment = write_again(course)
    bundle = load_bundle(assignment)
    wanted = (Kind.REFERENCE, Kind.UNSOLVED, Kind.EQUIVALENT, Kind.MISTAKE, Kind.TWO_MISTAKES)
    answers = [one for one in all_answers(assignment, bundle, {}) if one.kind in wanted]
    assert [one.kind for one in answers].count(Kind.MISTAKE) == 4
    assert [one.kind for one in answers].count(Kind.TWO_MISTAKES) == 3
    (begun,) = [one for one in answers if one.name == "equivalent_begun"]
    assert begun.left_out == ("longest", "words.ipynb longest_answer")
    with Grader(bundle, new_remote=fake) as grader:
        reports = {one.name: grader.grade(one.submission) for one in answers}
    needs = find_needs(answers, reports)
    verdicts = [judge_answer(one, reports[one.name], needs, {}, reports) for one in answers]
    assert [(v.answer.name, v.problems) for v in verdicts if v.problems] == []
    assert reports["equivalent_begun"].results[0].outcome is Outcome.PASS


def test_a_mistake_in_no_cell_is_told(course: Path) -> None:
    """One line names the list and what it cannot be made in."""
    assignment = write_again(course)
    path = assignment.graders / "mistakes.toml"
    path.write_text(LISTED.replace('"longest"', '"shortest"'))
    try:
        with pytest.raises(AuthoringError, match="nothing that students complete has shortest"):
            load_bundle(assignment)
    finally:
        path.write_text(LISTED)


def test_a_transcript_forgets_rounding_and_nothing_else() -> None:
    """Values are the same to nine digits; kinds, order and exceptions count."""

    def digest(*values: object) -> str:
        made = Transcript()
        for value in values:
            made.note(value)
        return made.digest

    assert digest(0.1 + 0.2) == digest(0.3)
    assert digest({"a": 1, "b": 2.0}) == digest({"b": 2.0, "a": 1})
    assert digest({3, 1}) == digest({1, 3})
    assert digest(ValueError("one")) == digest(ValueError("another"))
    different = [
        *(0.3, 0.31, 1, True, "1", None, [1], (1,), {1}, {"a": 1}, [1, [2]], [[1], 2]),
        *(ValueError(), KeyError(), float("nan"), float("inf"), 1j, b"1"),
    ]
    assert len({digest(one) for one in different}) == len(different)
    assert digest(1, 2) != digest(2, 1)


def test_a_cell_that_no_test_needs_has_no_mutants(grader: Grader) -> None:
    """What a test needs is found through the cells above it."""
    words = grader.bundle.notebooks["words"]
    assert [cell.name for cell in cells_needed(words, "longest")] == [
        "imports",
        "longest_answer",
        "longest",
    ]
    owners = {one.cell.name for one in cells_with_tests(grader.bundle)}
    assert owners == {"count_answer", "longest_answer", "total_answer"}
