"""A ps1 as nbgrader's own documentation has one: two notebooks, a picture, tasks, hand-ins.

Written from what such a course is like; nothing of it is copied.
"""

import base64
from typing import Any

from cell_notebooks import cell, notebook, with_answers
from nbformat.v4 import new_markdown_cell

# A picture of one point, which a text shows.
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)
DATA = {"island.png": PICTURE, "years.csv": b"year,people\n2001,4\n2002,9\n2003,16\n"}

SQUARES = '''\
def squares(n):
    """Return the squares of the numbers from 1 to n; n must be 1 or more."""
    ### BEGIN SOLUTION
    if n < 1:
        raise ValueError("n must be 1 or more")
    return [i ** 2 for i in range(1, n + 1)]
    ### END SOLUTION'''
SUM_OF_SQUARES = '''\
def sum_of_squares(n):
    """Return the sum of the squares of the numbers from 1 to n."""
    ### BEGIN SOLUTION
    return sum(squares(n))
    ### END SOLUTION'''


def _written(name: str, text: str, points: float, *, task: bool = False) -> Any:
    made = new_markdown_cell(text)
    made.id = name.replace("_", "-")
    made.metadata["nbgrader"] = {
        "grade_id": name,
        "schema_version": 3,
        "grade": not task,
        "solution": not task,
        "locked": task,
        "task": task,
        "points": points,
    }
    return made


PROBLEM_1 = notebook(
    "Complete each part. Cells with `YOUR CODE HERE` are yours.",
    cell("free", "NAME = ''\nCOLLABORATORS = ''"),
    "## Part A (2 points)",
    cell("solution", SQUARES, "squares"),
    cell("free", "squares(10)"),
    cell("test", "\"\"\"Check that squares gives the right numbers.\"\"\"\n"
         "assert squares(1) == [1]\nassert squares(2) == [1, 4]\n"
         "### BEGIN HIDDEN TESTS\nassert squares(7) == [1, 4, 9, 16, 25, 36, 49]\n"
         "### END HIDDEN TESTS", "correct_squares"),
    cell("test", "\"\"\"Check that squares refuses what is no such number.\"\"\"\n"
         "for wrong in (0, -4):\n    try:\n        squares(wrong)\n    except ValueError:\n"
         "        pass\n    else:\n        raise AssertionError('did not raise')",
         "squares_invalid_input"),
    "## Part B (1.5 points)",
    cell("solution", SUM_OF_SQUARES, "sum_of_squares"),
    cell("free", "sum_of_squares(10)"),
    cell("test", "assert sum_of_squares(1) == 1\nassert sum_of_squares(10) == 385\n"
         "### BEGIN HIDDEN TESTS\nassert sum_of_squares(11) == 506\n### END HIDDEN TESTS",
         "correct_sum_of_squares", 0.5),
    cell("test", "original = squares\ndel squares\ntry:\n    sum_of_squares(2)\n"
         "except NameError:\n    pass\nelse:\n    raise AssertionError('squares is not used')\n"
         "finally:\n    squares = original", "sum_of_squares_uses_squares"),
    "## Part C (1 point)",
    _written("sum_formula", "### BEGIN SOLUTION\n$\\sum_{i=1}^n i^2$\n### END SOLUTION", 1),
    "## Part D (2 points)",
    cell("staff", "import matplotlib.pyplot as plt", "drawing"),
    cell("manual", "### BEGIN SOLUTION\nplt.plot(range(1, 15), [sum_of_squares(n) for n in "
         "range(1, 15)])\nplt.xlabel('n')\n### END SOLUTION", "pyramids", 2),
)  # fmt: skip
PROBLEM_2 = notebook(
    "People lived here:\n\n![island](island.png)",
    "## Part A (2 points)",
    _written("island", "### BEGIN SOLUTION\nMore and more of them.\n### END SOLUTION", 2),
    "## Part B (2 points)",
    cell("solution", "def growth(path):\n    ### BEGIN SOLUTION\n    import csv\n"
         "    with open(path) as file:\n        found = [int(row['people']) for row in "
         "csv.DictReader(file)]\n    return [b - a for a, b in zip(found, found[1:])]\n"
         "    ### END SOLUTION", "growth"),
    cell("test", "assert growth('years.csv') == [5, 7]", "correct_growth", 2),
    "## Part C (3 points)",
    _written("drawing_task", "Draw the island in three ways.\n\n### BEGIN MARK SCHEME\n"
             "A point for each.\n### END MARK SCHEME", 3, task=True),
)  # fmt: skip
SOURCES = {"problem1": PROBLEM_1, "problem2": PROBLEM_2}

BLANK = "# YOUR CODE HERE\nraise NotImplementedError()"


def _handed_in(first: dict[str, str], second: dict[str, str]) -> dict[str, Any]:
    given = (with_answers(PROBLEM_1, first), with_answers(PROBLEM_2, second))
    return dict(zip(SOURCES, given, strict=True))


COMPLETE = _handed_in({}, {"island": "Ever more.", "sum_formula": "see above"})
LATE = _handed_in(
    {
        "squares": "def squares(n):\n    return [i ** 2 for i in range(1, n + 1)]",
        "sum_of_squares": "def sum_of_squares(n):\n    return n * (n + 1) * (2 * n + 1) // 6",
        "pyramids": "plt.plot(squares(4))",
    },
    {"growth": "def growth(path):\n    return [5, 7]"},
)
EMPTY = _handed_in(
    {
        "squares": f"def squares(n):\n    {BLANK.replace(chr(10), chr(10) + '    ')}",
        "sum_of_squares": f"def sum_of_squares(n):\n    {BLANK.replace(chr(10), chr(10) + '    ')}",
        "pyramids": BLANK,
        "sum_formula": "YOUR ANSWER HERE",
    },
    {"growth": BLANK, "island": "YOUR ANSWER HERE"},
)
DAMAGED: dict[str, Any] = {"problem1": '{"cells": [', "problem2": PROBLEM_2}
