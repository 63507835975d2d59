"""Tells which function or class each line of a Python module stands in."""

import ast

from gradekit.python_tree import python_tree


def owners(text: str) -> dict[int, str]:
    """Return for each 1-based line the innermost function or class around it, by full name.

    Raises SyntaxError where the text is not Python.
    """
    found: dict[int, str] = {}
    _note(python_tree(text), "", found)
    return found


def _note(node: ast.AST, prefix: str, found: dict[int, str]) -> None:
    for child in ast.iter_child_nodes(node):
        name = prefix
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            name = f"{prefix}.{child.name}" if prefix else child.name
            found.update(dict.fromkeys(range(child.lineno, (child.end_lineno or 0) + 1), name))
        _note(child, name, found)
