"""Reads and changes notebooks in place."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

HEADING = re.compile(r"^#+ (.+?)(?: \((\d+) points\))?$", re.MULTILINE)


@dataclass(frozen=True)
class HeadedItem:
    """An item of a notebook with the heading nearest above it, and the points that this tells."""

    name: str
    points: float
    title: str
    points_told: str


def headed_items(notebook: Any) -> list[HeadedItem]:
    """Return a source notebook's items in their order; answers' own headings are no items'."""
    title, points, found = "", "", []
    for cell in notebook.cells:
        graded = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "markdown" and not graded and HEADING.search(cell.source):
            title, points = HEADING.findall(cell.source)[-1]
        if graded.get("grade"):
            found.append(HeadedItem(graded["grade_id"], graded["points"], title, points))
    return found


class Notebooks:
    """Reads and changes notebooks in place."""

    read = staticmethod(lambda path: nbformat.read(path, as_version=4))
    write = staticmethod(nbformat.write)

    @staticmethod
    def cell(notebook: Any, name: str) -> Any:
        """Return the cell with an nbgrader name."""
        found = (
            c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == name
        )
        return next(found)

    def change(self, path: Path, change: Callable[[Any], None]) -> None:
        """Apply a function to a notebook in a file."""
        notebook = self.read(path)
        change(notebook)
        self.write(notebook, path)
