"""An item's result in words that students may read: points, each check, and what differs."""

from gradekit.report import Item, Outcome, Report, Result

SIGNS = {Outcome.PASS: "✓", Outcome.ERROR: "?"}


def item_text(report: Report, item: Item) -> str:
    """Return the lines that feedback shows for one item: no hidden input, no expected value."""
    score = report.score(item)
    points = "no grade yet" if score is None else f"{score:g} of {item.points:g} points"
    lines = [f"{item.title or item.name}: {points}"]
    for result in report.results_of(item.name):
        lines += check_lines(result)
    return "\n".join(lines) + "\n"


def check_lines(result: Result) -> list[str]:
    """Return one check's lines: whether it passed, its title, and what differs where it did not."""
    sign = SIGNS.get(result.outcome, "✗")
    lines = [f"  {sign} {result.title}"]
    if result.outcome is not Outcome.PASS:
        lines.append(f"      {result.outcome}: {result.message}")
    return lines
