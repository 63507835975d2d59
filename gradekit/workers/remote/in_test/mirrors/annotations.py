"""Reads what a student's annotations say, such as `list[int]`: their text names types, and no more.

Nothing of the text is run: names are looked up among Python's own types, and those of packages.
"""

import ast
import builtins
import sys
from typing import Any

from gradekit.python_tree import expression_tree

MOST_LETTERS = 500
# Modules that a type may be of, by the first part of their names.
_KNOWN = frozenset(["typing", "collections", "numpy", "pandas", "datetime", "decimal", "fractions"])


def read_annotation(text: str) -> Any:
    """Return the type that a text says; None where it says none that this side knows."""
    try:
        return _read(expression_tree(text[:MOST_LETTERS]))
    except (SyntaxError, ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return None


def _read(node: ast.expr) -> Any:
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Tuple | ast.List):
        parts = [_read(one) for one in node.elts]
        return tuple(parts) if isinstance(node, ast.Tuple) else parts
    if isinstance(node, ast.Subscript):
        return _read(node.value)[_read(node.slice)]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return _read(node.left) | _read(node.right)
    return _named(node)


def _named(node: ast.expr) -> Any:
    """Return what a name stands for, or one with dots; raise LookupError where it is no type."""
    names = ast.unparse(node).split(".")
    if len(names) == 1:
        found = vars(builtins)[names[0]]
    elif names[0] in _KNOWN:
        found = vars(sys.modules[".".join(names[:-1])])[names[-1]]
    else:
        raise LookupError(names[0])
    if not isinstance(found, type) and names[0] != "typing":
        raise LookupError(names[-1])
    return found
