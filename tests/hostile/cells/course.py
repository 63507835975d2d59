"""The assignment that forgeries are handed in for: test cells of every common kind, hidden tests.

Nothing that can be known by heart earns an item: each has a hidden part.
"""

from typing import Any

from cell_notebooks import cell, notebook

NAME = "ps1"
HELPER = b'''\
"""What staff give with the assignment."""


def same(got, want):
    assert got == want, (got, want)
'''
DATA = {"helper.py": HELPER, "wanted.json": b'{"numbers": [5, 11, 17]}'}
TOOLS = """\
import random
import helper
import numpy as np

LIMIT = 3


def check(got, want):
    assert got == want, (got, want)"""
# It uses what the student wrote: when that fails, nothing below is there.
TABLE = """\
first = square(1)


def close(got, want):
    assert abs(got - want) < 1e-9


NINE = 9"""
SOLUTIONS = {
    "square": "def square(x):\n    return x * x",
    "double": (
        "import numpy as np\nfrom math import isclose\n\n\ndef double(x):\n"
        "    return 2.0 * np.asarray(x)"
    ),
    "fractions": "def fractions(xs):\n    return [x / sum(xs) for x in xs]",
    "even": "def even(n):\n    return n % 2 == 0",
    "twice": "def twice(function, x):\n    return function(function(x))",
    "cube": "def cube(x):\n    return x ** 3",
    "root": (
        "def root(x):\n    if x < 0:\n        raise ValueError('negative')\n    return x ** 0.5"
    ),
    "counter": (
        "class Counter:\n    def __init__(self):\n        self.count = 0\n\n"
        "    def add(self, n):\n        self.count += n\n        return self.count"
    ),
    "show": "def show(n):\n    for i in range(n):\n        print(i * i)",
    "evens": "def evens():\n    n = 0\n    while True:\n        yield n\n        n += 2",
    "label": "def label(n):\n    return f'item {n}'",
    "total": "numbers = [4, 8, 15]\ntotal = sum(numbers)",
    "place": "def place(xs):\n    xs.sort()\n    return None",
    "keep": (
        "def keep(path, xs):\n    with open(path, 'w') as file:\n"
        "        file.write(' '.join(map(str, xs)))"
    ),
    "mean": "def mean(xs):\n    return sum(xs) / len(xs)",
    "doubled": "def doubled(xs):\n    return [2 * x for x in xs]",
    "fit": "def fit(x, y, line):\n    line['slope'] = float((x * y).sum() / (x * x).sum())",
    "at": "def at(line, x):\n    return line['slope'] * x",
    "letters": (
        "def letters(text):\n    return {one: text.count(one) for one in sorted(set(text))}"
    ),
    "fixed": (
        "class Fixed:\n    def __init__(self, size):\n        self._size = size\n\n"
        "    @property\n    def size(self):\n        return self._size\n\n"
        "    def grow(self, by):\n        raise NameError('it is fixed')"
    ),
    "vector": (
        "class Vector:\n    def __init__(self, x, y):\n        self.x, self.y = x, y\n\n"
        "    def __add__(self, other):\n        return Vector(self.x + other.x, self.y + other.y)"
        "\n\n    def __eq__(self, other):\n        return (self.x, self.y) == (other.x, other.y)"
        "\n\n    def __lt__(self, other):\n        return self.x + self.y < other.x + other.y"
    ),
    "tall": "import numpy as np\n\nheights = np.array([150.0, 192.0])\ntallest = heights.max()",
}
TESTS = {
    "values": (
        2,
        "check(square(2), 4)\nhelper.same(square(LIMIT), 9)\nassert isinstance(square(2), int)\n"
        "### BEGIN HIDDEN TESTS\n\n\ndef reference(x):\n    return x * x\n\n\nexpected = 49\n"
        "assert square(7) == expected\nfor x in range(-9, 9):\n"
        "    assert square(x) == reference(x)\nclose(square(5), 25)\nassert square(3) == NINE\n"
        "### END HIDDEN TESTS",
    ),
    "arrays": (
        2,
        "np.testing.assert_allclose(double([1, 2]), [2, 4])\nassert isclose(double(1), 2)\n"
        "### BEGIN HIDDEN TESTS\nassert np.allclose(double(np.arange(5.0)), 2 * np.arange(5.0))\n"
        "assert isclose(double(0.25), 0.5)\n### END HIDDEN TESTS",
    ),
    "parts": (
        3,
        "got = fractions([1, 1, 2])\nwrong = np.sum((np.asarray(got) - [0.25, 0.25, 0.5]) ** 2)\n"
        "round(3.0 - 8.0 * float(wrong), 3)",
    ),
    "chance": (
        2,
        "for _ in range(30):\n    n = random.randint(1, 10 ** 6)\n"
        "    assert even(n) == (n % 2 == 0)\n"
        "for n in np.random.randint(1, 10 ** 6, size=30).tolist():\n"
        "    assert even(n) == (n % 2 == 0)",
    ),
    "mapped": (
        1,
        "assert all(map(even, [2, 4]))\n### BEGIN HIDDEN TESTS\n"
        "for got, want in zip(map(even, [3, 6, 9]), [False, True, False]):\n"
        "    assert got is want\n### END HIDDEN TESTS",
    ),
    "applied": (
        1,
        "assert twice(str, 5) == '5'\n### BEGIN HIDDEN TESTS\n"
        "def third_power(x):\n    return x * x * x\n\n\nassert twice(third_power, 2) == 512\n"
        "seen = []\ntwice(seen.append, 5)\nassert seen == [5, None]\n### END HIDDEN TESTS",
    ),
    "cubes": (
        1,
        "### BEGIN HIDDEN TESTS\nfor x in range(-6, 7):\n    assert cube(x) == third_power(x)\n"
        "### END HIDDEN TESTS",
    ),
    "roots": (
        1,
        "try:\n    root(-1)\n    assert False, 'no error'\nexcept ValueError:\n    pass\n"
        "### BEGIN HIDDEN TESTS\nassert root(49) == 7\nassert not abs(root(2) ** 2 - 2) >= 1e-9\n"
        "### END HIDDEN TESTS",
    ),
    "counting": (
        2,
        "one = Counter()\nassert one.add(2) == 2\n### BEGIN HIDDEN TESTS\n"
        "assert one.add(5) == 7 and one.count == 7\nassert Counter().count == 0\n"
        "### END HIDDEN TESTS",
    ),
    "shown": (
        1,
        "import contextlib\nimport io\n\nprinted = io.StringIO()\n"
        "with contextlib.redirect_stdout(printed):\n    show(2)\n"
        "assert printed.getvalue() == '0\\n1\\n'\n### BEGIN HIDDEN TESTS\n"
        "again = io.StringIO()\nwith contextlib.redirect_stdout(again):\n    show(4)\n"
        "assert again.getvalue() == '0\\n1\\n4\\n9\\n'\n### END HIDDEN TESTS",
    ),
    "streams": (
        1,
        "from itertools import islice\n\nassert list(islice(evens(), 2)) == [0, 2]\n"
        "### BEGIN HIDDEN TESTS\nassert list(islice(evens(), 6))[-1] == 10\n"
        "assert sum(islice(evens(), 9)) == 72\n### END HIDDEN TESTS",
    ),
    "texts": (
        1,
        "assert label(1) == 'item 1'\n### BEGIN HIDDEN TESTS\nassert label(27) == 'item ' + '27'\n"
        "assert type(label(2)).__name__ == 'str'\n### END HIDDEN TESTS",
    ),
    "kinds": (
        1,
        "assert type(label(3)).__name__ == 'str'\nassert \"'str'\" in str(type(label(3)))",
    ),
    "read": (
        1,
        "### BEGIN HIDDEN TESTS\nassert total == sum(numbers) == 27\nassert len(numbers) == 3\n"
        "### END HIDDEN TESTS",
    ),
    "placed": (
        1,
        "xs = [3, 1, 2]\nassert place(xs) is None and xs == [1, 2, 3]\n"
        "### BEGIN HIDDEN TESTS\nys = [9, 7, 8, 1]\nplace(ys)\nassert ys == [1, 7, 8, 9]\n"
        "### END HIDDEN TESTS",
    ),
    "means": (
        2,
        "assert np.allclose(mean([1, 2, 9]), 4)\n### BEGIN HIDDEN TESTS\n"
        "np.testing.assert_allclose(mean([2, 2, 5]), 3)\nassert np.all(mean([1, 2, 3]) == 2)\n"
        "assert np.abs(mean([7, 8]) - 7.5).sum() < 1e-9\n### END HIDDEN TESTS",
    ),
    "pairs": (
        1,
        "for got, want in zip(doubled([1, 2]), [2, 4]):\n    assert got == want\n"
        "### BEGIN HIDDEN TESTS\nassert all(a == b for a, b in zip(doubled([5, 7]), [10, 14]))\n"
        "### END HIDDEN TESTS",
    ),
    "fitted": (
        1,
        "x = np.arange(1.0, 6)\ny, line = 3 * x, {'slope': 0.0}\nfit(x, y, line)\n"
        "assert np.allclose(at(line, x), y)",
    ),
    "common": (
        1,
        "### BEGIN HIDDEN TESTS\nwanted = {'a': 2, 'b': 1}\ngot = dict(letters('aab'))\n"
        "assert all(got[key] == wanted[key] for key in got if key in wanted)\n"
        "### END HIDDEN TESTS",
    ),
    "finite": (
        1,
        "### BEGIN HIDDEN TESTS\n"
        "assert np.nansum(np.abs(np.asarray(double([1.0, 2.0])) - [2.0, 4.0])) < 1e-9\n"
        "### END HIDDEN TESTS",
    ),
    "shares": (
        2,
        "share = 0\nif np.allclose(mean([1, 2, 12]), 5):\n    share += 1\n"
        "if cube(3) == 27:\n    share += 1\nshare",
    ),
    "refused": (
        1,
        "try:\n    Fixed(3).size = 5\n    assert False, 'it was changed'\n"
        "except (AttributeError, NameError):\n    pass\n### BEGIN HIDDEN TESTS\n"
        "import unittest\n\nwith unittest.TestCase().assertRaises(NameError):\n"
        "    Fixed(4).grow(2)\n### END HIDDEN TESTS",
    ),
    "lines": (
        1,
        "### BEGIN HIDDEN TESTS\nfor line in label(4).splitlines():\n"
        "    if line.startswith('item'):\n        assert line == 'item 4'\n### END HIDDEN TESTS",
    ),
    "whole": (
        1,
        "### BEGIN HIDDEN TESTS\nfor x in doubled([2, 5]):\n    if isinstance(x, int):\n"
        "        assert x in (4, 10)\n### END HIDDEN TESTS",
    ),
    "added": (
        1,
        "### BEGIN HIDDEN TESTS\ntry:\n    mean('ab') + 1\n    assert False, 'no error'\n"
        "except TypeError:\n    pass\nassert mean([5, 8]) == 6.5\n### END HIDDEN TESTS",
    ),
    "bounded": (
        1,
        "### BEGIN HIDDEN TESTS\nassert not (mean([9, 10]) > 9.6 or mean([9, 10]) < 9.4)\n"
        "### END HIDDEN TESTS",
    ),
    "vectors": (
        1,
        "### BEGIN HIDDEN TESTS\nassert Vector(1, 2) + Vector(3, 5) == Vector(4, 7)\n"
        "### END HIDDEN TESTS",
    ),
    "ordered": (
        1,
        "### BEGIN HIDDEN TESTS\nassert Vector(2, 7) < Vector(6, 8)\n### END HIDDEN TESTS",
    ),
    "tallest": (
        1,
        "### BEGIN HIDDEN TESTS\nassert np.isclose(tallest, 192).all()\n### END HIDDEN TESTS",
    ),
}
TESTS["kept"] = (
    2,
    "import json\nimport os\n\nwith open('given.txt', 'w') as file:\n    file.write('3 6')\n"
    "keep('kept.txt', [3, 6])\nassert open('kept.txt').read() == open('given.txt').read()\n"
    "### BEGIN HIDDEN TESTS\nnumbers = json.load(open('wanted.json'))['numbers']\n"
    "keep('other.txt', numbers)\n"
    "helper.same([int(one) for one in open('other.txt').read().split()], numbers)\n"
    "assert sorted(numbers) == [5, 11, 17] and os.path.getsize('other.txt') == 7\n"
    "### END HIDDEN TESTS",
)
# What stands before the test of which answer.
_ORDER = (
    ("square", "TABLE", "values"),
    ("double", "arrays"),
    ("fractions", "parts"),
    ("even", "chance", "mapped"),
    ("twice", "applied"),
    ("cube", "cubes"),
    ("root", "roots"),
    ("counter", "counting"),
    ("show", "shown"),
    ("evens", "streams"),
    ("label", "texts", "kinds"),
    ("total", "read"),
    ("place", "placed"),
    ("keep", "kept"),
    ("mean", "means"),
    ("doubled", "pairs"),
    ("fit",),
    ("at", "fitted"),
    ("tall", "tallest"),
    ("fixed", "refused"),
    ("letters", "common"),
    ("finite",),
    ("shares",),
    ("lines", "whole", "added"),
    ("bounded",),
    ("vector", "vectors", "ordered"),
)
MOST_POINTS = float(sum(points for points, _ in TESTS.values()))
BLANK = "# YOUR CODE HERE\nraise NotImplementedError()"


def source_notebook() -> Any:
    """Return the solved notebook."""
    cells = [cell("staff", TOOLS, "tools")]
    for names in _ORDER:
        for name in names:
            if name == "TABLE":
                cells.append(cell("staff", TABLE, "table"))
            elif name in SOLUTIONS:
                text = SOLUTIONS[name]
                cells.append(cell("solution", text, name))
            else:
                points, text = TESTS[name]
                cells.append(cell("test", text, f"test_{name}", points))
    return notebook("# Forgeries", *cells)
