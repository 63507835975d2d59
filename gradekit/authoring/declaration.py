"""A new assignment's assignment.toml: its title and parts, and each other key as a comment."""

import json
from collections.abc import Sequence

from gradekit.assignment.spec import Key, keys

HEAD = """\
# What this assignment declares to the kit. Students do not get this file. Change first: the title.
title = "{title}"
"""
FIGURE = """
[[part]]
name = "plot"
kind = "figure"
title = "The plot"
"""
ANSWER = """
[[part]]
name = "explanation"
kind = "answer"
title = "The explanation"
max_words = 150
"""
REST = "# Tables that there may be, too, each key with its default, or what it takes:"
MOST_COLUMNS = 100


def declaration(
    title: str, parts: str, has_tests: bool = False, packages: Sequence[str] = ()
) -> str:
    """Return the text of an assignment.toml with some parts.

    Where the notebook `has_tests`, one that is not right stops a release. `packages` are what
    workers import. Keys of no table stand above the first one: below it, they would be its own.
    """
    on_top, below, table = list[str](), list[str](), ""
    for key in keys():
        if key.table != table:
            table = key.table
            has_any = table == "grading" and packages
            below += ["", "[grading]"] if has_any else ["#", f"# [{table}]"]
        if key.name != "title" or table:
            lines = _lines(key)
            if has_tests and key.name == "strict_tests":
                lines[-1] = "strict_tests = true"
            if packages and (table, key.name) == ("grading", "packages"):
                lines[-1] = f"packages = {json.dumps(list(packages))}"
            (below if table else on_top).extend(lines)
    texts = [*on_top, *parts.splitlines(), "", REST, *below[1:]]
    return HEAD.format(title=title) + "".join(f"{text}\n" for text in texts)


def _lines(key: Key) -> list[str]:
    value = key.default or f'""  # {key.kind.replace("`", "")}'
    line = f"# {key.name} = {value}  # {key.description}"
    if len(line) <= MOST_COLUMNS:
        return [line]
    return [*_wrapped(key.description), f"# {key.name} = {value}"]


def _wrapped(text: str) -> list[str]:
    lines = ["#  "]
    for word in text.split():
        if len(lines[-1]) + len(word) >= MOST_COLUMNS:
            lines.append("#  ")
        lines[-1] += f" {word}"
    return lines
