"""The notebooks that new assignments begin with: one item of code, a plot, a written answer."""

from collections.abc import Sequence
from typing import Any, Literal

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

Code = Literal["cells", "modules", "written"]
TITLE = """\
# {title}

Change this text first: say what the assignment is about, and how to hand in.

Run `gradekit check` to see where you are, and `gradekit submit` to hand in.
"""
SET_UP = """\
import matplotlib.pyplot as plt
"""
FUNCTION = '''\
def running_mean(numbers):
    """Return the means of the first number, the first two, and so on, as a list.

    Raises ValueError where there are no numbers.
    """
    ### BEGIN SOLUTION
    if not numbers:
        raise ValueError("a mean needs at least one number")
    means, total = [], 0.0
    for count, number in enumerate(numbers, start=1):
        total += number
        means.append(total / count)
    return means
    ### END SOLUTION
'''
IN_CELL = """\
## Running mean (2 points)

Complete `running_mean`.
"""
IN_MODULE = """\
## Running mean (2 points)

Complete `running_mean` in `{module}.py`, beside this notebook.
"""
VISIBLE = """\
assert running_mean([1, 3]) == [1, 2]
"""
HIDDEN = """\
### BEGIN HIDDEN TESTS
assert running_mean([2, 4, 9]) == [2, 3, 5]
assert running_mean([-1.5]) == [-1.5]
try:
    running_mean([])
except ValueError:
    pass
else:
    raise AssertionError("running_mean([]) raises no ValueError")
### END HIDDEN TESTS
"""
PLOT_TEXT = """\
## The plot

Draw the running mean of `rolls`. The plot is a part of what you hand in.
"""
PLOT = """\
rolls = [3, 6, 1, 1, 4, 5, 2, 6, 6, 3, 2, 4]
### BEGIN SOLUTION
plt.plot(range(1, len(rolls) + 1), running_mean(rolls), marker="o")
plt.xlabel("number of rolls")
plt.ylabel("mean so far")
### END SOLUTION
plt.show()
"""
QUESTION = """\
## Explanation (1 point)

Where does the running mean of a fair die go, and why does it move less and less?
"""
ANSWER = """\
**Your answer**

### BEGIN SOLUTION
It goes to 3.5, the mean of the die's faces. The n-th roll moves the mean by a share of 1/n at most.
### END SOLUTION
"""


def notebook(title: str, code: Code, module: str = "") -> str:
    """Return a new assignment's notebook, solved, as the text of its file.

    Its code stands in a `module` where code is in modules.
    """
    cells = [text_cell(TITLE.format(title=title))]
    if code == "cells":
        cells += [
            code_cell("set_up", SET_UP),
            text_cell(IN_CELL),
            code_cell("running_mean_code", FUNCTION, solution=True),
            code_cell("running_mean", VISIBLE + HIDDEN, points=2),
        ]
    if code == "modules":
        imports = f"from {module} import running_mean\n"
        cells += [
            code_cell("set_up", f"{SET_UP}{imports}"),
            text_cell(IN_MODULE.format(module=module)),
            code_cell("running_mean", f"{imports}\n{VISIBLE}", points=2),
        ]
    if code != "written":
        cells += [text_cell(PLOT_TEXT), code_cell("plot", PLOT, solution=True)]
    cells += [text_cell(QUESTION), _answer("explanation", ANSWER)]
    return notebook_of(cells)


def notebook_of(cells: Sequence[Any]) -> str:
    """Return the text of a notebook's file, the same each time."""
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    made = new_notebook(cells=list(cells), metadata={"kernelspec": kernel})
    for number, cell in enumerate(made.cells):
        cell.id = f"cell-{number}"
    return str(nbformat.writes(made)) + "\n"


def text_cell(text: str) -> Any:
    """Return a cell that is read."""
    return new_markdown_cell(text.strip())


def code_cell(name: str, text: str, solution: bool = False, points: float | None = None) -> Any:
    """Return a cell of code: what students write, a check that gives points, or one as it is."""
    cell = new_code_cell(text.strip())
    if solution or points is not None:
        cell.metadata["nbgrader"] = _marked(name, solution, points)
    return cell


def _answer(name: str, text: str) -> Any:
    cell = new_markdown_cell(text.strip())
    cell.metadata["nbgrader"] = _marked(name, True, 1)
    return cell


def _marked(name: str, solution: bool, points: float | None) -> dict[str, Any]:
    marked = {
        "grade": points is not None,
        "grade_id": name,
        "locked": not solution,
        "schema_version": 3,
        "solution": solution,
        "task": False,
    }
    return marked if points is None else {**marked, "points": points}
