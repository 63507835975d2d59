"""Test cells whose answers are held against the solution's: empty ones, and changed arguments."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cell_notebooks import cell, notebook, with_answers
from graded_cells import bundle_of, submission

from gradekit.grading.grader import Grader
from gradekit.model import Report
from gradekit.workers.remote.in_test.answers.answer_facts import NO_ITEMS

SOURCE = notebook(
    "# Answers",
    cell("solution", "import numpy as np\n\n\ndef mean(xs):\n    return sum(xs) / len(xs)", "mean"),
    cell("test", "import numpy as np\nassert np.allclose(mean([1, 3]), 2)", "close", 2),
    cell(
        "test",
        "points = 0\nif mean([1, 3]) == 2:\n    points += 1\n"
        "if first([4, 5]) == 4:\n    points += 1\npoints",
        "parts",
        2,
    ),
    cell("solution", "def first(xs):\n    return xs[0] if xs else ''", "first"),
    cell("test", "assert first([]) == '' and first([7, 8]) == 7", "nothing", 1),
    cell("test", "xs = [3, 4]\nmean(xs)\nassert xs[0] == first(xs)", "kept", 1),
)
RIGHT: dict[str, str] = {}
EMPTY = {"mean": "import numpy as np\n\n\ndef mean(xs):\n    return []"}
PLACEHOLDER = {"first": "def first(xs):\n    return ''"}
USES_UP = {"mean": "def mean(xs):\n    n = len(xs)\n    return sum(xs.pop() for _ in range(n)) / n"}
CHANGES = {
    "mean": "def mean(xs):\n    xs[0] = 0",
    "first": "def first(xs):\n    return 0",
}


@pytest.fixture(scope="module")
def grade(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[dict[str, str]], Report]]:
    """Return what grades answers in the place of the solution's."""
    root: Path = tmp_path_factory.mktemp("answers")
    source: Any = _ordered()
    with Grader(bundle_of(root, source)) as grader:
        yield lambda answers: grader.grade(submission(with_answers(source, answers)))


def _ordered() -> Any:
    """Return the source with its answers first."""
    made: Any = SOURCE
    made["cells"] = sorted(made["cells"], key=lambda one: "test" in _kind(one))
    return made


def _kind(one: Any) -> str:
    marked = one["metadata"].get("nbgrader", {})
    return "test" if marked.get("grade") and not marked.get("solution") else ""


def _points(report: Report) -> dict[str, float | None]:
    return {item.name: report.score(item) for item in report.automatic_items}


@pytest.mark.one_in(3)
@pytest.mark.slow
@pytest.mark.parametrize(
    ("answers", "points"),
    [
        (RIGHT, {"close": 2, "parts": 2, "nothing": 1, "kept": 1}),
        (EMPTY, {"close": 0, "parts": 1, "nothing": 1, "kept": 1}),
        (PLACEHOLDER, {"close": 2, "parts": 1, "nothing": 0, "kept": 0}),
        (USES_UP, {"close": 2, "parts": 2, "nothing": 1, "kept": 0}),
        (CHANGES, {"close": 0, "parts": 0, "nothing": 0, "kept": 0}),
    ],
    ids=["right", "empty", "a placeholder", "uses its argument up", "changes its argument"],
)
def test_what_is_empty_or_changed_earns_only_what_is_right(
    grade: Callable[[dict[str, str]], Report], answers: dict[str, str], points: dict[str, float]
) -> None:
    """A part of the points that is earned stays; who uses arguments up loses where they stay."""
    assert _points(grade(answers)) == points


@pytest.mark.slow
def test_the_student_reads_that_nothing_is_there(
    grade: Callable[[dict[str, str]], Report],
) -> None:
    """In the place of what a test would say."""
    told = {result.item: result.message for result in grade(EMPTY).results}
    assert told["close"] == NO_ITEMS
