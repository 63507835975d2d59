"""Tests that ask whether two things are one find out who shares what is to be apart."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cell_notebooks import cell, notebook, with_answers
from graded_cells import bundle_of, submission

from gradekit.grading.grader import Grader

SOLUTIONS = {
    "team": (
        "class Team:\n    def __init__(self, names=None):\n        self.names = list(names or [])\n"
        "    def add(self, name):\n        self.names.append(name)\n        return self"
    ),
    "append_to": "def append_to(x, to=None):\n    to = [] if to is None else to\n"
    "    to.append(x)\n    return to",
    "board": "def copied(m):\n    return [row[:] for row in m]\ngrid = [[0] * 2 for _ in range(2)]",
    "scaled": "import numpy as np\ndef scaled(M):\n    return np.array(M) * 1.0",
}
TESTS = {
    "apart": "a, b = Team(), Team()\nassert a.names is not b.names",
    "ids": "a, b = Team(), Team()\nassert id(a.names) != id(b.names)",
    "unshared": "a, b = Team(), Team()\na.names.append('x')\nassert b.names == []",
    "own": "names = ['x']\nt = Team(names)\nnames.append('y')\nassert t.names == ['x']",
    "itself": "t = Team()\nt.names.append('b')\nassert t.add('c').names == ['b', 'c']\n"
    "assert t.names is t.names",
    "default": "assert append_to(1) is not append_to(2)",
    "deep": "m = [[1], [2]]\nc = copied(m)\nc[0][0] = 9\nassert m[0][0] == 1",
    "rows": "grid[0][0] = 1\nassert grid[1][0] == 0",
    "view": "M = np.ones((2, 2))\nR = scaled(M)\nR[0, 0] = 5\nassert M[0, 0] == 1",
    "memory": "M = np.ones((2, 2))\nassert not np.shares_memory(M, scaled(M))",
}
SOURCE = notebook(
    "# Shared",
    cell("staff", "import numpy as np", "tools"),
    *(cell("solution", text, name) for name, text in SOLUTIONS.items()),
    *(cell("test", text, name) for name, text in TESTS.items()),
)
SHARES = {
    "team": "class Team:\n    names = []\n    def __init__(self, names=None):\n"
    "        if names: self.names = names\n    def add(self, name):\n"
    "        self.names.append(name)\n        return self",
    "append_to": "def append_to(x, to=[]):\n    to.append(x)\n    return to",
    "board": "def copied(m):\n    return m[:]\ngrid = [[0] * 2] * 2",
    "scaled": "def scaled(M):\n    return M[:]",
}
RETURNS_IT = {
    "team": "class Team:\n    def __init__(self, names=[]):\n        self.names = names\n"
    "    def add(self, name):\n        self.names.append(name)\n        return self",
    "board": "def copied(m):\n    return m\nrow = [0, 0]\ngrid = [row, row]",
    "scaled": "def scaled(M):\n    return M",
}


@pytest.fixture(scope="module")
def lost(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Any], Any]]:
    """Return what gives the tests that some answers lose, or have no grade of."""
    root: Path = tmp_path_factory.mktemp("shared")
    with Grader(bundle_of(root, SOURCE)) as grader:

        def told(answers: dict[str, str]) -> dict[str, float | None]:
            report = grader.grade(submission(with_answers(SOURCE, answers)))
            scores = {item.name: report.score(item) for item in report.automatic_items}
            return {name: score for name, score in scores.items() if score != 1}

        yield told


@pytest.mark.parametrize(
    ("answers", "names"),
    [
        ({}, []),
        (SHARES, list(TESTS)),
        (RETURNS_IT, [name for name in TESTS if name != "default"]),
    ],
    ids=["right", "shares", "returns it"],
)
def test_who_shares_what_is_to_be_apart_loses(
    lost: Callable[[Any], Any], answers: dict[str, str], names: list[str]
) -> None:
    """A list of the class, a default, a shallow copy, a view, what was given; nobody else."""
    assert lost(answers) == dict.fromkeys(names, 0.0)


LOG = """\
kept = []


def made(n):
    return list(range(n))


def doubled(xs):
    return [2 * x for x in xs]


def note(x):
    kept.append(x)


def noted():
    return {}
"""
EARLIER = notebook(
    cell("solution", LOG.format("list(kept)"), "log"),
    cell("test", "x = made(3)\nassert doubled(list(x)) == [2 * n for n in x]", "agrees"),
    cell("test", "note(1)\nfirst = noted()\nnote(2)\nassert noted() == [1, 2]", "notes"),
)
SPOILS = """\
def made(n):
    kept.append(list(range(n)))
    return kept[0]


def doubled(xs):
    kept[0][:] = [0] * len(xs)
    return [0] * len(xs)
"""


def test_earlier_answers_may_change_but_earn_nothing_by_it(tmp_path: Path) -> None:
    """As they were the test must hold, too; a list that goes on is none the worse for it."""
    lives, spoils = LOG.format("kept"), f"{LOG.format('kept')}\n\n{SPOILS}"
    with Grader(bundle_of(tmp_path, EARLIER)) as grader:
        ends = [
            [grader.grade(submission(made)).outcome(item) for item in ("agrees", "notes")]
            for made in (with_answers(EARLIER, {"log": one}) for one in (lives, spoils))
        ]
    assert ends == [["PASS", "PASS"], ["FAIL", "FAIL"]]
