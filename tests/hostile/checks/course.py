"""The assignments whose checks are attacked by what a hand-in's names give: no probe is between.

The same functions are asked for as `student.lib.tools` and as `student.notebook`, by checks of all
common kinds. Each item has one check, and nothing that can be known by heart earns it.
"""

from pathlib import Path

import nbformat
from cell_notebooks import cell, notebook
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from tiny_course import CONFIG, FIXED_SECRET, nbgrader_cell

from gradekit.course import Course

BY_MODULE, BY_NOTEBOOK = "modules", "cells"
HEAD = "import random\n\nimport numpy as np\n"
SOLUTIONS = {
    "square": "def square(x):\n    return x * x",
    "double": "def double(x):\n    return 2.0 * np.asarray(x)",
    "mean": "def mean(xs):\n    return sum(xs) / len(xs)",
    "label": "def label(n):\n    return f'item {n}'",
    "words": (
        "def words(text):\n    found = {}\n    for word in text.split():\n"
        "        found[word] = found.get(word, 0) + 1\n    return found"
    ),
    "distinct": "def distinct(xs):\n    return set(xs)",
    "root": (
        "def root(x):\n    if x < 0:\n        raise ValueError(f'negative: {x}')\n    return x ** 0.5"
    ),
    "evens": "def evens():\n    n = 0\n    while True:\n        yield n\n        n += 2",
    "twice": "def twice(function, x):\n    return function(function(x))",
    "applied": "def applied(function, xs):\n    return [function(x) for x in xs]",
    "place": "def place(xs):\n    xs.sort()",
    "shuffled": "def shuffled(xs):\n    return [xs[i] for i in np.random.permutation(len(xs))]",
    "show": "def show(n):\n    for i in range(n):\n        print(i * i)",
    "total": "def total(xs):\n    return sum(xs)",
    "Counter": (
        "class Counter:\n    def __init__(self):\n        self.count = 0\n\n"
        "    def add(self, n):\n        self.count += n\n        return self.count\n\n"
        "    def __len__(self):\n        return self.count"
    ),
    "looked_up": "def looked_up(found, key):\n    return found.get(key)",
    "Line": (
        "class Line:\n    def fit(self, x, y):\n        self.slope = float((x * y).sum() / (x * x).sum())"
        "\n\n    def at(self, x):\n        return self.slope * x"
    ),
    "guarded": (
        "def guarded(function):\n    try:\n        return function()\n"
        "    except ValueError as error:\n        raise RuntimeError(str(error)) from error"
    ),
    "Fixed": (
        "class Fixed:\n    def __init__(self, width):\n        self._width = width\n\n"
        "    @property\n    def width(self):\n        return self._width"
    ),
}
# A check's body by its item; `tools` is where the student's names are.
CHECKS = {
    "values": "for x in range(3, 20, 3):\n    assert tools.square(x) == x * x",
    "kinds": (
        "got = tools.square(7)\nassert isinstance(got, int) and type(got) is int\n"
        "assert got in (49, -49)"
    ),
    "arrays": (
        "x = np.arange(12.0).reshape(3, 4)\ngot = tools.double(x)\n"
        "np.testing.assert_allclose(got, 2 * x)\nassert got.shape == (3, 4)"
    ),
    "norms": (
        "x = np.linspace(-3, 5, 7)\nerror = np.linalg.norm(tools.double(x) - 2 * x)\n"
        "assert error < 1e-9"
    ),
    "near": (
        "assert tools.mean([1.5, 2.5, 9]) == pytest.approx(13 / 3)\n"
        "assert math.isclose(tools.mean([0.1, 0.7]), 0.4)\n"
        "assert abs(tools.mean([-3, 8]) - 2.5) <= 1e-12"
    ),
    "numbers": (
        "got = [tools.mean([x, x + 1.0, 9.0]) for x in range(5)]\n"
        "want = [(2 * x + 10.0) / 3 for x in range(5)]\n"
        "assert max(abs(a - b) for a, b in zip(got, want, strict=True)) <= 1e-9"
    ),
    "texts": (
        "got = tools.label(31)\nassert got.endswith(' 31') and len(got) == 7\n"
        "assert got in ('item 31', 'Item 31') and re.fullmatch(r'item \\d+', got)"
    ),
    "mappings": (
        "got = tools.words('to be or not to be')\n"
        "assert got == {'to': 2, 'be': 2, 'or': 1, 'not': 1}\n"
        "assert sorted(got) == ['be', 'not', 'or', 'to'] and got['be'] == 2 and len(got) == 4"
    ),
    "members": (
        "got = tools.distinct([3, 1, 3, 2])\nassert len(got) == 3 and 2 in got\n"
        "assert got - {1, 2, 3} == set() and {1, 2, 3} <= got"
    ),
    "sized": (
        "got = tools.distinct('hello')\nassert hasattr(got, '__len__') and hasattr(got, '__iter__')\n"
        "assert isinstance(got, Sized) and sorted(got) == list('ehlo')"
    ),
    "collected": (
        "got = tools.distinct('abca')\nassert isinstance(got, Collection)\n"
        "assert len(got) == 3 and set(got) == set('cab')"
    ),
    "hashed": (
        "got = tools.distinct('xyzx')\nassert not isinstance(got, Hashable)\n"
        "assert len(got) == 3 and max(got) == 'z' and min(got) == 'x'"
    ),
    "refused": (
        "with pytest.raises(ValueError, match='negative: -7'):\n    tools.root(-7)\n"
        "assert tools.root(49) == 7"
    ),
    "refused_alone": "with pytest.raises(ValueError, match=r'^negative: -\\d\\.5$'):\n"
    "    tools.root(-2.5)\nassert tools.root(0.25) == 0.5",
    "streams": (
        "assert list(itertools.islice(tools.evens(), 6)) == [0, 2, 4, 6, 8, 10]\n"
        "stream = tools.evens()\nassert sum(next(stream) for _ in range(9)) == 72"
    ),
    "generators": "stream = tools.evens()\nassert isinstance(stream, Iterator)\n"
    "assert iter(stream) is stream and [next(stream), next(stream)] == [0, 2]",
    "numbered": (
        "for n, got in zip(range(5), tools.evens()):\n    assert type(got) is int and got == 2 * n"
    ),
    "called_back": (
        "seen = []\n\n\ndef third(x):\n    seen.append(x)\n    return x * x * x\n\n\n"
        "assert tools.twice(third, 2) == 512 and seen == [2, 8]"
    ),
    "counted": (
        "calls = []\n\n\ndef note(x):\n    calls.append(x)\n    return len(calls)\n\n\n"
        "assert tools.applied(note, [5, 6, 7]) == [1, 2, 3] and calls == [5, 6, 7]"
    ),
    "placed": (
        "xs, ys = [3, 1, 2], [9, 7, 8, 1]\nassert tools.place(xs) is None and xs == [1, 2, 3]\n"
        "tools.place(ys)\nassert ys == [1, 7, 8, 9]"
    ),
    "seeded": (
        "np.random.seed(5)\nxs = list(range(20))\ngot = tools.shuffled(xs)\n"
        "assert sorted(got) == xs and got != xs\nnp.random.seed(5)\n"
        "assert got == [xs[i] for i in np.random.permutation(20)]"
    ),
    "seeded_before": (
        "np.random.seed(11)\ngot = tools.shuffled(list(range(30)))\n"
        "assert got == np.random.RandomState(11).permutation(30).tolist()"
    ),
    "seeded_again": (
        "np.random.seed(11)\ngot = tools.shuffled(list(range(30)))\n"
        "assert got == np.random.RandomState(11).permutation(30).tolist()"
    ),
    "drawn": (
        "for _ in range(5):\n    x = int(np.random.randint(2, 10 ** 6))\n"
        "    assert tools.square(x) == x * x\n    y = random.randint(2, 10 ** 6)\n"
        "    assert tools.square(y) == y * y"
    ),
    "shown": "tools.show(5)\nassert capsys.readouterr().out == '0\\n1\\n4\\n9\\n16\\n'",
    "shown_last": "tools.show(4)\nassert capsys.readouterr().out.split()[-1] == '9'",
    "sources": (
        "text = inspect.getsource(tools.total)\nassert 'sum(' in text and 'for' not in text\n"
        "assert list(inspect.signature(tools.total).parameters) == ['xs']\n"
        "assert tools.total([2, 5, 9]) == 16"
    ),
    "counters": (
        "one, other = tools.Counter(), tools.Counter()\nassert one.add(2) == 2\n"
        "assert one.add(5) == 7 and one.count == 7 and other.count == 0"
    ),
    "callables": (
        "assert not callable(tools.Counter())\nassert callable(tools.Counter().add)\n"
        "assert isinstance(tools.Counter(), Sized) and hasattr(tools.Counter(), '__len__')"
    ),
    "shared": (
        "want = np.arange(6.0)\ngot = tools.double(want)\nassert np.array_equal(got, 2 * want)\n"
        "assert np.array_equal(want, np.arange(6.0)) and np.allclose(got / 2, want)"
    ),
    "approximate": "assert tools.mean([1, 2, 9]) == pytest.approx(4)",
    "all_close": "assert np.allclose(tools.mean([1, 2, 12]), 5)",
    "asserted_close": "np.testing.assert_allclose(tools.mean([1, 2, 6]), 3)",
    "each_equal": "assert np.all(tools.mean([1, 2, 3]) == 2)",
    "summed": "assert np.sum(np.abs(tools.mean([4, 4, 7]) - 5)) < 1e-9",
    "bounded": (
        "assert not (tools.mean([9, 10]) > 9.6 or tools.mean([9, 10]) < 9.4)\n"
        "assert tools.mean([7, 10]) < 8.6\nassert tools.mean([7, 10]) > 8.4"
    ),
    "looped": (
        "for got, want in zip(tools.applied(abs, [-2, 3]), [2, 3], strict=False):\n"
        "    assert got == want"
    ),
    "in_a_text": "assert tools.label(3) in 'item 1, item 3'",
    "not_above": "assert not abs(tools.mean([7, 8, 9]) - 8) > 1e-9",
    "largest": (
        "off = [abs(tools.mean([x, x]) - x) for x in (0, 4, 7)]\nassert max(off) < 1e-9\n"
        "assert not any(error > 1e-9 for error in off)"
    ),
    "found": "known = {'a': 3, 'b': 4}\nassert tools.looked_up(known, 'a') == known.get('a')",
    "fitted": (
        "x = np.arange(1.0, 6)\ny = 3 * x\nline = tools.Line()\nline.fit(x, y)\n"
        "assert np.allclose(line.at(x), y)"
    ),
    "wrapped": (
        "class Broken(ValueError):\n    pass\n\n\ndef broken():\n    raise Broken('no')\n\n\n"
        "with pytest.raises(RuntimeError) as caught:\n    tools.guarded(broken)\n"
        "assert type(caught.value) is RuntimeError and str(caught.value) == 'no'"
    ),
    "let_by": (
        "def broken():\n    raise LookupError('no')\n\n\nwith pytest.raises(LookupError):\n"
        "    tools.guarded(broken)\nassert tools.guarded(lambda: 5) == 5"
    ),
    "common_keys": (
        "want = {'a': 2, 'b': 1}\ngot = dict(tools.words('a b a'))\n"
        "assert all(got[key] == want[key] for key in got if key in want)"
    ),
    "keys_by_default": (
        "want, got = {'c': 2, 'd': 1}, tools.words('c d c')\n"
        "assert not any(abs(got.get(key, n) - n) for key, n in want.items())"
    ),
    "without_nan": (
        "got = np.asarray(tools.double([1.0, 2.0]))\n"
        "assert np.nansum(np.abs(got - [2.0, 4.0])) < 1e-9"
    ),
    "known_lines": (
        "for line in tools.label(31).splitlines():\n    if line.startswith('item'):\n"
        "        assert line.endswith(' 31')"
    ),
    "known_items": (
        "for x in tools.applied(abs, [-4, -9]):\n    if isinstance(x, int):\n"
        "        assert x in (4, 9)"
    ),
    "added": (
        "with pytest.raises(TypeError):\n    tools.mean('ab') + 1\nassert tools.mean([5, 8]) == 6.5"
    ),
    "fixed": "with pytest.raises(AttributeError):\n    tools.Fixed(3).width = 5",
    "fixed_called": "pytest.raises(AttributeError, lambda: setattr(tools.Fixed(2), 'width', 1))",
    "fixed_caught": (
        "try:\n    tools.Fixed(4).width = 1\n    raise RuntimeError('it was changed')\n"
        "except AttributeError:\n    pass"
    ),
    "replaced": (
        "monkeypatch.setattr(tools, 'square', lambda x: -x)\n"
        "assert tools.square(3) == -3 and tools.mean([4, 5]) == 4.5"
    ),
}
FIXTURES = {"shown": ", capsys", "shown_last": ", capsys", "replaced": ", monkeypatch"}
IMPORTS = '''\
"""The hidden checks."""

import inspect
import itertools
import math
import random
import re
from collections.abc import Collection, Hashable, Iterator, Sized

import numpy as np
import pytest


@pytest.fixture
def tools(student):
    return {tools}
'''
LIMITS = "[grading]\ncall_seconds = 1.0\ntotal_seconds = 4.0\n"


