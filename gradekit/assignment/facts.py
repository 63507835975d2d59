"""What a released notebook says about itself: its name, its checks, and the files beside it.

`gradekit release` notes it in the notebook's own metadata, which stay whatever happens to cells and
files; a student's command reads it there. Nothing of it decides a grade.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gradekit.assignment.visible_checks import Check
from gradekit.notebook.cells import Cell, cells_of, released_modules
from gradekit.notebook.copies import ANSWER_STUB, place_of_counting
from gradekit.notebook.headings import titles_of

KEY = "gradekit"
SETUP = "setup"


@dataclass(frozen=True)
class Facts:
    """The assignment's name, setup cell and checks, the modules to complete and all other files.

    `packages` may be imported where it is graded, besides NumPy, and those `installed` by cells;
    `import_stubs` may be, too, and do nothing there.
    `in_cells` says that students answer in the notebook's own cells, which its checks look at.
    `notebook` is what this notebook is called, `notebooks` are all that the assignment has and that
    students work in, `title` is what it is called for people. `cells` are the names of all cells
    that it was given out with, `answers` the texts of those that a person grades, by name, where
    more than the stub stood in them. All are empty where a notebook does not say.
    """

    assignment: str = ""
    setup: str = ""
    checks: tuple[Check, ...] = ()
    modules: tuple[str, ...] = ()
    provided: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    notebook: str = ""
    notebooks: tuple[str, ...] = ()
    title: str = ""
    in_cells: bool = False
    packages: tuple[str, ...] = ()
    installed: tuple[str, ...] = ()
    import_stubs: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)


def read_facts(notebook: Mapping[str, Any]) -> Facts:
    """Return what a notebook says about its release; what has another form counts as not said."""
    said = _mapping(_mapping(notebook.get("metadata")).get(KEY))
    checks = said.get("checks")
    found = [_check(one) for one in checks] if isinstance(checks, list) else []
    return Facts(
        _text(said.get("assignment")),
        _text(said.get("setup")),
        tuple(one for one in found if one.item and one.source.strip()),
        tuple(released_modules(notebook)),
        _texts(said.get("provided")),
        _texts(said.get("data")),
        _text(said.get("notebook")),
        _texts(said.get("notebooks")),
        _text(said.get("title")),
        said.get("in_cells") is True,
        _texts(said.get("packages")),
        _texts(said.get("installed")),
        _texts(said.get("import_stubs")),
        _texts(said.get("cells")),
        {name: text for name, text in _mapping(said.get("answers")).items() if _text(text)},
    )


def write_facts(facts: Facts) -> dict[str, Any]:
    """Return facts as they stand in a notebook's metadata, below `KEY`."""
    checks = [
        {"name": one.item, "title": one.title, "points": one.points, "source": one.source}
        for one in facts.checks
    ]
    return {
        "assignment": facts.assignment,
        "setup": facts.setup,
        "checks": checks,
        "modules": list(facts.modules),
        "provided": list(facts.provided),
        "data": list(facts.data),
        "notebook": facts.notebook,
        "notebooks": list(facts.notebooks),
        "title": facts.title,
        "cells": list(facts.cells),
        **({"in_cells": True} if facts.in_cells else {}),
        **({"answers": dict(facts.answers)} if facts.answers else {}),
        **({"packages": list(facts.packages)} if facts.packages else {}),
        **({"installed": list(facts.installed)} if facts.installed else {}),
        **({"import_stubs": list(facts.import_stubs)} if facts.import_stubs else {}),
    }


def setup_of(notebook: Mapping[str, Any]) -> str:
    """Return the source of a notebook's setup cell, or ""."""
    setups = [cell.source for cell in _code(notebook) if cell.name == SETUP]
    return setups[place_of_counting(setups, "", is_answer=False)] if setups else ""


def checks_of(notebook: Mapping[str, Any]) -> list[Check]:
    """Return the checks that stand in a notebook, in order; of copies the last one."""
    graded: dict[str, list[Cell]] = {}
    for cell in _code(notebook):
        if cell.grading.get("grade") is True and cell.name and not cell.grading.get("solution"):
            graded.setdefault(cell.name, []).append(cell)
    texts = ([cell.source for cell in copies] for copies in graded.values())
    counting = (place_of_counting(copies, "", is_answer=False) for copies in texts)
    named = [copies[place] for copies, place in zip(graded.values(), counting, strict=True)]
    titles = titles_of((cell.name, cell.heading) for cell in named)
    return [_of_cell(cell, titles[cell.name]) for cell in named]


def answers_of(notebook: Mapping[str, Any]) -> dict[str, str]:
    """Return the texts of the answers' cells in Markdown that hold more than the stub, by name."""
    found = (cell for cell in cells_of(notebook) if cell.kind == "markdown" and cell.name)
    graded = (cell for cell in found if cell.grading.get("grade") and cell.grading.get("solution"))
    return {cell.name: cell.source for cell in graded if cell.source.strip() != ANSWER_STUB}


def _code(notebook: Mapping[str, Any]) -> Iterable[Cell]:
    return (cell for cell in cells_of(notebook) if cell.kind == "code")


def _of_cell(cell: Cell, title: str) -> Check:
    points = cell.grading.get("points")
    value = float(points) if isinstance(points, int | float) else 0.0
    return Check(cell.name, title, value, cell.source)


def _check(said: object) -> Check:
    one = _mapping(said)
    points = one.get("points")
    value = float(points) if isinstance(points, int | float) else 0.0
    name = _text(one.get("name"))
    return Check(name, _text(one.get("title")) or name, value, _text(one.get("source")))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: object) -> tuple[str, ...]:
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()
