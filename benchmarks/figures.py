"""What the scripts that measure share: tables in Markdown, and where figures stand in a page."""

import platform
import time
from collections.abc import Sequence
from pathlib import Path

BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"


def table(head: list[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a table in Markdown."""
    lines: list[Sequence[object]] = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def machine() -> dict[str, str]:
    """Return what the figures depend on: Python, the system, the date."""
    release = platform.release().partition("-")[0]
    return {
        "python": f"Python {platform.python_version()}",
        "system": f"{platform.system()} {release} {platform.machine()}",
        "date": time.strftime("%Y-%m-%d"),
    }


def put_figures(page: Path, middle: str) -> None:
    """Write the figures between the marks of a page, in the place of the ones before."""
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n\n{middle}\n\n{END}{after}", encoding="utf-8")
