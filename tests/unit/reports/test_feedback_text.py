"""What students read about an item: points, each check, and what differs, side by side."""

from gradekit.gradebook.page.feedback_text import item_text
from gradekit.model import Item, Outcome, Report, Result

ITEM = Item("double", 3.0, "Doubling")
MESSAGE = "doubled differs by 3.3e-01 (at most 1e-06 is allowed). doubled: is it not tripled, then?"


def report_of(*results: Result) -> Report:
    """Return a report of one item."""
    return Report("tiny", "ada", "", (ITEM,), results)


def test_partial_credit_and_a_message_stand_together() -> None:
    """Points, checks that pass and checks that fail, each with its title, are one text."""
    failed = Result("double", "t::b", "It doubles.", Outcome.FAIL, MESSAGE, weight=1.0)
    passed = Result("double", "t::a", "It is there.", Outcome.PASS, weight=2.0)
    assert item_text(report_of(passed, failed), ITEM) == (
        "Doubling: 2 of 3 points\n"
        "  ✓ It is there.\n"
        "  ✗ It doubles.\n"
        "      FAIL: doubled differs by 3.3e-01 (at most 1e-06 is allowed). "
        "doubled: is it not tripled,\n"
        "      then?\n"
    )


def test_a_check_that_passes_may_say_why() -> None:
    """What follows from a mistake that is counted elsewhere passes with a remark."""
    passed = Result("double", "t::a", "It doubles.", Outcome.PASS, "right for your own step")
    assert item_text(report_of(passed), ITEM) == (
        "Doubling: 3 of 3 points\n  ✓ It doubles.\n      right for your own step\n"
    )
