"""Figures are gone when a cell ends, as in a notebook, unless a cell chooses a backend."""

import sys
import types
from typing import Any

import pytest

from gradekit.workers.remote.in_test.namespace import SessionNamespace
from gradekit.workers.remote.in_test.session import RemoteSession
from gradekit.workers.remote.local import LocalExchange

AGG = "import matplotlib\nmatplotlib.use('Agg')"


@pytest.mark.parametrize(
    ("cells", "kept"),
    [
        (["x = 1"], 0),
        ([AGG], 2),
        (["x = 1", f"{AGG}\nx = 2"], 2),
        (["plt = None\nplt.switch_backend(newbackend='svg')"], 2),
        (["plt = None\nplt.style.use('ggplot')", "text = \"matplotlib.use('Agg')\""], 0),
        (
            [AGG, "import matplotlib\nmatplotlib.use('module://matplotlib_inline.backend_inline')"],
            1,
        ),
        (["matplotlib.use('Agg'"], 0),
    ],
    ids=["never", "first", "later", "by keyword", "others", "back again", "no Python"],
)
def test_a_backend_that_is_chosen_keeps_figures(
    monkeypatch: pytest.MonkeyPatch, cells: list[str], kept: int
) -> None:
    """From that cell on, whatever else is called `use`, and until a notebook's is chosen again."""
    drawing: Any = types.ModuleType("matplotlib.pyplot")
    dropped: list[str] = []
    drawing.close = dropped.append
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", drawing)
    monkeypatch.setitem(sys.modules, "matplotlib", types.ModuleType("matplotlib"))
    names = SessionNamespace(RemoteSession(LocalExchange()))
    for cell in [*cells, "y = 3"]:
        names.run(cell, "cell.py")
    assert len(dropped) == len(cells) + 1 - kept


def test_what_is_shown_is_gone_in_a_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    """A function that shows its figure has none left to give, unless a backend keeps them."""
    drawing: Any = types.ModuleType("matplotlib.pyplot")
    done: list[str] = []
    drawing.close, drawing.show = done.append, lambda: done.append("shown")
    matplotlib: Any = types.ModuleType("matplotlib")
    matplotlib.use, matplotlib.pyplot = str, drawing
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", drawing)
    monkeypatch.setitem(sys.modules, "matplotlib", matplotlib)
    names = SessionNamespace(RemoteSession(LocalExchange()))
    shows = "import matplotlib.pyplot as plt\nplt.show()"
    for cell in ("x = 1", shows, AGG, shows):
        names.run(cell, "cell.py")
    assert done == ["all", "all", "all", "shown"]
