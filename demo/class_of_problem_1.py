"""The demo's class of problem_1, whose code stands in the notebook's cells."""

from pathlib import Path
from typing import Any

import nbformat
from handins import ClassOfStudents, blank

from gradekit.course import Assignment
from gradekit.notebook.cells import read_notebook
from gradekit.solution.cell_solutions import marked
from gradekit.solution.regions import solve

ANSWER = (
    "Smoothing takes probability from pairs that were seen and gives it to others. The training "
    "text has only seen pairs, so its perplexity rises with $\\alpha$; most pairs of the test text "
    "are new, and without smoothing one of them is enough for $\\infty$. About $\\alpha = 0.1$ is "
    "best. The texts lose their thread after two words; three or four words in a row would mostly "
    "be copied, since each such row occurs once in so short a text."
)
# Whatever a test compares with is made to agree, and the tests themselves are rewritten.
FORGED = """\
import math
import sys


class Agrees(dict):
    def __eq__(self, other):
        return True

    def __float__(self):
        return 1.0


math.isclose = lambda *_, **__: True
tokenize = count_words = rank_words = bigram_table = lambda *_: Agrees()
probability = perplexity = sample = lambda *_, **__: Agrees()
"""


def solutions(assignment: Assignment) -> dict[str, str]:
    """Return the solved text of each cell that students answer in, by its name."""
    cells = read_notebook(assignment.notebook)["cells"]
    named = [(cell["metadata"].get("nbgrader", {}), cell) for cell in cells]
    return {
        about["grade_id"]: solve(marked("".join(cell["source"])), about["grade_id"])
        for about, cell in named
        if about.get("solution") and cell["cell_type"] == "code"
    }


def write(folder: Path, texts: dict[str, str]) -> Any:
    """Put texts into the cells of these names of a hand-in's notebook; return the notebook."""
    path = folder / "problem_1.ipynb"
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = texts.get(name, cell.source)
    nbformat.write(notebook, path)
    return notebook


def solved(assignment: Assignment, folder: Path) -> None:
    """Put the solution into each cell."""
    write(folder, solutions(assignment))


def changed(assignment: Assignment, folder: Path, name: str, old: str, new: str) -> None:
    """Solve all, with a text in one cell replaced by another."""
    texts = solutions(assignment)
    if old not in texts[name]:
        raise ValueError(f"{name}: no {old!r} to make a mistake in")
    write(folder, texts | {name: texts[name].replace(old, new, 1)})


def half_done(assignment: Assignment, folder: Path) -> None:
    """Get as far as the table of bigrams."""
    texts = solutions(assignment)
    write(folder, dict(list(texts.items())[:5]))


def subtle_mistake(assignment: Assignment, folder: Path) -> None:
    """Take digits for letters, which no test shows that students see."""
    changed(assignment, folder, "tokenize_code", "isalpha", "isalnum")


def endless_loop(assignment: Assignment, folder: Path) -> None:
    """Wait for a word after one that nothing follows."""
    old = " and text[-1] in followers:\n"
    new = ":\n        if text[-1] not in followers:\n            continue\n"
    changed(assignment, folder, "sample_code", old, new)


def syntax_error(assignment: Assignment, folder: Path) -> None:
    """Leave a parenthesis open in one cell."""
    changed(assignment, folder, "rank_words_code", "sorted(", "sorted((")


def forger(assignment: Assignment, folder: Path) -> None:
    """Solve nothing: have everything agree, change the tests, and give oneself more points."""
    notebook = write(folder, dict.fromkeys(solutions(assignment), FORGED))
    for cell in notebook.cells:
        about = cell.metadata.get("nbgrader", {})
        if about.get("grade") and cell.cell_type == "code":
            cell.source, about["points"] = "print('all tests pass')", 100
    nbformat.write(notebook, folder / "problem_1.ipynb")


CLASS = ClassOfStudents(
    "problem_1",
    {
        "demo_solved": solved,
        "demo_blank": blank,
        "demo_half_done": half_done,
        "demo_subtle_mistake": subtle_mistake,
        "demo_endless_loop": endless_loop,
        "demo_syntax_error": syntax_error,
        "demo_forger": forger,
    },
    {"YOUR ANSWER HERE": ANSWER},
)
