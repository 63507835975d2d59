"""A mistake in one answer is counted once, where an item is declared to follow from it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cell_notebooks import cell, notebook, with_answers
from graded_cells import bundle_of, submission

from gradekit.course import Assignment
from gradekit.errors import AuthoringError
from gradekit.grading.bundle import GradingBundle, load_bundle
from gradekit.grading.grader import Grader
from gradekit.model import Report
from gradekit.verification.answers import Kind, all_answers
from gradekit.verification.verdicts import judge_answer

SOURCE = notebook(
    cell("solution", "def square(x):\n    return x * x", "square"),
    cell("test", "assert square(3) == 9", "t_square", 2),
    cell("solution", "def scale(xs):\n    return [x / max(xs) for x in xs]", "scale"),
    cell("test", "assert scale([1, 2]) == [0.5, 1]", "t_scale", 2),
    cell("solution", "def norm(xs):\n    return sum(square(x) for x in scale(xs))", "norm"),
    cell("test", "assert norm([1, 2]) == 1.25\n### BEGIN HIDDEN TESTS\n"
         "assert norm([4]) == 1\n### END HIDDEN TESTS", "t_norm", 4),
)  # fmt: skip
FOLLOWS = '[follows]\nt_norm = ["square", "scale"]\n'
CUBE = "def square(x):\n    return x ** 3"
HALF = "def scale(xs):\n    return [x / 2 for x in xs[:1]]"
ENDLESS = "def square(x):\n    while True:\n        pass"
BLANK = "raise NotImplementedError()"
FORGED = "def norm(xs):\n    return square(xs)\ndef square(x):\n    return 1.25"


def bundle_with(root: Path, follows: str) -> GradingBundle:
    """Return the bundle of the assignment, with something in its assignment.toml."""
    bundle_of(root, SOURCE)
    (root / "source" / "ps1" / "assignment.toml").write_text(
        f"{follows}[grading]\ncall_seconds = 1.0\ntotal_seconds = 4.0\n"
    )
    return load_bundle(Assignment(root, "ps1"))


@pytest.fixture(scope="module")
def grader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grader]:
    """A grader of the assignment."""
    with Grader(bundle_with(tmp_path_factory.mktemp("follow"), FOLLOWS)) as made:
        yield made


def scores(report: Report) -> list[float | None]:
    """Return the points of all items."""
    return [report.score(item) for item in report.automatic_items]


@pytest.mark.parametrize(
    ("answers", "points"),
    [
        ({}, [2, 2, 4]),
        ({"square": CUBE}, [0, 2, 4]),
        ({"scale": HALF}, [2, 0, 4]),
        ({"square": CUBE, "scale": HALF}, [0, 0, 4]),
        ({"square": BLANK, "scale": BLANK}, [0, 0, 4]),
        ({"square": ENDLESS}, [0, 2, 4]),
        ({"norm": BLANK}, [2, 2, 0]),
        ({"square": CUBE, "norm": BLANK}, [0, 2, 0]),
        ({"square": CUBE, "norm": "def norm(xs):\n    return 1.25"}, [0, 2, 0]),
        ({"square": FORGED, "norm": BLANK}, [0, 2, 0]),
        ({"square": BLANK, "scale": BLANK, "norm": BLANK}, [0, 0, 0]),
    ],
)
def test_a_mistake_costs_the_item_that_tests_it(
    grader: Grader, answers: dict[str, str], points: list[float]
) -> None:
    """What is right with right parts has its points, and what is not written has none."""
    report = grader.grade(submission(with_answers(SOURCE, answers)))
    assert scores(report) == points
    told = report.results[2].message
    assert ("what is wrong there is counted there" in told) == (points[2] == 4 and bool(answers))


def test_results_with_right_parts_are_kept(grader: Grader) -> None:
    """What was found is the same when it is graded again, from what was kept."""
    given = submission(with_answers(SOURCE, {"square": CUBE}))
    first = grader.grade(given)
    again = grader.grade(given, first.results)
    assert scores(again) == scores(first) == [0, 2, 4]


@pytest.mark.slow
def test_verify_tries_what_follows(tmp_path: Path) -> None:
    """A whole that is not written earns nothing by its parts; a part that never ends costs its own.

    The whole's points are kept in both cases where it is right.
    """
    bundle = bundle_with(tmp_path, FOLLOWS)
    answers = all_answers(Assignment(tmp_path, "ps1"), bundle, {})
    tried = [one for one in answers if one.kind in (Kind.FORGED, Kind.ENDLESS)]
    assert [one.name for one in tried] == [
        *("endless_ps1.ipynb square", "endless_ps1.ipynb scale", "forged_ps1.ipynb norm"),
        *("forged_ps1.ipynb norm_not_solved", "forged_ps1.ipynb norm_endless"),
    ]
    beside = {name for one in tried for name in one.beside}
    chosen = [one for one in answers if one in tried or one.name in beside]
    with Grader(bundle) as grader:
        reports = {one.name: grader.grade(one.submission) for one in chosen}
    assert all(scores(reports[one.name])[2] == 4 * (one.kind is Kind.ENDLESS) for one in tried)
    verdicts = [judge_answer(one, reports[one.name], {}, {}, reports) for one in tried]
    assert [one.problems for one in verdicts] == [()] * 5


@pytest.mark.parametrize(
    ("follows", "told"),
    [
        ('other = ["square"]', "'other' is no item"),
        ('t_norm = ["cube"]', "'cube' is no answer in ps1.ipynb"),
        ('t_square = ["square"]', "its test needs no answer but these"),
        ('t_norm = ["norm", "scale"]', "no other item counts the mistakes of norm"),
    ],
)
def test_what_cannot_follow_is_told_in_one_line(tmp_path: Path, follows: str, told: str) -> None:
    """Each names the file and the item."""
    with pytest.raises(AuthoringError, match=told) as raised:
        bundle_with(tmp_path, f"[follows]\n{follows}\n")
    assert "assignment.toml: follows: " in str(raised.value)
    assert "\n" not in str(raised.value)
