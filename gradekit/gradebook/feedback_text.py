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


def row(*cells: str) -> str:
    """Return a row of a Markdown table; nbgrader's page sets cells without space between them."""
    return "| " + " | &emsp;".join(cells) + " |"
