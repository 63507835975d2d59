"""Steps that put the cells that count back to what was released, whatever a student did to them."""

from typing import Any
from uuid import uuid4

from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor, OverwriteCells

from gradekit.gradebook.release_steps import Step

Metadata = dict[str, Any]


class RestoreMetadata(NbGraderPreprocessor):
    """Gives each cell the metadata that it was released with, and any other cell none.

    Of cells with one name the last keeps it; of an answer's, the last that was written in.
    """

    def preprocess(self, nb: Any, resources: dict[str, Any]) -> Step:
        """Replace nbgrader's metadata in all cells."""
        where = resources["nbgrader"]
        with Gradebook(where["db_url"]) as gradebook:
            notebook = gradebook.find_notebook(where["notebook"], where["assignment"])
            released = _released(notebook)
            texts = {cell.name: cell.source for cell in notebook.source_cells}
        named: dict[str, list[Any]] = {}
        for cell in nb.cells:
            named.setdefault(name_of(cell), []).append(cell)
            cell.metadata.pop("nbgrader", None)
        for name in released.keys() & named.keys():
            last = _last_written(named[name], texts[name], released[name]["solution"])
            last.metadata["nbgrader"] = released[name]
        return nb, resources


class RestoreCells(OverwriteCells):
    """Restores the text of locked cells, and adds the graded cells that a notebook has lost."""

    def add_missing_grade_cells(self, nb: Any, resources: dict[str, Any]) -> Step:
        """Add each lost cell after those that stand before it in the release."""
        released = self.gradebook.find_notebook(self.notebook_id, self.assignment_id)
        points = {cell.name: cell.max_score for cell in released.grade_cells}
        answers = {cell.name for cell in released.solution_cells}
        place = 0
        for source in released.source_cells:
            names = [name_of(cell) for cell in nb.cells]
            if source.name in names:
                place = names.index(source.name) + 1
            elif source.name in points:
                lost = self.missing_cell_transform(
                    source, points[source.name], is_solution=source.name in answers
                )
                if (nb.nbformat, nb.nbformat_minor) >= (4, 5):
                    lost["id"] = uuid4().hex[:8]
                nb.cells.insert(place, lost)
                place += 1
        return nb, resources


def name_of(cell: Any) -> str:
    """Return a cell's name for nbgrader, or "" where it has none."""
    metadata = cell.metadata.get("nbgrader")
    name = metadata.get("grade_id") if isinstance(metadata, dict) else None
    return name if isinstance(name, str) else ""


def _last_written(cells: list[Any], released: str, is_answer: bool) -> Any:
    written = [cell for cell in cells if cell.source.strip() not in ("", released.strip())]
    return (written if is_answer and written else cells)[-1]


def _released(notebook: Any) -> dict[str, Metadata]:
    points = {cell.name: cell.max_score for cell in notebook.grade_cells}
    answers = {cell.name for cell in notebook.solution_cells}
    tasks = {cell.name for cell in notebook.task_cells}
    return {
        cell.name: {
            "grade_id": cell.name,
            "grade": cell.name in points,
            "solution": cell.name in answers,
            "task": cell.name in tasks,
            "locked": cell.locked,
            "cell_type": cell.cell_type,
            "checksum": cell.checksum,
            "schema_version": 3,
            **({"points": points[cell.name]} if cell.name in points else {}),
        }
        for cell in notebook.source_cells
    }
