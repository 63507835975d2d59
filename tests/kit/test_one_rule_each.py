"""Headings, names and copies of cells: one rule each, for staff's notebooks and students'."""

from pathlib import Path
from typing import Any

import pytest

from gradekit.course import Assignment, check_name
from gradekit.handin.copies import place_of_counting
from gradekit.handin.names import is_student_id
from gradekit.handin.notebook import cells_of, read_notebook
from gradekit.headings import headings, titles_of
from gradekit.names import is_name
from gradekit.report import UsageError

HEADINGS: dict[str, list[tuple[str, float | None]]] = {
    "# One": [("One", None)],
    "###### Six (2 points)": [("Six", 2.0)],
    "## A (1 point)": [("A", 1.0)],
    "## A (2 pts)": [("A", 2.0)],
    "## A (2pts.)": [("A", 2.0)],
    "## A (1 pt)": [("A", 1.0)],
    "## A [2 Points]": [("A", 2.0)],
    "## A [ 2 POINTS ] ##": [("A", 2.0)],
    "## A (2.5 points)": [("A", 2.5)],
    "## A (0,5 points)": [("A", 0.5)],
    "## A (.5 points)": [("A", 0.5)],
    "## A (2 points) and more": [("A (2 points) and more", None)],
    "## A (2)": [("A (2)", None)],
    "## A (two points)": [("A (two points)", None)],
    "## A (b) (2 points)": [("A (b)", 2.0)],
    "## A (2 points]": [("A (2 points]", None)],
    "## In C#": [("In C#", None)],
    "## Closed ##": [("Closed", None)],
    "   ### Indented": [("Indented", None)],
    "    # Code": [],
    "#None": [],
    "####### Seven": [],
    "##": [],
    "## ": [],
    "### BEGIN SOLUTION": [],
    "### END HIDDEN TESTS": [],
    "### STUB x = 1": [],
    "```python\n# A comment\n```\n# A": [("A", None)],
    "~~~\n# A comment\n```\n# Another\n~~~\n# A": [("A", None)],
    "````\n```\n# A comment\n````\n# A": [("A", None)],
    "```\n# A comment": [],
    "  ```\n# A comment\n  ```   \n# A": [("A", None)],
    "```x = 1``` is code\n# A": [("A", None)],
    "# A\ntext\n## B (1 point)": [("A", None), ("B", 1.0)],
    "# A\r\n": [("A", None)],
    "#\tTab": [("Tab", None)],
    "text # A": [],
}


@pytest.mark.parametrize("text", HEADINGS)
def test_headings_of_a_text(text: str) -> None:
    """Titles and points are those that a reader sees, and code has none."""
    assert [(one.title, one.number) for one in headings(text)] == HEADINGS[text]


def test_an_items_title_is_its_own() -> None:
    """Items that share a heading have their names beside it; one without a heading its name."""
    named = [("a", "Both"), ("b", "Both"), ("c", "One"), ("d", "")]
    assert titles_of(named) == {"a": "Both: a", "b": "Both: b", "c": "One", "d": "d"}


def test_staff_and_students_see_the_same_headings(tiny: Assignment, notebooks: Any) -> None:
    """A comment in fenced code above an item is no heading, and stops no release."""
    text = "### Doubling [3 Points]\n\n```python\n# not a heading (5 points)\n```"
    notebooks.change(tiny.notebook, lambda nb: nb.cells[2].update(source=text))
    assert tiny.items()[0].title == "Doubling"
    cells = {cell.name: cell for cell in cells_of(read_notebook(tiny.notebook))}
    assert cells["double"].heading == "Doubling"


@pytest.mark.parametrize(
    "name", ["ada", "@ada", "a.b@c-d_9", "", ".a", "-a", "a/b", "ä", "a" * 101]
)
def test_a_name_is_a_name_everywhere(name: str) -> None:
    """What can be a student's id can be an assignment's name, and the other way round."""
    assert is_student_id(name) is is_name(name)
    if is_name(name):
        assert check_name("assignment", name) == name
    else:
        with pytest.raises(UsageError):
            check_name("assignment", name)


@pytest.mark.parametrize(
    ("copies", "is_answer", "expected"),
    [
        (["a"], False, 0),
        (["a", "b"], False, 1),
        (["mine", "given"], False, 1),
        (["mine", "given"], True, 0),
        (["mine", "", " given\n"], True, 0),
        (["mine", "later", "given"], True, 1),
        (["given", "given"], True, 1),
    ],
)
def test_which_copy_of_a_cell_counts(copies: list[str], is_answer: bool, expected: int) -> None:
    """The last one; of an answer the last one that somebody wrote in."""
    assert place_of_counting(copies, "given", is_answer) == expected


def test_there_is_one_rule_each() -> None:
    """No other module has a pattern of its own for headings or names."""
    package = Path(__file__).resolve().parents[2] / "gradekit"
    for path in package.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert "#{1,6}" not in text or path.name == "headings.py", path
        assert "[A-Za-z0-9_.@-]*" not in text or path.name == "names.py", path
