"""Headings, names, modules and copies of cells: one rule each, for staff and students."""

from pathlib import Path
from typing import Any

import pytest
from pdfs import find_parts

from gradekit.course import Assignment, check_assignments_name
from gradekit.errors import AuthoringError, UsageError
from gradekit.names import is_folders_name, is_module, is_name
from gradekit.notebook.cells import cells_of, read_notebook
from gradekit.notebook.copies import ANSWER_STUB, is_written, place_of_counting
from gradekit.notebook.headings import headings, titles_of
from gradekit.release.build import check_source
from gradekit.submission.names import is_student_id

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
    if is_name(name) or name == "ä":
        assert check_assignments_name(name) == name
    else:
        with pytest.raises(UsageError):
            check_assignments_name(name)


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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It forgets less.", True),
        ("YOUR ANSWER HERE\nit forgets", True),
        ("**Answer:** it forgets", True),
        ("$\\nabla$", True),
        ("∇ ✓", True),
        ("答", True),
        ("", False),
        (" YOUR  ANSWER HERE\n", False),
        ("**Answer:**\n\n", False),
        ("- \n—", False),
    ],
)
def test_what_is_written(text: str, expected: bool) -> None:
    """A label, a dash and the text that was given are no answer; signs are one."""
    assert is_written(text, ANSWER_STUB) is expected


def test_the_same_copy_counts_for_the_grade_and_for_the_pdf() -> None:
    """Copies of an answer's cell behind it, with a label alone or very many, hide it nowhere."""
    texts = ["Mine.", *["**Answer:**", "", ANSWER_STUB] * 5]
    grading = {"grade_id": "q", "grade": True, "solution": True}
    cells = [
        {
            "cell_type": "markdown",
            "source": text,
            "metadata": {"nbgrader": grading, "gradekit": {"handin": "answer"}},
        }
        for text in texts
    ]
    (part,) = (part for part in find_parts({"cells": cells}) if part.name == "answer")
    assert part.text == texts[place_of_counting(texts, ANSWER_STUB, is_answer=True)] == "Mine."


@pytest.mark.parametrize(
    "name", ["ada", "Ada Smith", "müller", "Anne-Mü (2)", "a+b@x.edu", "a\u202eda", "ada.", " ada"]
)
def test_a_folder_has_a_students_name_or_is_named(tiny: Assignment, name: str) -> None:
    """Letters of any language and blanks make a folder's name; what is no text is not graded."""
    (tiny.root / "submitted" / name / "tiny").mkdir(parents=True)
    assert tiny.students() == ([name] if is_folders_name(name) else [])
    assert tiny.misnamed() == ([] if is_folders_name(name) else [name])
    assert is_folders_name(name) is (name in ("ada", "Ada Smith", "müller", "Anne-Mü (2)"))


def test_what_is_a_module_is_one_rule_for_staff_and_students(tiny: Assignment) -> None:
    """Caches are no modules of a source, and an environment's folder with code stops a release."""
    for name in (".ipynb_checkpoints/a.py", "__pycache__/b.py", ".git/hooks/c.py"):
        (tiny.source / name).parent.mkdir(parents=True, exist_ok=True)
        (tiny.source / name).write_text("x = 1\n")
    names = [path.relative_to(tiny.source).as_posix() for path in tiny.modules]
    assert all(map(is_module, names))
    assert "lib/thing.py" in names
    check_source(tiny)
    (tiny.source / "lib" / "env").mkdir()
    (tiny.source / "lib" / "env" / "gym.py").write_text("x = 1\n")
    with pytest.raises(AuthoringError, match=r"lib/env/gym\.py: nothing is taken in from"):
        check_source(tiny)


def test_a_stub_without_its_label_is_no_answer() -> None:
    """Who takes the label away, or moves it, has written nothing yet."""
    released = f"**Answer**\n\n{ANSWER_STUB}"
    assert not any(
        is_written(text, released)
        for text in (ANSWER_STUB, f"{ANSWER_STUB}\n\n**Answer**", released)
    )
    assert is_written(f"{ANSWER_STUB}: it adds.", released)
