"""An answer's cell that was given with more than the stub in it: nothing of that is the answer."""

from typing import Any

import pytest
from cell_notebooks import cell, notebook
from nbformat.v4 import new_markdown_cell

from gradekit.assignment.facts import KEY, Facts, answers_of, write_facts
from gradekit.assignment.parts import PartSpec
from gradekit.notebook.copies import is_written
from gradekit.submission.parts.find import find_parts

GIVEN = "**Interpretation** (two sentences)\n\nYOUR ANSWER HERE\n\n*Name a unit.*"
SPEC = PartSpec("why", "answer", max_words=4)


def answer(text: str) -> Any:
    """Return a cell for an answer that a person grades."""
    made = new_markdown_cell(text)
    made.metadata["nbgrader"] = cell("manual", text, "why").metadata["nbgrader"]
    return made


def handed_in(text: str, says: bool = True) -> Any:
    """Return a notebook with a text in the answer's cell; it `says` what was given."""
    made = notebook(answer(text))
    released = notebook(answer(GIVEN))
    if says:
        made.metadata[KEY] = write_facts(Facts("ps1", answers=answers_of(released)))
    return made


@pytest.mark.parametrize(
    ("text", "is_there"),
    [
        (GIVEN, False),
        (GIVEN.replace("YOUR ANSWER HERE", ""), False),
        (f"  {GIVEN}\n", False),
        (GIVEN.replace("YOUR ANSWER HERE", "It grows by metres."), True),
        (f"{GIVEN}\n\nIt grows.", True),
        ("It grows.", True),
    ],
)
def test_what_was_given_is_no_answer(text: str, is_there: bool) -> None:
    """The texts around the stub are no answer, with or without the stub, nor do they count."""
    (part,) = find_parts(handed_in(text), [SPEC])
    assert (not part.problems) == is_there, part.problems
    assert is_written(text, GIVEN) == is_there
    if not is_there:
        assert "not written yet" in part.problems[0]


def test_words_of_the_question_are_not_the_student_s() -> None:
    """Only the answer's own words are counted."""
    text = GIVEN.replace("YOUR ANSWER HERE", "It grows by five metres.")
    (part,) = find_parts(handed_in(text), [SPEC])
    assert "5 words are too many" in part.problems[0]


def test_an_older_release_says_nothing_of_it() -> None:
    """Where the notebook does not say what was given, the stub alone is known."""
    (part,) = find_parts(handed_in("YOUR ANSWER HERE", says=False), [SPEC])
    assert part.problems
    assert answers_of(notebook(answer("YOUR ANSWER HERE"))) == {}
