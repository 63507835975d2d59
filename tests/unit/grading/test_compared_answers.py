"""A test that passes has compared something: nothing, and other labels, are made wrong."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from cell_notebooks import cell, notebook, with_answers
from graded_cells import bundle_of, submission

from gradekit.grading.cells.held_ends import for_further_runs
from gradekit.grading.grader import Grader
from gradekit.model import Outcome
from gradekit.workers.deadlines.clock import Clock
from gradekit.workers.remote.in_test.answers.answer_facts import NOT_COMPARED
from gradekit.workers.remote.in_test.answers.wrong_answers import WRONG, Wrong, made_wrong

SOLUTIONS = {
    "temps": (
        "import pandas as pd\ndef temps():\n"
        "    return pd.Series([20.0, 25.0], index=['Rome', 'Oslo'])"
    ),
    "table": (
        "import pandas as pd\ndef table():\n"
        "    return pd.DataFrame({'city': ['Rome', 'Oslo'], 'temp': [20.0, 25.0]})"
    ),
    "counts": "def counts(text):\n    return {'a': text.count('a'), 'b': text.count('b')}",
    "squares": "def squares():\n    return [('a', 2), ('b', 1)]",
    "poem": "def poem(n):\n    return '\\n'.join(f'line {i}: {i * i}' for i in range(n))",
    "fields": "def fields():\n    return {1, 3}",
    "total": "def total(xs):\n    return sum(xs)",
    "sums": "import numpy as np\ndef sums(xs):\n    return np.cumsum(xs) + 1.0",
    "pairs": "def pairs(n):\n    return [(i, i * i) for i in range(n)]",
    "mean": "def mean(xs):\n    return sum(xs) / len(xs)",
    "first": "def first(xs):\n    return xs[0]",
    "evens": "def evens(n):\n    for i in range(n):\n        yield 2 * i",
    "is_even": "def is_even(n):\n    return n % 2 == 0",
}
TOOLS = "import numpy as np\nimport pandas as pd\nwant = {'a': 2, 'b': 1}\n"
TESTS = {
    "summed": "s = pd.Series([20.0, 25.0], index=['Rome', 'Oslo'])\n"
    "assert (temps() - s).abs().sum() < 1e-9",
    "chosen": "t = table()\nassert (t[t.city == 'Rome'].temp == 20).all()",
    "merged": "t = table().merge(pd.DataFrame({'city': ['Oslo'], 'w': [25.0]}), on='city')\n"
    "for row in t.itertuples():\n    assert row.temp == row.w",
    "dropped": "for k, v in temps().dropna().items():\n    assert {'Rome': 20, 'Oslo': 25}[k] == v",
    "lines": "import re\nfor i, v in re.findall(r'line (\\d+): (\\d+)', poem(5)):\n"
    "    assert int(v) == int(i) ** 2",
    "items": "for x in fields():\n    if isinstance(x, int):\n        assert x in (1, 3)",
    "added": "try:\n    total(['a']) + 1\n    assert False\nexcept TypeError:\n    pass",
    "refused": "got = None\ntry:\n    got = first([])\nexcept IndexError:\n    pass\n"
    "assert got is None",
    "numbered": "for i, v in enumerate(evens(4)):\n    assert v == 2 * i",
    "told": "assert [is_even(n) for n in range(3)] == [True, False, True]",
    "sized": "assert len(table()) == 2 and table().shape[0] == 2",
    "common": "got = counts('aab')\nassert all(got[k] == want[k] for k in got if k in want)",
    "entered": "for k in set(counts('aab')) & set(want):\n    assert counts('aab')[k] == want[k]",
    "listed": "for k, v in squares():\n    if k in want:\n        assert v == want[k]",
    "default": "g = counts('aab')\nassert not sum(abs(g.get(k, v) - v) for k, v in want.items())",
    "nansum": "assert np.nansum(np.abs(sums([1.0, 2.0, 3.0]) - [2, 4, 7])) < 1e-9",
    "nanmax": "assert np.nanmax(np.abs(sums([1.0, 1.0]) - [2, 3])) < 1e-9",
    "parts": (
        "points = 0\nif np.allclose(mean([1, 3]), 2):\n    points += 1\n"
        "if first([4, 5]) == 4:\n    points += 1\npoints"
    ),
    "looped": (
        "points = 1.0 * all(k * k == v for k, v in pairs(3))\npoints += first([7]) == 7\npoints"
    ),
}
SOURCE = notebook(
    "# Compared",
    cell("staff", TOOLS, "tools"),
    *(cell("solution", text, name) for name, text in SOLUTIONS.items()),
    *(
        cell("test", text, name, 2 if text.endswith("points") else 1)
        for name, text in TESTS.items()
    ),
)
FULL = {name: 2.0 if text.endswith("points") else 1.0 for name, text in TESTS.items()}
OTHER_LABELS = {
    "temps": "import pandas as pd\ndef temps():\n    return pd.Series([1.0, 2.0], index=[0, 1])",
    "table": (
        "import pandas as pd\ndef table():\n"
        "    return pd.DataFrame({'city': ['x', 'y'], 'temp': [1.0, 2.0]}, index=[5, 6])"
    ),
    "counts": "def counts(text):\n    return {'zzz': 5}",
    "squares": "def squares():\n    return [('q', 4)]",
    "poem": "def poem(n):\n    return 'zzz\\nqq'",
    "fields": "class F:\n    def __iter__(self):\n        return iter('q')\n\n\nfields = F",
}
GAPS = {
    "temps": (
        "import pandas as pd\ndef temps():\n"
        "    return pd.Series([None, None], index=['Rome', 'Oslo'])"
    ),
    "total": "def total(xs):\n    return 'a'",
}
OF_LABELS = (
    "summed",
    "lines",
    "items",
    "dropped",
    "chosen",
    "merged",
    "common",
    "entered",
    "listed",
    "default",
)
NO_NUMBERS = {
    "sums": (
        "import numpy as np\ndef sums(xs):\n    return np.array([2.0] + [np.nan] * (len(xs) - 1))"
    ),
}
NOTHING = {
    "mean": "import numpy as np\ndef mean(xs):\n    return np.zeros(0)",
    "pairs": "def pairs(n):\n    return iter(())",
}
NO_ITEMS = {
    "evens": "def evens(n):\n    return []",
    "is_even": "import pandas as pd\ndef is_even(n):\n    return pd.array([None] * 3, 'Int64')",
}
PARTLY = {**NOTHING, "first": "def first(xs):\n    return 0"}
HONEST = {
    "temps": (
        "import pandas as pd\ndef temps():\n"
        "    return pd.Series([25.0, 20.0], index=['Oslo', 'Rome'])"
    ),
    "table": (
        "import pandas as pd\ndef table():\n    return pd.DataFrame("
        "{'temp': [25.0, 20.0], 'city': ['Oslo', 'Rome']}, index=[7, 9])"
    ),
    "poem": "def poem(n):\n    return '\\n\\n'.join(f'line {i}: {i * i}' for i in range(n))",
    "fields": "def fields():\n    return dict.fromkeys([3, 1])",
    "first": "def first(xs):\n    return xs[0] if xs else None",
    "counts": "def counts(text):\n    return {c: text.count(c) for c in 'abc'}",
    "pairs": "def pairs(n):\n    for i in range(n):\n        yield i, i ** 2",
    "evens": "def evens(n):\n    return [2 * i for i in range(n)]",
    "is_even": "import numpy as np\ndef is_even(n):\n    return np.bool_(n % 2 == 0)",
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Any], Any]]:
    """Return what gives points and messages of some answers, by item."""
    root: Path = tmp_path_factory.mktemp("compared")
    with Grader(bundle_of(root, SOURCE)) as grader:

        def told(answers: dict[str, str]) -> dict[str, tuple[float | None, str]]:
            report = grader.grade(submission(with_answers(SOURCE, answers)))
            messages = {one.item: one.message for one in report.results}
            return {
                item.name: (report.score(item), messages[item.name])
                for item in report.automatic_items
            }

        yield told


@pytest.mark.slow
@pytest.mark.parametrize("answers", [{}, HONEST], ids=["right", "otherwise"])
def test_who_answers_rightly_keeps_all_points(
    graded: Callable[[Any], Any], answers: dict[str, str]
) -> None:
    """Also with other orders, labels that a test does not use, and a key more."""
    assert {item: points for item, (points, _) in graded(answers).items()} == FULL


@pytest.mark.parametrize(
    ("answers", "lost"),
    [
        (OTHER_LABELS, dict.fromkeys(OF_LABELS, 0.0)),
        (GAPS, {"summed": 0, "dropped": 0, "added": 0}),
        (NO_NUMBERS, {"nansum": 0, "nanmax": 0}),
        (NOTHING, {"parts": 0, "looped": 0}),
        (NO_ITEMS, {"numbered": 0, "told": 0}),
        (PARTLY, {"parts": 0, "looped": 0, "refused": 0}),
    ],
    ids=[
        "other labels",
        "gaps",
        "no numbers",
        "nothing",
        "no items",
        "nothing, and something wrong",
    ],
)
def test_what_is_not_compared_earns_nothing(
    graded: Callable[[Any], Any], answers: dict[str, str], lost: dict[str, float]
) -> None:
    """Alignment, filters, common keys, what skips NaN, and parts of the points."""
    assert {item: points for item, (points, _) in graded(answers).items()} == {**FULL, **lost}


@pytest.mark.slow
def test_the_student_reads_that_the_labels_are_others(graded: Callable[[Any], Any]) -> None:
    """In the place of what the test would say."""
    assert graded(OTHER_LABELS)["summed"] == (0.0, NOT_COMPARED)


@pytest.mark.parametrize(
    ("value", "filled", "changed"),
    [
        (2, 2, 6 + WRONG),
        (float("nan"), WRONG, WRONG),
        ([], [WRONG], []),
        ({"a": [1]}, {"a": [1]}, {"a": [3 + WRONG]}),
        ({}, {WRONG: WRONG}, {}),
        ("", "~", "~"),
        ("a", "a", "a"),
        (True, True, True),
        ((1.0, "x"), (1.0, "x"), (3.0 + WRONG, "x")),
        ("a 1\nb", "a 1\nb", "a 8\nb"),
        ([None], [WRONG], [None]),
        ([Fraction(1, 2), 1j], [Fraction(1, 2), 1j], [Fraction(3, 2) + WRONG, 3j + WRONG]),
        (None, None, None),
    ],
    ids=str,
)
def test_answers_are_made_wrong(value: object, filled: object, changed: object) -> None:
    """Empty ones get something, numbers others, also in texts; labels, words and truth stay."""
    assert made_wrong(value, Wrong.NOTHING) == filled
    assert made_wrong(value, Wrong.NUMBERS) == changed


def test_truth_is_made_wrong_last() -> None:
    """Where all else is, too: tests decide by it what they look at."""
    assert made_wrong([True], Wrong.TEXTS) == [True]
    assert made_wrong([True, False], Wrong.ALL) == [False, True]
    assert made_wrong(np.array([True]), Wrong.ALL).tolist() == [False]


def test_arrays_and_tables_are_made_wrong() -> None:
    """Each of their numbers is another one, and only what is not finite where that is asked."""
    array = np.array([1.0, np.nan])
    assert made_wrong(array, Wrong.NOTHING).tolist() == [1.0, WRONG]
    assert made_wrong(array, Wrong.NUMBERS).tolist() == [3 + WRONG, WRONG]
    assert made_wrong(np.zeros(0), Wrong.NOTHING).tolist() == [WRONG]
    table = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}, index=[4, 5])
    made = made_wrong(table, Wrong.NUMBERS)
    assert made.index.tolist() == [4, 5]
    assert made.to_dict("list") == {"a": [3 + WRONG, 6 + WRONG], "b": ["x", "y"]}
    assert made_wrong(table.a[:0], Wrong.NOTHING).tolist() == [WRONG]
    assert made_wrong(table[:0], Wrong.NOTHING).shape == (1, 2)


def test_query_reads_only_the_names_that_it_says(tmp_path: Path) -> None:
    """pandas copies all names of who asks it; an empty one that no test reads costs nothing."""
    source = notebook(
        cell("solution", "limit, kept = 1, [1, 2]", "s"),
        cell(
            "test",
            "import pandas as pd\nframe = pd.DataFrame({'a': [1, 2]})\n"
            "assert frame.query('a > @limit').a.tolist() == [2]",
            "t",
        ),
    )
    answers = [with_answers(source, {"s": f"limit, kept = {one}, []"}) for one in (1, 0)]
    with Grader(bundle_of(tmp_path, source)) as grader:
        ended = [grader.grade(submission(one)).outcome("t") for one in (source, *answers)]
    assert ended == [Outcome.PASS, Outcome.PASS, Outcome.FAIL]


def test_further_runs_have_time_for_what_is_as_slow_as_the_solution() -> None:
    """A sixth of the time is no more than one run where the solution itself takes a second."""
    clock = Clock(total_seconds=12.0)
    with for_further_runs(clock, 0.1):
        assert clock.total_seconds == 14.0
    with for_further_runs(clock, 1.5):
        assert clock.total_seconds == 51.0
    assert clock.total_seconds == 12.0
