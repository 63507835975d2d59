"""Writes the pages, and parts of pages, that the kit itself declares: `python docs/generate.py`.

`configuration.md` is made of assignment.toml's keys, `commands.md` of the commands' help, and the
last part of `checks.md` of the docstrings of what checks import.
"""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import typer
from typer.testing import CliRunner

import gradekit.checks
from gradekit.assignment.spec import FILE, keys
from gradekit.cli import staff

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

Without any `[[part]]` the parts are the answers that a person grades: `submit` builds a PDF of
them, and `grade` misses none. Where there are none of these either, there is no PDF.

`handin_rules.py` stands beside the notebooks and is released with them. A rule is a function. It
gets a part as it was found, and returns nothing, a `Problem`, a `Doubt` or an `Advice`, as
`gradekit/submission/rules.py` says. It may import NumPy, Python's own library and that module.
`submit` runs the released file, `grade` the course's own. Rules give and cost no points.

A file of rules that cannot be imported, or lacks a function, is one line with file and line when
`release`, `lint` or `grade` starts (exit code 1). Where a rule fails on one hand-in, `grade` tells
staff, and not the student.
"""
ABOUT = {"[part]": PARTS}
DOCS = Path(__file__).parent
HEAD = f"""\
# What an assignment declares

Written by `python docs/generate.py`; a test holds it current.

`source/NAME/{FILE}` is optional, and so is each of its keys: the defaults fit an assignment of
nbgrader's as it is. A key that does not exist, or a value of another kind, is one line with file
and line. The file is the staff's, and not released.
"""


COMMANDS = """\
# Commands

Written by `python docs/generate.py`; a test holds it current.

What each command says of itself with `--help`. Exit codes: 0 done, 1 something to look at, 2 usage,
3 the grader's own fault. `gradekit --install-completion` has your shell complete all of it.
`check` and `submit` are the students'.
"""
BEGIN, END = "<!-- generated: begin -->", "<!-- generated: end -->"
# What a machine with other cores would print otherwise.
CORES = re.compile(r"(How many at a time\.\s+\[default: )\d+")


def configuration() -> str:
    """Return the page of assignment.toml: a table of keys for each table of the file."""
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


def commands() -> str:
    """Return the page of all commands: the help of each."""
    parts = [COMMANDS]
    for words in _verbs(staff.app, ()):
        shown = CliRunner().invoke(staff.app, [*words, "--help"], prog_name="gradekit").output
        told = CORES.sub(r"\1all cores", shown.strip())
        told = "\n".join(line.rstrip() for line in told.splitlines())
        parts.append(f"## gradekit {' '.join(words)}\n\n```text\n{told}\n```\n")
    return "\n".join(parts)


def _verbs(app: typer.Typer, before: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for command in app.registered_commands:
        assert command.callback is not None
        yield (*before, command.name or command.callback.__name__)
    for group in app.registered_groups:
        if group.typer_instance:
            yield from _verbs(group.typer_instance, (*before, group.name or ""))


def checks() -> str:
    """Return the page of checks, with what they may import between its marks."""
    text = (DOCS / "checks.md").read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n\n{_public_names()}\n{END}{rest.partition(END)[2]}"


def _public_names() -> str:
    parts = []
    for name in gradekit.checks.__all__:
        found = getattr(gradekit.checks, name)
        shown = f"class {name}" if inspect.isclass(found) else f"{name}{_signature(found)}"
        parts.append(f"### {name}\n\n```python\n{shown}\n```\n\n{_prose(found)}\n")
    return "\n".join(parts)


def _signature(function: object) -> str:
    assert callable(function)
    parameters = inspect.signature(function).parameters.values()
    bare = [one.replace(annotation=inspect.Parameter.empty) for one in parameters]
    return str(inspect.Signature(bare))


def _prose(found: object) -> str:
    """Return a docstring with its examples as Python."""
    lines, parts = (inspect.getdoc(found) or "").splitlines(), list[str]()
    for number, line in enumerate(lines):
        was = bool(parts) and parts[-1] != "" and number > 0 and _is_example(lines, number - 1)
        if _is_example(lines, number) and not was:
            parts.append("```pycon")
        parts.append(line)
        if _is_example(lines, number) and not _is_example(lines, number + 1):
            parts.append("```")
    return "\n".join(parts)


def _is_example(lines: list[str], number: int) -> bool:
    """Whether a line belongs to an example: from a prompt to the next empty line."""
    if number >= len(lines) or not lines[number]:
        return False
    return lines[number].startswith(">>> ") or _is_example(lines, number - 1) if number else False


PAGES = {"configuration.md": configuration, "commands.md": commands, "checks.md": checks}


if __name__ == "__main__":
    for file, made in PAGES.items():
        (DOCS / file).write_text(made(), encoding="utf-8")
