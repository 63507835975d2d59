"""The code cells of a source notebook: whose each is, and what runs where when a test looks at it.

A test cell is one that is graded and no answer. The names that a student's cells give values to are
remote there: they are asked of the process that holds the student's code.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from gradekit.assignment.code_cells.text import CellText, to_python
from gradekit.notebook.cells import Cell, as_today, cells_of

# Cells with this tag are not executed by Jupyter's own tools either.
NOT_RUN_TAG = "skip-execution"


class CellKind(StrEnum):
    """Whose a code cell is."""

    STAFF = "staff"  # read-only
    SOLUTION = "solution"  # the student's code, be it graded by hand
    TEST = "test"  # graded by what it does
    FREE = "free"  # says nothing about itself


@dataclass(frozen=True)
class SourceCell:
    """One code cell of the source: its 1-based place among all cells, kind, name and Python."""

    number: int
    kind: CellKind
    name: str
    text: CellText
    points: float = 0.0
    runs: bool = True
    inside: bool = False  # a test that runs beside the student's code, which can forge its end

    @property
    def python(self) -> str:
        """The cell's Python, with its solution and its hidden tests."""
        return self.text.python


def code_cell_kind(cell: Cell) -> CellKind:
    """Return whose a code cell is, as nbgrader's metadata of any version say."""
    marked = cell.grading
    if marked.get("solution") is True:
        return CellKind.SOLUTION
    if marked.get("grade") is True:
        return CellKind.TEST
    return CellKind.STAFF if marked.get("locked") is True else CellKind.FREE


def source_cells(notebook: Mapping[str, Any], left_out: Iterable[str] = ()) -> list[SourceCell]:
    """Return the code cells of a source notebook, in order.

    Those named in `left_out`, and those that are tagged so, do not run.
    """
    names = frozenset(left_out)
    found = []
    for number, cell in enumerate(cells_of(notebook), start=1):
        if cell.kind != "code":
            continue
        runs = cell.name not in names and not is_tagged(cell)
        points = as_today(cell.grading).get("points")
        value = float(points) if isinstance(points, int | float) else 0.0
        text = to_python(cell.source)
        found.append(SourceCell(number, code_cell_kind(cell), cell.name, text, value, runs))
    return found


def is_tagged(cell: Cell) -> bool:
    """Whether a cell is tagged as one that does not run."""
    tags = cell.metadata.get("tags")
    return isinstance(tags, list) and NOT_RUN_TAG in tags
