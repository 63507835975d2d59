"""Tests that read the source of a student's function: that is a text, and another one may run.

Where a function's definition stands is found in the text of the hand-in, and what runs by that name
is the student's process's to say: `exec`, a decorator or a name that is bound once more put another
function there. So a point for how something is written can be forged, and says so.
"""

import ast
from collections.abc import Iterator

from gradekit.python_tree import python_tree

READERS = frozenset(["getsource", "getsourcelines", "findsource"])
READS = (
    "reads a source, which is the student's text, and another function may run: its points can be "
    "forged, so check values as well"
)


def reading_lines(tree: ast.AST) -> Iterator[int]:
    """Yield the lines of a tree in which a source is read."""
    for node in ast.walk(tree):
        name = getattr(node, "attr", getattr(node, "id", ""))
        if isinstance(node, ast.Attribute | ast.Name) and name in READERS:
            yield node.lineno


def reads_source(python: str) -> bool:
    """Whether some Python reads a source; not where it is none."""
    if not any(name in python for name in READERS):
        return False
    try:
        return any(True for _ in reading_lines(python_tree(python)))
    except (SyntaxError, ValueError):
        return False


def checks_that_read(python: str) -> dict[str, tuple[str, int]]:
    """Return the checks of a file that read a source, with their items and lines.

    A function of the file that a check names reads for it.
    """
    if not reads_source(python):
        return {}
    functions = {
        node.name: node
        for node in python_tree(python).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    reading = {name for name, node in functions.items() if any(True for _ in reading_lines(node))}
    while more := {
        name
        for name, node in functions.items()
        if name not in reading and not reading.isdisjoint(_names(node))
    }:
        reading |= more
    return {
        name: (item, functions[name].lineno)
        for name in functions
        if name in reading and (item := _item(functions[name]))
    }


def _names(node: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    """Return what a function names, its arguments among it: fixtures are named so."""
    loaded = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
    return loaded | {one.arg for one in node.args.args}


def _item(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """Return the item that a check's marker names, "" for what is no check."""
    for one in node.decorator_list:
        is_marker = isinstance(one, ast.Call) and getattr(one.func, "attr", "") == "item"
        if is_marker and one.args and isinstance(one.args[0], ast.Constant):  # type: ignore[attr-defined]
            return str(one.args[0].value)  # type: ignore[attr-defined]
    return ""
