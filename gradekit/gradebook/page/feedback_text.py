"""An item's result in words that students may read: points, each check, and what differs."""

import textwrap
from dataclasses import dataclass
from datetime import datetime

from gradekit.model import Item, Outcome, Report, Result

# How a message is broken into lines: a page does not wrap what a cell prints.
PAGE_WIDTH, INDENT = 96, " " * 6
TIME = "%Y-%m-%d %H:%M:%S UTC"
SIGNS = {Outcome.PASS: "✓", Outcome.ERROR: "?"}


@dataclass(frozen=True)
class Lateness:
    """What a hand-in loses for its lateness: times in UTC, points, and the rule or ""."""

    handed_in: datetime
    due: datetime
    earned: float
    penalty: float
    rule: str = ""


def item_text(report: Report, item: Item) -> str:
    """Return the lines that feedback shows for one item: no hidden input, no expected value."""
    score, what = report.score(item), "extra points" if item.bonus else "points"
    points = "no grade yet" if score is None else f"{score:g} of {item.points:g} {what}"
    lines = [f"{item.title or item.name}: {points}"]
    for result in report.results_of(item.name):
        lines += check_lines(result)
    return "\n".join(lines) + "\n"


def check_lines(result: Result) -> list[str]:
    """Return one check's lines: whether it passed, its title, and what differs where it did not.

    A check that passes may have a remark.
    """
    sign = SIGNS.get(result.outcome, "✗")
    lines = [f"  {sign} {result.title}"]
    passed = result.outcome is Outcome.PASS
    message = result.message if passed else f"{result.outcome}: {result.message}"
    return lines + _wrapped(message)


def _wrapped(message: str) -> list[str]:
    lines = textwrap.wrap(message, PAGE_WIDTH - len(INDENT), break_on_hyphens=False)
    return [INDENT + line for line in lines]


def late_lines(late: Lateness) -> list[tuple[str, str]]:
    """Return when a late hand-in came, and what is taken off its points by which rule.

    Each is a label and what it stands for.
    """
    taken = f"{late.penalty:g}"
    if late.earned:
        taken += f" ({100 * late.penalty / late.earned:.3g} %)"
    lines = [
        ("due", f"{late.due:{TIME}}"),
        ("handed in", f"{late.handed_in:{TIME}}"),
        ("points earned", f"{late.earned:g}"),
        ("taken off", taken),
    ]
    return [*lines, ("rule", f"{late.rule}.")] if late.rule else lines
