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
        self._show: Any = None  # Matplotlib's own, where the notebook's is in its place

    def end_cell(self, source: str) -> None:
        """Drop what a cell has drawn, unless its text or that of one before chooses otherwise."""
        if any(f"{name}(" in source for name in _CHOOSE):
            self._look(source)
        drawing: Any = sys.modules.get("matplotlib.pyplot")
        if drawing is None:
            return
        if not self._are_kept:
            drawing.close("all")
        self._choose_show(drawing)

    def _choose_show(self, drawing: Any) -> None:
        """Have `plt.show()` drop what it shows, as a notebook's does, where that is not kept."""
        if not self._are_kept and self._show is None:
            self._show = getattr(drawing, "show", None)

            def show(*_given: object, **_named: object) -> None:
                drawing.close("all")

            drawing.show = show
        elif self._are_kept and self._show is not None:
            drawing.show, self._show = self._show, None

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
