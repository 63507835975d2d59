"""What becomes of figures when a cell ends: a notebook drops them, other backends do not."""

import ast
import sys
from typing import Any

from gradekit.python_tree import python_tree

_CHOOSE = ("use", "switch_backend")
_KEEPING = frozenset(["agg", "cairo", "pdf", "pgf", "ps", "svg", "template"])


class Figures:
    """The figures of cells: kept from where one of these chooses a backend that keeps them."""

    def __init__(self) -> None:
        self._are_kept = False

    def end_cell(self, source: str) -> None:
        """Drop what a cell has drawn, unless its text or that of one before chooses otherwise."""
        if any(f"{name}(" in source for name in _CHOOSE):
            self._look(source)
        drawing: Any = sys.modules.get("matplotlib.pyplot")
        if drawing is not None and not self._are_kept:
            drawing.close("all")

    def _look(self, source: str) -> None:
        try:
            tree = python_tree(source, "cell")
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in _CHOOSE:
                name = _first_text(node)
                if name in _KEEPING or "inline" in name:
                    self._are_kept = name in _KEEPING


def _first_text(call: ast.Call) -> str:
    given = [*call.args, *(one.value for one in call.keywords)]
    value = given[0].value if given and isinstance(given[0], ast.Constant) else ""
    return value.lower() if isinstance(value, str) else ""
