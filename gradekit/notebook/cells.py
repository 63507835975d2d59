"""Reads a notebook as a student left it: its cells, their names, and the headings above them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gradekit.errors import SubmissionError
from gradekit.files import unreadable
from gradekit.notebook.headings import headings
from gradekit.notebook.reading import MAX_NOTEBOOK_BYTES, parse_notebook

MAX_TAGS = 20  # of a cell
# What nbgrader puts in the place of a solution in code.
CODE_STUBS = ("# YOUR CODE HERE", "raise NotImplementedError()")

_NUMBER = re.compile(r"\s{0,9}[+-]?(?:\d{1,9}(?:\.\d{0,9})?|\.\d{1,9})\s{0,9}", re.A)


@dataclass(frozen=True)
class Cell:
    """One cell; whatever a damaged notebook lacks is empty here."""

    kind: str
    source: str
    metadata: Mapping[str, Any]
    outputs: tuple[Mapping[str, Any], ...]
    heading: str
    ran: int = 0  # the number that Jupyter shows beside a cell that was run, or 0
    attachments: Mapping[str, Any] = field(default_factory=dict)
    id: str = ""

    @property
    def grading(self) -> Mapping[str, Any]:
        """What nbgrader keeps about the cell."""
        return _mapping(self.metadata.get("nbgrader"))

    @property
    def name(self) -> str:
        """The cell's name among the graded ones, such as "question_1", or ""."""
        return text_of(self.grading.get("grade_id"))

    @property
    def facts(self) -> Mapping[str, Any]:
        """What the kit keeps about the cell."""
        return _mapping(self.metadata.get("gradekit"))

    @property
    def names(self) -> frozenset[str]:
        """All that the cell may be called by: its nbgrader name, its tags, and `handin`."""
        tags = self.metadata.get("tags")
        found = [self.name, text_of(self.facts.get("handin"))]
        found += filter(_is_text, tags[:MAX_TAGS]) if isinstance(tags, list) else []
        return frozenset(filter(None, found))

    @property
    def caption(self) -> str:
        """What the PDF writes under the part that the cell holds, or ""."""
        return text_of(self.facts.get("caption"))


def as_today(marks: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what nbgrader keeps about a graded cell, as its versions from 1 on have it.

    Version 0 may have the points as text, below zero for none, or left out, and so the kinds.
    """
    if not marks.get("grade") or marks.get("schema_version", 0) != 0:
        return marks
    points = marks.get("points", 0.0)
    if isinstance(points, str) and (not points or _NUMBER.fullmatch(points)):
        points = float(points or 0.0)
    if isinstance(points, int | float) and points < 0:
        points = 0.0
    return {**marks, "solution": marks.get("solution", False), "points": points}


def read_notebook(path: Path) -> dict[str, Any]:
    """Return a notebook's JSON; raise SubmissionError where it cannot be read or is no notebook."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_NOTEBOOK_BYTES + 1)
    except OSError as error:
        raise unreadable(error, path.name) from error
    return parse_notebook(data, path.name)


def cells_of(notebook: Mapping[str, Any]) -> list[Cell]:
    """Return a notebook's cells in order, each with the nearest heading above it."""
    return list(_cells(notebook.get("cells")))


def released_modules(notebook: Mapping[str, Any]) -> list[str]:
    """Return the paths of the modules to complete, as `gradekit release` noted them; else none."""
    facts = _mapping(_mapping(notebook.get("metadata")).get("gradekit"))
    modules = facts.get("modules")
    return [name for name in modules if _is_text(name)] if isinstance(modules, list) else []


def title_of(notebook: Mapping[str, Any], otherwise: str) -> str:
    """Return the notebook's first heading, or something else where it has none."""
    for cell in cells_of(notebook):
        headings = _headings(cell.source) if cell.kind == "markdown" else []
        if headings:
            return headings[0]
    return otherwise


def find_notebook(folder: Path) -> Path:
    """Return a folder's notebook that holds checks.

    Raises SubmissionError where none or several do.
    """
    found = sorted(path for path in folder.glob("*.ipynb") if path.is_file())
    if not found:
        raise SubmissionError(
            f"no notebook in {folder.resolve()}: "
            "go to the assignment's folder, or give it with --folder"
        )
    graded = [path for path in found if len(found) == 1 or _has_checks(path)]
    if len(graded) == 1:
        return graded[0]
    names = ", ".join(path.name for path in graded or found)
    raise SubmissionError(
        f"which notebook is the hand-in? {names}: move the others out of {folder.resolve()}"
    )


def text_of(value: object) -> str:
    """Return a text that a notebook may hold as one string or as a list of lines; else ""."""
    if isinstance(value, str):
        return value
    return "".join(filter(_is_text, value)) if isinstance(value, list) else ""


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _cells(cells: object) -> Iterator[Cell]:
    heading = ""
    for value in cells if isinstance(cells, list) else []:
        cell = _mapping(value)
        kind, source = text_of(cell.get("cell_type")), text_of(cell.get("source"))
        headings = _headings(source) if kind == "markdown" else []
        heading = headings[-1] if headings else heading
        outputs = cell.get("outputs")
        kept = tuple(map(_mapping, outputs)) if isinstance(outputs, list) else ()
        count = cell.get("execution_count")
        ran = count if isinstance(count, int) else 0
        pasted = _mapping(cell.get("attachments"))
        metadata, name = _mapping(cell.get("metadata")), text_of(cell.get("id"))
        yield Cell(kind, source, metadata, kept, heading, ran, pasted, name)


def _headings(source: str) -> list[str]:
    return [heading.title for heading in headings(source)]


def _has_checks(path: Path) -> bool:
    try:
        return any(cell.grading.get("grade") for cell in cells_of(read_notebook(path)))
    except SubmissionError:
        return False
