"""Writes docs/configuration.md from what the kit itself declares: `python docs/generate.py`."""

from pathlib import Path

from gradekit.assignment.spec import FILE, keys

PARTS = """\
A part is something that students hand in besides code. Each `[[part]]` is one. The PDF shows them
in the order of the file:

```toml
[[part]]
name = "drawing"          # a code cell that has this `grade_id`, or this tag
kind = "figure"

[[part]]
name = "explanation"      # a cell that students write in
kind = "answer"
max_words = 100
rules = ["names_a_unit"]  # a function in handin_rules.py
```

Without any `[[part]]` the parts are the answers that a person grades. Where there are none of these
either, no PDF is asked for.

`handin_rules.py` stands beside the notebooks and is released with them. A rule is a function. It
gets a part as it was found, and returns nothing, a `Problem`, a `Doubt` or an `Advice`, as
`gradekit/submission/rules.py` says. It may import NumPy, Python's own library and that module.
`submit` runs the released file, `grade` the course's own. Rules give and cost no points.

A file of rules that cannot be imported, or lacks a function, is one line with file and line when
`release`, `lint` or `grade` starts (exit code 1). Where a rule fails on one hand-in, `grade` tells
staff, and not the student.
"""
ABOUT = {"[part]": PARTS}
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
            parts += [ABOUT[table]] if table in ABOUT else []
            parts.append("| key | takes | default | what it is |\n|---|---|---|---|")
        default = f"`{key.default}`" if key.default else "needed"
        row = (f"`{key.name}`", key.kind, default, key.description)
        parts.append(f"| {' | '.join(row)} |")
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
