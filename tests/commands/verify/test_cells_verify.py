"""Test cells prove themselves on answers whose grade is known: in cells as in modules."""

from pathlib import Path

import pytest
from cells_course import COUNT, NAME, write_cells_course
from graded_cells import fake

from gradekit.grading.bundle import load_bundle
from gradekit.grading.grader import Grader
from gradekit.solution.cell_solutions import marked, unanswered
from gradekit.solution.mutants import mutants
from gradekit.solution.plain_operators import PLAIN_OPERATORS
from gradekit.verification.answers import Kind, all_answers
from gradekit.verification.item_dependencies import find_needs
from gradekit.verification.verdicts import judge_answer


@pytest.mark.slow
def test_answers_in_cells_are_judged(tmp_path: Path) -> None:
    """Solved, blank, broken, one cell less, and mutants; each mutant loses where it must."""
    assignment = write_cells_course(tmp_path).assignment(NAME)
    bundle = load_bundle(assignment)
    answers = all_answers(assignment, bundle, {})
    many = [one for one in answers if one.kind is Kind.MUTANT]
    assert {one.owner for one in many} == {
        "words.ipynb count_answer",
        "words.ipynb longest_answer",
        "tables.ipynb total_answer",
    }
    chosen = [one for one in answers if one.kind is not Kind.MUTANT] + many[::4]
    with Grader(bundle, new_remote=fake) as grader:
        reports = {one.name: grader.grade(one.submission) for one in chosen}
    needs = find_needs(chosen, reports)
    assert needs["words.ipynb count_answer"] == ("count",)
    assert needs["tables.ipynb total_answer"] == ("total",)
    verdicts = [judge_answer(one, reports[one.name], needs, {}, reports) for one in chosen]
    assert not [(one.answer.difference, one.problems) for one in verdicts if one.problems]
    whole = next(one for one in many if one.owner.startswith("tables"))
    assert whole.place == "tables.ipynb total_answer, line 1"


def test_mistakes_in_ordinary_python() -> None:
    """Operators know strings, dictionaries, conditions, returns and slices; docstrings stay."""
    text = (
        'def f(xs):\n    """Say it."""\n    if not xs:\n        return None\n'
        "    for x in sorted(xs):\n        if x in 'ab' and x is not None:\n            break\n"
        "    print(f'{x + 1}')\n    return [y.upper() for y in xs[1:3]] if x else range(1, 5)"
    )
    found = {one.mistake for one in mutants(marked(text), "f.py", more=PLAIN_OPERATORS)}
    assert {
        "a case left out",
        "sorted left out",
        "the other test",
        "`and` for `or`, or so",
        "a loop goes on",
        "lower for upper",
        "a slice ends too early",
        "never the other value",
        "nothing is returned",
        "the last turn left out",
    } <= found
    lines = {one.line for one in mutants(marked(text), "f.py", more=PLAIN_OPERATORS)}
    assert not lines & {3, 9}  # the docstring, and what is printed


@pytest.mark.parametrize("marker", ["### {} SOLUTION", "# {} SOLUTION", "    #{} SOLUTION now"])
def test_markers_are_what_nbgrader_takes_for_them(marker: str) -> None:
    """Any line with the words is one; a cell without is cut whole."""
    text = f"x = 1\n{marker.format('BEGIN')}\nsecret = 2\n{marker.format('END')}\ny = 3"
    assert "secret" not in unanswered(text)
    assert unanswered(text).startswith("x = 1\n")
    assert unanswered("secret = 2") == "# YOUR CODE HERE\nraise NotImplementedError()"
    assert "return found" not in unanswered(COUNT)
