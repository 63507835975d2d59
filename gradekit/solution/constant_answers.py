"""Answers that compute nothing: each function gives one constant, or raises one exception."""

import ast
import builtins
from collections.abc import Iterable

from gradekit.python_tree import python_tree
from gradekit.solution.regions import find_regions, solve

# What a function may return without looking at what it is given; None is an empty function.
CONSTANTS = ("None", "0", "True")
_NOTHING = ast.Constant(None)
_STUBS = ("NotImplementedError",)  # of which the blank release is made
MOST_EXCEPTIONS = 3


def always(answer: str) -> str:
    """Return the statement by which a function always gives an answer, in words of Python's."""
    return answer if answer.startswith("raise ") else f"return {answer}"


def exceptions_raised(texts: Iterable[str]) -> tuple[str, ...]:
    """Return `raise` statements of Python's own exceptions that texts raise, some of them."""
    found: dict[str, None] = {}
    for node in (node for text in texts for node in ast.walk(python_tree(text))):
        if isinstance(node, ast.Raise) and node.exc is not None:
            kind = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            if isinstance(kind, ast.Name) and _is_exception(kind.id):
                found[f"raise {kind.id}"] = None
    return tuple(found)[:MOST_EXCEPTIONS]


def _is_exception(name: str) -> bool:
    kind = getattr(builtins, name, None)
    return isinstance(kind, type) and issubclass(kind, Exception) and name not in _STUBS


def with_constants(text: str, file: str, constant: str) -> str:
    """Return a text with markers as an answer in which nothing is computed.

    Functions that have a region return the constant, or raise what it says (`raise ValueError`);
    constructors do nothing, and what a region gives a name outside of them is the constant. What
    else stands in a region is left out.
    Raises AuthoringError where a region is not whole, SyntaxError where the text is no Python.
    """
    tree = python_tree(text)
    lines = [range(region.begin + 1, region.end + 2) for region in find_regions(text, file)]
    if not lines:
        return solve(text, file)
    only = python_tree(always(constant)).body[0]
    tree.body = _answered(tree.body, lines, only)
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def _answered(body: list[ast.stmt], regions: list[range], answer: ast.stmt) -> list[ast.stmt]:
    """Return statements of a module or a class without what its regions compute."""
    found: list[ast.stmt] = []
    for node in body:
        begin, end = node.lineno, node.end_lineno or node.lineno
        if not any(begin <= region[-1] and region[0] <= end for region in regions):
            found.append(node)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            empty = node.name == "__init__"
            node.body = [ast.Pass() if empty else answer]
            found.append(node)
        elif isinstance(node, ast.ClassDef):
            node.body = _answered(node.body, regions, answer)
            found.append(node)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            node.value = (answer.value if isinstance(answer, ast.Return) else None) or _NOTHING
            found.append(node)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found.append(node)
    return found or [ast.Pass()]
