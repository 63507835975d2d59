"""Asks nbgrader for points only where something changed since it was asked.

What nbgrader gives to a notebook is the same each time and takes seconds of a kernel. So a stamp is
kept of what it was asked and of what it gave: notebooks, data, points and nbgrader's version.
`pytest --update-golden FILE` asks for all of a file anew and keeps the stamps.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import nbformat

STAMPS = Path(__file__).with_suffix(".json")


class AskedOfNbgrader:
    """Holds that nbgrader gives some points, by a stamp or by asking it."""

    def __init__(self, *, anew: bool) -> None:
        self._anew = anew

    def gives(self, name: str, points: object, asked: object, ask: Callable[[], object]) -> None:
        """Hold that `ask`, grading what was `asked`, gives the points; the stamp has a name."""
        stamp = _stamp(points, asked)
        if not self._anew and _stamps().get(name) == stamp:
            return
        assert ask() == points, f"nbgrader gives other points for {name}"
        if self._anew:
            _keep(name, stamp)


def _stamps() -> dict[str, str]:
    found: dict[str, str] = json.loads(STAMPS.read_text("utf-8")) if STAMPS.is_file() else {}
    return found


def _keep(name: str, stamp: str) -> None:
    kept = dict(sorted({**_stamps(), name: stamp}.items()))
    STAMPS.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")


def _stamp(points: object, asked: object) -> str:
    text = json.dumps([version("nbgrader"), points, _plain(asked)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _plain(value: Any) -> Any:
    """Return notebooks and data as JSON has them, without ids that cells have by chance."""
    if isinstance(value, nbformat.NotebookNode) and "cells" in value:
        cells = [{key: cell[key] for key in cell if key != "id"} for cell in value["cells"]]
        return _plain({**value, "cells": cells})
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.hex() if isinstance(value, bytes) else value
