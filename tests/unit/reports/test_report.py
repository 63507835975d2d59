"""Reports turn results into points: none without a pass, no grade where the grader failed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradekit import errors as facts
from gradekit.model import Item, Outcome, Report, Result, worst

ITEM = Item("double", 3.0, "Doubling")
BY_HAND = Item("question", 2.0, "Question", manual=True)
OUTCOMES = st.sampled_from(list(Outcome))


def report_of(*outcomes: Outcome, weights: tuple[float, ...] = ()) -> Report:
    """Return a report with one check of the item for each outcome."""
    weights = weights or (1.0,) * len(outcomes)
    results = [
        Result("double", f"check {number}", "title", outcome, weight=weight)
        for number, (outcome, weight) in enumerate(zip(outcomes, weights, strict=True))
    ]
    return Report("tiny", "ada", "key", (ITEM, BY_HAND), tuple(results))


def test_score_is_the_share_of_the_weights_that_passed() -> None:
    """An item's score is its points × the weight of its passed checks ÷ the weight of all."""
    report = report_of(Outcome.PASS, Outcome.FAIL, weights=(2.0, 1.0))
    assert report.score(ITEM) == pytest.approx(2.0)


@given(st.lists(OUTCOMES, min_size=1, max_size=6))
def test_only_passes_earn_points(outcomes: list[Outcome]) -> None:
    """No points without an explicit PASS, and no grade as soon as one check is an ERROR."""
    score = report_of(*outcomes).score(ITEM)
    if Outcome.ERROR in outcomes:
        assert score is None
    else:
        assert score == pytest.approx(3.0 * outcomes.count(Outcome.PASS) / len(outcomes))


def test_item_without_results_has_no_grade() -> None:
    """A missing result is an ERROR: neither a pass nor a zero."""
    report = report_of()
    assert report.outcome("double") is Outcome.ERROR
    assert report.score(ITEM) is None
    assert report.has_errors


def test_manual_item_has_no_automatic_score() -> None:
    """An item that a person grades has no score in the report, and is no error either."""
    report = report_of(Outcome.PASS)
    assert report.score(BY_HAND) is None
    assert not report.has_errors
    assert report.automatic_items == (ITEM,)


@given(st.lists(OUTCOMES, min_size=1))
def test_worst_is_the_gravest(outcomes: list[Outcome]) -> None:
    """An ERROR outweighs all, and all must pass for a PASS."""
    assert worst(outcomes) in outcomes
    assert (worst(outcomes) is Outcome.ERROR) == (Outcome.ERROR in outcomes)
    assert (worst(outcomes) is Outcome.PASS) == (set(outcomes) == {Outcome.PASS})


def test_worst_of_nothing_is_an_error() -> None:
    """Of no outcome at all the gravest is ERROR."""
    assert worst([]) is Outcome.ERROR


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("GradekitError", 1),
        ("UsageError", 2),
        ("AuthoringError", 1),
        ("SubmissionError", 1),
        ("GraderError", 3),
        ("CheckFailed", 1),
    ],
)
def test_exit_codes_of_errors(name: str, code: int) -> None:
    """Each error carries the exit code that the commands promise."""
    assert getattr(facts, name).exit_code == code


def test_tree_of_errors_is_drawn_whole() -> None:
    """Every error of the module stands in the tree that its docstring draws."""
    names = {n for n, thing in vars(facts).items() if isinstance(thing, type)}
    errors = {n for n in names if issubclass(getattr(facts, n), facts.GradekitError)}
    assert errors
    assert all(name in (facts.__doc__ or "") for name in errors)
