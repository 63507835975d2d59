"""Writes docs/configuration.md from what the kit itself declares: `python docs/generate.py`."""

from pathlib import Path

from gradekit.assignment.spec import FILE, keys

PAGE = Path(__file__).with_name("configuration.md")
HEAD = f"""\
# What an assignment declares

Written by `python docs/generate.py`; a test holds it current.

`source/NAME/{FILE}` is optional, and so is each of its keys: the defaults fit an assignment of
nbgrader's as it is. A key that does not exist, or a value of another kind, is one line with file
and line. The file is the staff's, and not released.
"""


def page() -> str:
    """Return the page: a table of keys for each table of the file."""
    parts, table = [HEAD], None
    for key in keys():
        if key.table != table:
            table = key.table
            parts.append(f"\n## `[{table}]`\n" if table else "\n## On top\n")
            parts.append("| key | takes | default | what it is |\n|---|---|---|---|")
        default = f"`{key.default}`" if key.default else "needed"
        row = (f"`{key.name}`", key.kind, default, key.description)
        parts.append(f"| {' | '.join(row)} |")
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
