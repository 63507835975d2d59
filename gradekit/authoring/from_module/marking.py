"""Puts markers around what students write, in lines of a module."""

import ast
from collections.abc import Sequence

from gradekit.solution.definitions import FunctionNode
from gradekit.solution.regions import BEGIN, END, STUB


def marked_bodies(
    lines: Sequence[str], functions: Sequence[tuple[FunctionNode, Sequence[ast.stmt]]], above: int
) -> list[str]:
    """Return lines with markers around the bodies of functions, but for their docstrings.

    `above` is how many lines of the module stand above them.
    """
    marked = list(lines)
    for number, (function, body) in reversed(list(enumerate(functions))):
        following = functions[number + 1][0] if number + 1 < len(functions) else None
        last = len(marked) if following is None else _first_line(following) - above - 1
        marked = _marked_body(marked, function, body, above, last)
    return marked


def _marked_body(
    lines: list[str], function: FunctionNode, body: Sequence[ast.stmt], above: int, last: int
) -> list[str]:
    """Return lines with markers around one body; it ends before the line `last`."""
    first = min([body[0].lineno, *(d.lineno for d in getattr(body[0], "decorator_list", ()))])
    begin, end = first - above - 1, (function.end_lineno or 0) - above
    line = lines[begin]
    before = line.encode()[: body[0].col_offset].decode()
    depth = " " * (len(lines[function.lineno - above - 1]) - len(_head(lines, function, above)))
    if before.strip():  # it stands on the line of the head, or of the docstring
        indent = f"{depth}    "
        heads = _heads(before, function, body[0])
        lines = [*lines[:begin], *heads, indent + line[len(before) :], *lines[begin + 1 :]]
        begin, end, last = begin + len(heads), end + len(heads), last + len(heads)
    else:
        indent = before
        # Comments above the first statement tell of it, too.
        docstring = function.body[0] if function.body[0] is not body[0] else None
        top = (docstring.end_lineno or 0) if docstring else function.lineno
        while begin > top - above and lines[begin - 1].lstrip()[:1] in ("", "#"):
            begin -= 1
        while not lines[begin].strip():
            begin += 1
    while end < last and lines[end].lstrip().startswith("#") and _is_in(lines[end], depth):
        end += 1
    return [*lines[:begin], indent + BEGIN, *lines[begin:end], indent + END, *lines[end:]]


def _heads(before: str, function: FunctionNode, first: ast.stmt) -> list[str]:
    """Return what stands before a body on its line: a head, a docstring, or both, apart."""
    docstring = function.body[0]
    if docstring is first or docstring.lineno != function.lineno:
        return [before.rstrip().rstrip(";").rstrip()]
    head = before.encode()[: docstring.col_offset].decode()
    indent = " " * (function.col_offset + 4)
    return [head.rstrip(), indent + before[len(head) :].rstrip().rstrip(";").rstrip()]


def _head(lines: Sequence[str], function: FunctionNode, above: int) -> str:
    return lines[function.lineno - above - 1].lstrip()


def _is_in(line: str, depth: str) -> bool:
    return len(line) - len(line.lstrip()) > len(depth)


def _first_line(function: FunctionNode) -> int:
    return min([function.lineno, *(one.lineno for one in function.decorator_list)])


def marked_whole(lines: Sequence[str], first: int) -> list[str]:
    """Return lines with markers around a definition, from its first line, 1-based, on.

    Students get nothing in its place. Comments right above it tell of it, and go with it.
    """
    begin = first - 1
    while begin and lines[begin - 1].startswith("#"):
        begin -= 1
    return [*lines[:begin], BEGIN, STUB, *lines[begin:], END]
