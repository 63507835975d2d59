"""Reads Python text as a tree, also while another thread reads one."""

import ast
from collections.abc import Callable
from typing import TypeVar

TRIES = 20
_Tree = TypeVar("_Tree", ast.Module, ast.Expression)


def python_tree(
    text: str | bytes, file: str = "<unknown>", feature_version: tuple[int, int] | None = None
) -> ast.Module:
    """Return a text's tree, as `ast.parse` does; raises what that raises.

    All threads of a process share the depth that the interpreter counts while it makes a tree
    (CPython issue 106905). Where two do so at once it can find another depth than it began with,
    which is no fault of the text: it is read again.
    """
    return _read(lambda: ast.parse(text, file, feature_version=feature_version))


def expression_tree(text: str) -> ast.expr:
    """Return the tree of a text that is one expression; raises SyntaxError where it is none."""
    return _read(lambda: ast.parse(text, mode="eval")).body


def _read(read: Callable[[], _Tree]) -> _Tree:
    for _ in range(TRIES - 1):
        try:
            return read()
        except SystemError:
            continue
    return read()
