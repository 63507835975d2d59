"""Small notebooks of nbgrader's kind, written by code: for tests."""

from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook


def cell(kind: str, source: str, name: str = "", points: float = 1.0) -> Any:
    """Return a code cell: "staff", "solution", "test", "free", or "manual"."""
    made = new_code_cell(source)
    if kind == "free":
        return made
    made.id = name.replace("_", "-")
    made.metadata["nbgrader"] = {
        "grade_id": name,
        "schema_version": 3,
        "grade": kind in ("test", "manual"),
        "solution": kind in ("solution", "manual"),
        "locked": kind in ("staff", "test"),
        "task": False,
        **({"points": points} if kind in ("test", "manual") else {}),
    }
    return made


def notebook(*cells: Any) -> Any:
    """Return a notebook; texts among the cells become Markdown."""
    made = [new_markdown_cell(one) if isinstance(one, str) else one for one in cells]
    return new_notebook(cells=made)


def with_answers(source: Any, answers: dict[str, str]) -> Any:
    """Return a copy of a notebook with other texts in the cells of these names."""
    copy = nbformat.from_dict(source)
    copy = nbformat.reads(nbformat.writes(copy), as_version=4)
    for one in copy.cells:
        name = one.metadata.get("nbgrader", {}).get("grade_id")
        if name in answers:
            one.source = answers[name]
    return copy
