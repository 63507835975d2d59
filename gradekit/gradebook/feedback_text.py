"""An item's result in words that students may read: points, each check, and what differs."""

import textwrap
from dataclasses import dataclass
from datetime import datetime

from gradekit.report import Item, Outcome, PdfState, Report, Result

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
    score = report.score(item)
    points = "no grade yet" if score is None else f"{score:g} of {item.points:g} points"
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


def summary_markdown(report: Report) -> str:
    """Return a table of the items for the top of the feedback, in the kit's own words alone."""
    rows = [row("item", "points", "checks passed"), "|---|---|---|"]
    for item in report.items:
        if item.manual:
            rows.append(row(item.title, f"graded by hand, of {item.points:g}", ""))
            continue
        score, results = report.score(item), report.results_of(item.name)
        points = "no grade yet" if score is None else f"{score:g} of {item.points:g}"
        passed = sum(result.outcome is Outcome.PASS for result in results)
        rows.append(row(item.title, points, f"{passed} of {len(results)}"))
    return "## Your points by item\n\n" + "\n".join(rows) + "\n\nDetails stand under each check."


def late_markdown(late: Lateness) -> str:
    """Return when a late hand-in came, what is taken off its points by which rule, and the rest."""
    taken = f"{late.penalty:g}"
    if late.earned:
        taken += f" ({100 * late.penalty / late.earned:.3g} %)"
    rows = (
        row("due", "handed in", "points earned", "taken off", "total"),
        "|---|---|---|---|---|",
        row(
            f"{late.due:{TIME}}",
            f"{late.handed_in:{TIME}}",
            f"{late.earned:g}",
            taken,
            f"**{max(late.earned - late.penalty, 0.0):g}**",
        ),
    )
    rule = f"\n\nRule: {late.rule}." if late.rule else ""
    return "## Handed in late\n\n" + "\n".join(rows) + rule


def pdf_markdown(report: Report) -> str:
    """Return what the PDF shows otherwise than the notebook, or nothing."""
    lines = [f"- {one.what}" for one in report.pdf if one.state is not PdfState.SAME]
    return "## Your PDF\n\n" + "\n".join(lines) if lines else ""


def row(*cells: str) -> str:
    """Return a row of a Markdown table; nbgrader's page sets cells without space between them."""
    return "| " + " | &emsp;".join(cells) + " |"
