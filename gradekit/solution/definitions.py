"""Tells which function or class each line of a Python module stands in."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from gradekit.python_tree import python_tree

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
# An assignment's modules are cut and spliced in many ways, and asked about each time.
KEPT_TEXTS = 64


@lru_cache(KEPT_TEXTS)
def owners(text: str) -> Mapping[int, str]:
    """Return for each 1-based line the function, method or class around it, by full name.

    What is defined in a function is a part of it. Raises SyntaxError where the text is not Python.
    """
    found: dict[int, str] = {}
    for name, node in _definitions(python_tree(text), ""):
        first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
        found.update(dict.fromkeys(range(first, (node.end_lineno or 0) + 1), name))
    return found


@lru_cache(KEPT_TEXTS)
def function_nodes(text: str) -> Mapping[str, Sequence[FunctionNode]]:
    """Return the functions and methods of a module by full name, without those in functions.

    A getter and its setter share a name. Raises SyntaxError where the text is not Python.
    """
    found: dict[str, list[FunctionNode]] = {}
    for name, node in _definitions(python_tree(text), ""):
        if isinstance(node, FunctionNode):
            found.setdefault(name, []).append(node)
    return found


@lru_cache(KEPT_TEXTS)
def statement_lines(text: str) -> frozenset[int]:
    """Return the 1-based lines that statements begin in, but for imports and docstrings."""
    return frozenset(
        node.lineno
        for node in ast.walk(python_tree(text))
        if isinstance(node, ast.stmt)
        and not isinstance(node, ast.Import | ast.ImportFrom)
        and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
    )


def _definitions(node: ast.AST, prefix: str) -> Iterator[tuple[str, FunctionNode | ast.ClassDef]]:
    for child in ast.iter_child_nodes(node):
        name = prefix
        if isinstance(child, FunctionNode | ast.ClassDef):
            name = f"{prefix}.{child.name}" if prefix else child.name
            yield name, child
        if not isinstance(child, FunctionNode):
            yield from _definitions(child, name)
