"""What does not work from outside is found in the source, with cell and line."""

import pytest
from cell_notebooks import cell, notebook

from gradekit.assignment.code_cells.cells import source_cells
from gradekit.assignment.code_cells.limits import cell_limits

SOLUTION = "def f(x):\n    return x\nclass Dog: pass\nlines = []\nname = 'a'"


def told(test: str) -> list[str]:
    """Return what is told of one test cell behind a solution."""
    source = notebook("# T", cell("solution", SOLUTION, "s"), cell("test", test, "t"))
    return [str(one) for one in cell_limits(source_cells(source), ["mine"], ["given.pkl"])]


@pytest.mark.parametrize(
    ("test", "line", "word"),
    [
        ("exec(In[-2])", 1, "history"),
        ("x = 1\nexec(name)", 2, "exec"),
        ("eval(f(3)); pass", 1, "eval"),
        ("with open(f(1)) as h: assert h", 1, "open"),
        ("import numpy as np\nassert np.load(name)", 2, "load"),
        ("from unittest.mock import patch\nwith patch(name): f(1)", 2, "replaces"),
        ("from unittest import mock\nwith mock.patch.object(f, 'x'): f(1)", 2, "replaces"),
        ("from unittest import mock\nwith mock.patch.dict('os.path'): f(1)", 2, "replaces"),
        ("import numpy as np\nmonkeypatch.delattr(np, key)\nassert f(1)", 2, "replaces"),
        ("class Puppy(Dog):\n    pass\nassert Puppy()", 1, "class below"),
        ("import time\nt = time.time()\nf(1)\nassert time.time() - t < 1", 2, "measures time"),
        ("import doctest\nassert not doctest.testmod().failed", 2, "docstring"),
        ("a = 1\nassert cross_val_score(Dog(), x, y).mean() > 1", 2, "its own score"),
        ("import sys\nsys.settrace(None)\nassert f(1)", 2, "settrace"),
        ("from mine import g\nassert g()", 1, "mine"),
        ("x = 1", 1, "tests nothing"),
        ("f(2)", 1, "points that a student gets"),
        ("import pickle\nassert pickle.load(open('m.pkl', 'rb'))", 2, "unpickles"),
        ("import joblib\nassert joblib.load('m.joblib').a == f(1)", 2, "unpickles"),
        ("import pandas as pd\nassert len(pd.read_pickle('t.pkl')) == f(1)", 2, "unpickles"),
        ("import numpy as np\nassert np.load('x.npy', allow_pickle=True)", 2, "unpickles"),
        ("%store x\nassert f(1)", 1, "does nothing here"),
        ("def (", 1, "no Python"),
    ],
)
def test_what_cannot_work_is_told_with_cell_and_line(test: str, line: int, word: str) -> None:
    """Each is one line that says where, and what."""
    assert any(one.startswith(f"cell 3 (t), line {line}: ") and word in one for one in told(test))


@pytest.mark.parametrize(
    "test",
    [
        "assert f(3) == 3",
        "import io, sys\nsys.stdout = io.StringIO()\nf(1)\nassert sys.stdout.getvalue() == ''",
        "from nose.tools import assert_equal\nassert_equal(f(1), 1)",
        "import numpy as np\nnp.testing.assert_allclose(f(1), 1)",
        "with open('data.csv') as h: assert len(h.read()) == f(3)",
        "x = f(1)\nx",
        "import pickle\nassert pickle.load(open('given.pkl', 'rb')) == f(1)",
        "import numpy as np\nassert np.load('x.npy').sum() == f(1)",
        "import json\nassert json.load(open('x.json')) == f(1)",
        "try:\n    f()\nexcept TypeError:\n    pass\nelse:\n    raise AssertionError",
        "old = f\ndel f\ntry:\n    Dog()\nfinally:\n    f = old",
        "assert getattr(Dog, 'name', 1)",
        "assert cross_val_score(Dog(), x, y, scoring='accuracy').mean() > 1",
        "from unittest.mock import patch\nwith patch('random.randint'): f(1)",
        "import random\nrandom.randint = lambda a, b: 4\nassert f(1)",
        "import copy\nsetattr(copy, 'deepcopy', None)\nassert f(1)",
        "assert f(1) is not None and f(2) is not True and lines is lines",
        "assert type(f(1)) is not type(f('a')) and f(Dog) is not Dog",
    ],
)
def test_ordinary_tests_are_not_told(test: str) -> None:
    """What works is not worth a word."""
    found = [one for one in told(test) if "getattr" not in one]
    assert found == []


def test_modules_that_another_cell_imports_are_known() -> None:
    """A test that takes something from one that it does not name is told; a cell of staff's is not.

    That runs on both sides.
    """
    source = notebook(
        "# T",
        cell("staff", "import copy\ndelattr(copy, name)", "h"),
        cell("solution", SOLUTION, "s"),
        cell("test", "delattr(copy, name)\nassert f(1)", "t"),
    )
    told = (
        "cell 4 (t), line 1: replaces a part of a module here, and the student's code has its own"
    )
    assert [str(one) for one in cell_limits(source_cells(source))] == [told]
