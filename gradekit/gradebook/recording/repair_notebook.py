"""Rebuilds a valid notebook from whatever is usable in a damaged one."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import (
    new_code_cell,
    new_markdown_cell,
    new_notebook,
    new_output,
    new_raw_cell,
)

from gradekit.errors import SubmissionError
from gradekit.gradebook.page.bounds import is_picture
from gradekit.notebook.cells import read_notebook, text_of

MAX_CELLS, MAX_OUTPUTS = 2000, 200
MAKERS = {"code": new_code_cell, "markdown": new_markdown_cell, "raw": new_raw_cell}


def rebuilt_notebook(path: Path) -> NotebookNode | None:
    """Return a notebook of the cells' texts, names, pictures and printed outputs in a file.

    Of very many cells the first stay, and those with a name. None where there are no cells.
    """
    try:
        cells = read_notebook(path)["cells"]
    except SubmissionError:
        return None
    cells = [cell for cell in cells if isinstance(cell, Mapping)]
    named = [cell for cell in cells[MAX_CELLS:] if "nbgrader" in _mapping(cell.get("metadata"))]
    made = [_cell(cell) for cell in [*cells[:MAX_CELLS], *named[:MAX_CELLS]]]
    return new_notebook(cells=made) if made else None


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _cell(cell: Mapping[str, Any]) -> NotebookNode:
    make = MAKERS.get(text_of(cell.get("cell_type")), new_markdown_cell)
    made: NotebookNode = make(_text(cell.get("source")))
    made.metadata = _metadata(cell.get("metadata"))
    if make is new_code_cell:
        made.outputs = _outputs(cell.get("outputs"))
    return made


def _text(value: object) -> str:
    # Halves of characters, which JSON can have, cannot be written to a file.
    return text_of(value).encode("utf-8", "replace").decode("utf-8")


def _metadata(metadata: object) -> NotebookNode:
    """Return what nbgrader and the kit keep about a cell, as far as it is plain."""
    kept = NotebookNode()
    for owner in ("nbgrader", "gradekit"):
        facts = _mapping(_mapping(metadata).get(owner)).items()
        plain = {_text(k): v for k, v in facts if isinstance(v, str | int | float)}
        if plain:
            kept[owner] = NotebookNode(
                {k: _text(v) if isinstance(v, str) else v for k, v in plain.items()}
            )
    return kept


def _outputs(outputs: object) -> list[NotebookNode]:
    found = outputs if isinstance(outputs, list) else []
    made = (_output(output) for output in found[:MAX_OUTPUTS] if isinstance(output, Mapping))
    return [output for output in made if output]


def _output(output: Mapping[str, Any]) -> NotebookNode:
    """Return an output that has the form of one; an empty one where there is none."""
    made, kind, data = NotebookNode(), output.get("output_type"), output.get("data")
    if kind == "stream":
        made = new_output("stream", name="stdout", text=_text(output.get("text")))
    elif kind == "error":
        texts = {key: _text(output.get(key)) for key in ("ename", "evalue")}
        made = new_output("error", **texts, traceback=[])
    elif kind in ("display_data", "execute_result") and isinstance(data, Mapping):
        texts = {key: _text(value) for key, value in data.items()}
        plain = {k: v for k, v in texts.items() if v and (k == "text/plain" or is_picture(k, v))}
        made = new_output("display_data", data=plain)
    return made
