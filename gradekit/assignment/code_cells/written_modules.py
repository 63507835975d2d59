"""Modules that a notebook's cells write (`%%writefile helpers.py`): staff's own, and students'."""

import ast
from collections.abc import Collection, Iterable, Iterator
from pathlib import PurePath

from gradekit.assignment.code_cells.cells import CellKind, SourceCell
from gradekit.python_tree import python_tree


def staffs_modules(cells: Iterable[SourceCell]) -> dict[str, str]:
    """Return the modules that staff's cells write, by name, with their text."""
    found = dict[str, str]()
    for cell in cells:
        name = _module(cell)
        if name and cell.kind in (CellKind.STAFF, CellKind.FREE):
            adds = name in found and ", 'a', " in cell.python
            found[name] = f"{found[name] if adds else ''}{cell.text.content}"
    return found


def students_modules(cells: Iterable[SourceCell]) -> frozenset[str]:
    """Return the names of the modules that answers write."""
    answers = (cell for cell in cells if cell.kind is CellKind.SOLUTION)
    return frozenset(filter(None, map(_module, answers)))


def imported_from(python: str, modules: Collection[str]) -> frozenset[str]:
    """Return the names that code binds to some modules, or to what is in them."""
    if not modules or not any(name in python for name in modules):
        return frozenset()
    return frozenset(_bound(python, modules))


def _bound(python: str, modules: Collection[str]) -> Iterator[str]:
    try:
        tree = python_tree(python)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for one in node.names:
                if (getattr(node, "module", "") or one.name) in modules:
                    yield one.asname or one.name


def _module(cell: SourceCell) -> str:
    """Return the name of the module that a cell writes, or ""."""
    path = PurePath(cell.text.file)
    is_module = cell.runs and path.suffix == ".py" and path.name == str(path)
    return path.stem if is_module and path.stem.isidentifier() else ""