def checks(tools: str) -> str:
    """Return the file of checks, in which `tools` says where the student's names are."""
    made = IMPORTS.format(tools=tools)
    for item, body in CHECKS.items():
        lines = "\n".join(f"    {line}" if line else "" for line in body.split("\n"))
        made += (
            f'\n\n@pytest.mark.item("{item}")\ndef test_{item}(student, tools'
            f'{FIXTURES.get(item, "")}):\n    """{item.capitalize()}."""\n{lines}\n'
        )
    return made


def write_course(root: Path) -> Course:
    """Write a course with both assignments, not released yet."""
    (root / "nbgrader_config.py").write_text(CONFIG)
    for name, tools in ((BY_MODULE, "student.lib.tools"), (BY_NOTEBOOK, "student.notebook")):
        source, graders = root / "source" / name, root / "tests/graders" / name
        source.mkdir(parents=True)
        graders.mkdir(parents=True)
        (source / "assignment.toml").write_text(LIMITS)
        (graders / "test_tools.py").write_text(checks(tools))
        (graders / "secret.key").write_text(FIXED_SECRET)
    course = Course(root)
    _write_module(root / "source" / BY_MODULE)
    answers = [
        cell("solution", f"{HEAD}\n{_solution(text)}", f"{name.lower()}_answer")
        for name, text in SOLUTIONS.items()
    ]
    tests = [cell("test", "assert square(2) == 4", item) for item in CHECKS]
    made = notebook("# Tools", *answers, *tests)
    nbformat.write(made, root / "source" / BY_NOTEBOOK / f"{BY_NOTEBOOK}.ipynb")
    return course


def _write_module(source: Path) -> None:
    lib = source / "lib"
    lib.mkdir()
    (lib / "__init__.py").write_text('"""The library."""\n')
    regions = "\n\n\n".join(_solution(text) for text in SOLUTIONS.values())
    (lib / "tools.py").write_text(f'"""Tools."""\n\n{HEAD}\n\n{regions}\n')
    cells = [new_markdown_cell("# Tools", id="title")]
    for item in CHECKS:
        code = new_code_cell("assert True")
        cells.append(nbgrader_cell(code, item, grade=True, points=1, locked=True))
    nbformat.write(new_notebook(cells=cells), source / f"{BY_MODULE}.ipynb")


def _solution(text: str) -> str:
    return f"### BEGIN SOLUTION\n{text}\n### END SOLUTION"
