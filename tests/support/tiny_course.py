"""A tiny course that is graded in no time, with one assignment.

It has two items that checks decide, `double` (3 points: one check of weight 2 and one of weight 1)
and `slope` (1 point), and one that a person grades, `question` (2 points).
"""

from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from gradekit.course import Course

CONFIG = """\
from gradekit.gradebook.config import configure

configure(get_config())
"""
HELPER = '''\
"""What the assignment provides."""

import numpy as np


def floats(values):
    """Return values as an array of floats."""
    return np.asarray(values, dtype=float)
'''
THING = '''\
"""A layer that doubles."""

import numpy as np

from lib.helper import floats


class Doubler:
    """Doubles its input."""

    def forward(self, x):
        """Return twice x, an array of any shape."""
        # TODO: keep in self.meta what backward needs.
        ### BEGIN SOLUTION
        self.meta = floats(x)
        doubled = self.meta + np.multiply(self.meta, 1.0)
        ### END SOLUTION
        return doubled

    def backward(self, dout):
        """Return the gradient of x."""
        ### BEGIN SOLUTION
        ### STUB dx = None
        dx = 2.0 * floats(dout)
        ### END SOLUTION
        return dx
'''
PROBES = '''\
"""What the checks ask of a hand-in."""


def _doubler():
    from lib.thing import Doubler

    return Doubler()


def double(x):
    """x of any shape → doubled."""
    return {"doubled": _doubler().forward(x)}


def slope(x, dout):
    """dout of the shape of x → dx."""
    layer = _doubler()
    layer.forward(x)
    return {"dx": layer.backward(dout)}
'''
REFERENCE_PROBES = '''\
"""What only the reference is asked."""

import numpy as np
from probes import double


def doubled_by_the_reference(x):
    """x of any shape → doubled, in two ways."""
    return {"doubled": np.multiply(x, 2.0), "same": double(x)["doubled"]}
'''
CHECKS = '''\
"""The hidden checks."""

import numpy as np
import pytest

from gradekit.checks import Pass, draw, expect_close, expect_like_reference, expect_own_gradient


@pytest.mark.item("double", weight=2)
def test_fixed(student):
    """Doubler.forward doubles one fixed array."""
    expect_close(student.ask("double", x=np.ones((2, 3))), {"doubled": np.full((2, 3), 2.0)}, 1e-9)


@pytest.mark.item("double")
def test_random(student, reference):
    """Doubler.forward doubles other arrays."""
    case = draw(1, x=(4, 1, 2))
    expect_like_reference(student, reference, "double", case, 1e-9)
    want = reference.ask("doubled_by_the_reference", **case)
    expect_close(student.ask("double", **case), {"doubled": want["doubled"]}, 1e-9)


@pytest.mark.item("slope")
def test_numerical(student, reference):
    """Doubler.backward agrees with the numerical gradient of your own forward."""
    passes = Pass("double", "slope", {"doubled": "dout"}, ["x"])
    case = draw(2, x=(2, 2), dout=(2, 2))
    expect_own_gradient(student, reference, passes, case, 1e-6)
'''
# Tests draw the same inputs each time; a real secret is made when it is first needed.
FIXED_SECRET = "0f" * 32 + "\n"
TINY_FILES = {
    "nbgrader_config.py": CONFIG,
    "source/tiny/README.md": "# Tiny\n\nComplete `lib/thing.py`.\n",
    "source/tiny/data/words.txt": "once upon a time\n",
    "source/tiny/lib/__init__.py": '"""The library of the tiny assignment."""\n',
    "source/tiny/lib/helper.py": HELPER,
    "source/tiny/lib/thing.py": THING,
    "tests/graders/tiny/probes.py": PROBES,
    "tests/graders/tiny/reference_probes.py": REFERENCE_PROBES,
    "tests/graders/tiny/secret.key": FIXED_SECRET,
    "tests/graders/tiny/test_thing.py": CHECKS,
}
WRITTEN_ANSWER = """\
**Answer**

### BEGIN SOLUTION
Doubling is adding a number to itself, and that is all there is to it.
### END SOLUTION"""


def nbgrader_cell(cell: Any, name: str, **metadata: Any) -> Any:
    """Return a cell with a name and metadata for nbgrader."""
    cell.id = name.replace("_", "-")
    defaults = {"grade": False, "solution": False, "locked": False, "task": False}
    cell.metadata["nbgrader"] = {"grade_id": name, "schema_version": 3, **defaults, **metadata}
    return cell


def tiny_notebook() -> Any:
    """Return the tiny assignment's solved notebook, with outputs that must not be released."""
    setup = new_code_cell("from lib.thing import Doubler", execution_count=1)
    double = new_code_cell("print(Doubler().forward([1, 2]))", execution_count=2)
    double.outputs = [nbformat.v4.new_output("stream", name="stdout", text="[2. 4.]\n")]
    play = "### BEGIN SOLUTION\nplayed = Doubler().forward(21)\n### END SOLUTION\nprint(played)"
    locked = {"locked": True}
    cells = [
        new_markdown_cell("# Tiny", id="title"),
        nbgrader_cell(setup, "setup", **locked),
        new_markdown_cell("### Doubling (3 points)\n\nComplete `Doubler.forward`.", id="about-1"),
        nbgrader_cell(double, "double", grade=True, points=3, **locked),
        new_markdown_cell("### Slope (1 point)\n\nComplete `Doubler.backward`.", id="about-2"),
        nbgrader_cell(
            new_code_cell("assert Doubler().backward(1) == 2"),
            "slope",
            grade=True,
            points=1,
            **locked,
        ),
        new_markdown_cell("### Play", id="about-3"),
        nbgrader_cell(new_code_cell(play), "play", solution=True),
        new_markdown_cell("### Question (2 points)\n\nWhat is doubling?", id="about-4"),
        nbgrader_cell(
            new_markdown_cell(WRITTEN_ANSWER), "question", grade=True, solution=True, points=2
        ),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


def write_tiny_course(root: Path) -> Course:
    """Write a course with the tiny assignment into a folder."""
    for name, text in TINY_FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    nbformat.write(tiny_notebook(), root / "source" / "tiny" / "tiny.ipynb")
    return Course(root)
