"""A course of nbgrader's kind: code in cells, hidden tests in test cells, and nothing else.

Its assignment `ps1` has two notebooks, neither called as it is. `words`: `count` (2 points, half of
them by hidden tests), `longest` (3 points, given in parts), `why` (2 points, a written answer).
`tables`: `total` (1 point), whose whole cell is the answer.
"""

from pathlib import Path
from typing import Any

import nbformat
from cell_notebooks import cell, notebook, with_answers
from nbformat.v4 import new_markdown_cell
from tiny_course import CONFIG, nbgrader_cell

from gradekit.course import Course

NAME = "ps1"
COUNT = '''\
def count(text):
    """Return how often each word occurs."""
    ### BEGIN SOLUTION
    found = {}
    for word in text.lower().split():
        found[word] = found.get(word, 0) + 1
    return found
    ### END SOLUTION'''
LONGEST = '''\
def longest(words):
    """Return the longest word, the first of several."""
    ### BEGIN SOLUTION
    return max(words, key=len) if words else ""
    ### END SOLUTION'''
COUNT_TEST = """\
assert count("a b a") == {"a": 2, "b": 1}
### BEGIN HIDDEN TESTS
assert count("Tea for two, tea") == {"tea": 2, "for": 1, "two,": 1}, "letters of both cases"
### END HIDDEN TESTS"""
LONGEST_TEST = """\
points = 0
if longest(["a", "bcd", "ef"]) == "bcd":
    points += 2
if longest([]) == "":
    points += 1
points"""
WHY = """\
### BEGIN SOLUTION
Because a word that was seen before has its number in the dictionary already.
### END SOLUTION"""


def words_notebook() -> Any:
    """Return the solved notebook about words."""
    return notebook(
        "# Words\n\nComplete the cells.",
        cell("staff", "import string\n\nALPHABET = string.ascii_lowercase", "imports"),
        "### Counting",
        cell("solution", COUNT, "count_answer"),
        cell("test", COUNT_TEST, "count", 2),
        "### The longest word",
        cell("solution", LONGEST, "longest_answer"),
        cell("test", LONGEST_TEST, "longest", 3),
        "### Why?",
        nbgrader_cell(new_markdown_cell(WHY), "why", grade=True, solution=True, points=2),
    )


def tables_notebook() -> Any:
    """Return the solved notebook about tables."""
    whole = "prices = {'tea': 2.5, 'cake': 4.0}\ntotal = sum(prices.values())"
    return notebook(
        "# Tables",
        cell("solution", whole, "total_answer"),
        cell("test", "assert abs(total - 6.5) < 1e-9", "total"),
    )


NOTEBOOKS = {"words": words_notebook, "tables": tables_notebook}
# What students write, by notebook and cell; what is not named stays as it was released.
HALF = {
    "words": {
        "count_answer": "def count(text):\n    words = text.split()\n"
        "    return {word: words.count(word) for word in words}",
        "longest_answer": "def longest(words):\n    return max(words, key=len, default=None)",
    }
}
SOLVED = {
    "words": {"count_answer": COUNT, "longest_answer": LONGEST, "why": "It is there already."},
    "tables": {"total_answer": "total = 2.5 + 4.0"},
}


def write_cells_course(root: Path) -> Course:
    """Write the course, not released yet."""
    folder = root / "source" / NAME
    folder.mkdir(parents=True)
    (root / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
    for name, made in NOTEBOOKS.items():
        nbformat.write(made(), folder / f"{name}.ipynb")
    return Course(root)


def hand_in(root: Path, folder: Path, answers: dict[str, dict[str, str]]) -> None:
    """Write what a student hands in: the release's notebooks, with other texts in some cells."""
    folder.mkdir(parents=True)
    for name in NOTEBOOKS:
        released = nbformat.read(root / "release" / NAME / f"{name}.ipynb", as_version=4)
        nbformat.write(with_answers(released, answers.get(name, {})), folder / f"{name}.ipynb")
