"""A test cell's code, made ready to run: its last value, and the names that need care."""

import ast
import linecache
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import CodeType
from typing import Any

from gradekit.python_tree import python_tree
from gradekit.workers.remote.coroutines import AWAITS, run_code
from gradekit.workers.remote.in_test.mirrors.functions import CODE_OF

_WORD = re.compile(r"[^\W\d]\w*")
VALUE = "_gradekit_value"  # what a cell's last value is called where it runs inside
_LOOKING_UP = frozenset(["eval", "exec"])


@dataclass(frozen=True)
class CellCode:
    """A cell's statements, its last expression if it ends in one, and the names of its module.

    `shared` are those that functions declare global; `looked_up` those that code reads which looks
    into the dictionary of names itself, as the bodies of classes and `eval` do.
    """

    body: CodeType
    last: CodeType | None
    shared: frozenset[str]
    looked_up: frozenset[str]


def compile_cell(python: str, label: str) -> CellCode:
    """Return a cell's code; raise SyntaxError where it is no Python."""
    file = f"<{label}>"
    tree = python_tree(python, file)
    if "__code__" in python:
        tree = ast.fix_missing_locations(_AskingForCode().visit(tree))
    linecache.cache[file] = (len(python), None, python.splitlines(keepends=True), file)
    last = None
    shared = frozenset(
        name for node in ast.walk(tree) if isinstance(node, ast.Global) for name in node.names
    )
    looked_up = frozenset(_looked_up(tree, python))
    shown = _shown(tree, python)
    if shown is not None:
        tree.body.pop()
        last = compile(ast.Expression(shown.value), file, "eval", AWAITS)
    return CellCode(compile(tree, file, "exec", AWAITS), last, shared, looked_up)


class _AskingForCode(ast.NodeTransformer):
    """Makes `f.__code__` a question: what stands for a student's function has a code of its own."""

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        inner = ast.Attribute(self.visit(node.value), node.attr, node.ctx)
        if node.attr != "__code__" or not isinstance(node.ctx, ast.Load):
            return ast.copy_location(inner, node)
        asked = ast.Call(ast.Name(CODE_OF, ast.Load()), [inner.value], [])
        return ast.copy_location(asked, node)


def with_value_kept(python: str) -> str:
    """Return a cell's code that gives its last value a name, if it has one; lines stay."""
    last = _shown(python_tree(python), python)
    if last is None:
        return python
    data = python.encode()
    starts = [0]
    for line in data.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    begin = starts[last.lineno - 1] + last.col_offset
    end = starts[(last.end_lineno or last.lineno) - 1] + (last.end_col_offset or 0)
    kept = data[:begin] + f"{VALUE} = (".encode() + data[begin:end] + b"\n)" + data[end:]
    return kept.decode()


def ends_in_value(python: str) -> bool:
    """Whether a cell's last statement has a value that counts; raise SyntaxError for no Python."""
    return _shown(python_tree(python), python) is not None


def _shown(tree: ast.Module, python: str) -> ast.Expr | None:
    """Return the expression whose value a notebook shows: no semicolon ends its line."""
    last = tree.body[-1] if tree.body else None
    return last if isinstance(last, ast.Expr) and not python.rstrip().endswith(";") else None


def run_cell(code: CellCode, names: Mapping[str, Any]) -> object:
    """Run a cell's code; return its last value, None where it has none."""
    run_code(code.body, names)
    return run_code(code.last, names) if code.last else None


def words_of(text: str) -> Iterator[str]:
    """Yield what may be a name in a text, be it Python or not."""
    for found in _WORD.finditer(text):
        yield found[0]


def _looked_up(tree: ast.Module, python: str) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            inner = (one for part in node.body for one in ast.walk(part))
            yield from (one.id for one in inner if isinstance(one, ast.Name))
        elif isinstance(node, ast.Name) and node.id in _LOOKING_UP:
            yield from words_of(python)
