"""Steps that put the cells that count back to what was released, whatever a student did to them."""

from typing import Any
from uuid import uuid4

from nbformat import from_dict
from nbformat.v4 import new_markdown_cell
from nbgrader.api import Gradebook
from nbgrader.preprocessors import OverwriteCells

from gradekit.course import notebook_json
from gradekit.errors import GradekitError
from gradekit.gradebook.steps.base import KitStep, StepResult, assignment_of
from gradekit.notebook.copies import place_of_counting
from gradekit.notebook.order import out_of_order
from gradekit.release.secret_lines import without_regions

Metadata = dict[str, Any]
NAME = "name"


class RestoreMetadata(KitStep):
    """Gives each cell the metadata that it was released with, and any other cell none.

    Of cells with one name the last keeps it; of an answer's, the last that was written in.
    """

    def preprocess(self, nb: Any, resources: dict[str, Any]) -> StepResult:
        """Replace nbgrader's metadata in all cells."""
        where = resources["nbgrader"]
        with Gradebook(where["db_url"]) as gradebook:
            notebook = gradebook.find_notebook(where["notebook"], where["assignment"])
            released = _released(notebook)
            texts = {cell.name: cell.source for cell in notebook.source_cells}
        named: dict[str, list[Any]] = {}
        for cell in nb.cells:
            named.setdefault(grade_id_of(cell), []).append(cell)
            cell.metadata.pop("nbgrader", None)
        for name in [name for name in named if name in released]:
            copies = [cell.source for cell in named[name]]
            counting = place_of_counting(copies, texts[name], released[name]["solution"])
            named[name][counting].metadata["nbgrader"] = released[name]
            if released[name]["task"]:
                _keep_text(nb, named[name][counting], texts[name])
        return nb, resources


class RestoreCells(KitStep, OverwriteCells):
    """Restores the text of locked cells, adds the graded cells that a notebook has lost, and puts
    those that were moved back to the release's order: who grades finds each where it belongs.
    """

    def add_missing_grade_cells(self, nb: Any, resources: dict[str, Any]) -> StepResult:
        """Put moved cells, and lost ones, after those that stand before them in the release."""
        released = self.gradebook.find_notebook(self.notebook_id, self.assignment_id)
        order = _released_order(self, resources, [cell.name for cell in released.source_cells])
        present = [name for name in map(grade_id_of, nb.cells) if name]
        for name in out_of_order(present, [name for kind, name in order if kind == NAME]):
            moved = nb.cells.pop([grade_id_of(cell) for cell in nb.cells].index(name))
            nb.cells.insert(_place(nb.cells, (NAME, name), order), moved)
        graded = (*released.grade_cells, *released.task_cells)
        points = {cell.name: cell.max_score for cell in graded}
        answers = {cell.name for cell in released.solution_cells}
        tasks = {cell.name for cell in released.task_cells}
        for source in released.source_cells:
            if source.name in points and source.name not in present:
                lost = self.missing_cell_transform(
                    source,
                    points[source.name],
                    is_solution=source.name in answers,
                    is_task=source.name in tasks,
                )
                if (nb.nbformat, nb.nbformat_minor) >= (4, 5):
                    lost["id"] = uuid4().hex[:8]
                nb.cells.insert(_place(nb.cells, (NAME, source.name), order), lost)
        return nb, resources


class NumberCells(KitStep):
    """Gives each cell an id of the kit's own: a page shows them, and a hand-in chose these."""

    def preprocess(self, nb: Any, resources: dict[str, Any]) -> StepResult:
        """Replace the ids where the notebook's format has them."""
        for number, cell in enumerate(nb.cells, start=1):
            if "id" in cell:
                cell.id = f"cell-{number}"
        return nb, resources


def _keep_text(nb: Any, task: Any, released: str) -> None:
    """Keep what was written into a task's own cell, whose text is restored, in one below it.

    `released` is the source's text, with the scheme for marks that students do not get.
    """
    if "".join(task.source.split()) == "".join(without_regions(released).split()):
        return
    kept = new_markdown_cell(task.source)
    if (nb.nbformat, nb.nbformat_minor) < (4, 5):
        del kept["id"]
    place = next(number for number, cell in enumerate(nb.cells) if cell is task)
    nb.cells.insert(place + 1, kept)


def _released_order(
    step: KitStep, resources: dict[str, Any], names: list[str]
) -> list[tuple[str, str]]:
    """Return the release's cells in order, each by its name or else its id.

    Where there is no notebook of the release, these are the names that the gradebook has.
    """
    path = assignment_of(step, resources).release / f"{resources['nbgrader']['notebook']}.ipynb"
    try:
        cells = from_dict(notebook_json(path)["cells"])
    except GradekitError:
        cells = []
    order = [_key(cell) for cell in cells]
    missing = [(NAME, name) for name in names if (NAME, name) not in order]
    return [*order, *missing] if len(missing) < len(names) else missing


def _place(cells: list[Any], key: tuple[str, str], order: list[tuple[str, str]]) -> int:
    """Return where a cell belongs: behind the nearest one that is before it in the release."""
    places = {_key(cell): place for place, cell in enumerate(cells)}
    before = reversed(order[: order.index(key)])
    return next((places[one] + 1 for one in before if one in places), 0)


def _key(cell: Any) -> tuple[str, str]:
    name = grade_id_of(cell)
    return (NAME, name) if name else ("id", str(cell.get("id", "")))


def grade_id_of(cell: Any) -> str:
    """Return a cell's name for nbgrader, or "" where it has none."""
    metadata = cell.metadata.get("nbgrader")
    name = metadata.get("grade_id") if isinstance(metadata, dict) else None
    return name if isinstance(name, str) else ""


def _released(notebook: Any) -> dict[str, Metadata]:
    graded = {cell.name for cell in notebook.grade_cells}
    answers = {cell.name for cell in notebook.solution_cells}
    tasks = {cell.name for cell in notebook.task_cells}
    points = {cell.name: cell.max_score for cell in (*notebook.grade_cells, *notebook.task_cells)}
    return {
        cell.name: {
            "grade_id": cell.name,
            "grade": cell.name in graded,
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
