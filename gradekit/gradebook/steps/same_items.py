"""Keeps the cells of an assignment as they are, once hand-ins stand in the gradebook."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from nbgrader import utils
from nbgrader.api import Gradebook, MissingEntry

from gradekit.errors import GradekitError
from gradekit.gradebook.steps.base import KitStep, StepResult
from gradekit.text import listed

MOST_NAMES = 5
# What the gradebook keeps a cell as, and how it is told in a notebook.
KINDS = {"grade": utils.is_grade, "solution": utils.is_solution, "task": utils.is_task}

# The kinds of each cell by its name.
NamesByKind = Mapping[str, frozenset[str]]


class ItemsChanged(GradekitError):
    """Cells were added, removed or renamed that graded hand-ins have; the older release stays."""


class KeepItems(KitStep):
    """Stops a release with other cells than the hand-ins in the gradebook have.

    nbgrader would stop at it as well, without a word on which cells these are.
    """

    def preprocess(self, nb: Any, resources: dict[str, Any]) -> StepResult:
        """Compare the notebook's cells with the gradebook's; the notebook goes on unchanged."""
        said = resources["nbgrader"]
        fault = changed_items(said["db_url"], said["assignment"], said["notebook"], nb)
        if fault:
            raise ItemsChanged(fault)
        return nb, resources


def changed_items(db_url: str, assignment: str, name: str, nb: Any) -> str:
    """Return what of a notebook's cells is other than in the hand-ins of a gradebook, or ""."""
    with Gradebook(db_url) as gradebook:
        try:
            notebook = gradebook.find_notebook(name, assignment)
        except MissingEntry:
            return ""
        students, kept = len(notebook.submissions), _kept(notebook)
    changes = list(_changes(kept, _cells(nb))) if students else []
    if not changes:
        return ""
    return (
        f"source/{assignment}/{name}.ipynb: {'; '.join(changes)}, "
        f"and hand-ins of {students} student{'s' * (students > 1)} are in the gradebook: "
        "put these cells back, with their names and kinds (what they say may change), or "
        "release the new version as an assignment of another name"
    )


def _kept(notebook: Any) -> NamesByKind:
    named = {
        "grade": notebook.grade_cells,
        "solution": notebook.solution_cells,
        "task": notebook.task_cells,
        "source": notebook.source_cells,
    }
    return _by_name((cell.name, kind) for kind, cells in named.items() for cell in cells)


def _cells(nb: Any) -> NamesByKind:
    return _by_name(
        (cell.metadata.nbgrader["grade_id"], kind)
        for cell in nb.cells
        if "nbgrader" in cell.metadata
        for kind in _kinds(cell)
    )


def _kinds(cell: Any) -> Iterator[str]:
    found = [kind for kind, is_one in KINDS.items() if is_one(cell)]
    yield from found
    if found or utils.is_locked(cell):
        yield "source"


def _by_name(pairs: Iterator[tuple[str, str]]) -> NamesByKind:
    found: dict[str, frozenset[str]] = {}
    for name, kind in pairs:
        found[name] = found.get(name, frozenset()) | {kind}
    return found


def _changes(kept: NamesByKind, now: NamesByKind) -> Iterator[str]:
    both = kept.keys() & now.keys()
    changed = {
        "gone": kept.keys() - now.keys(),
        "new": now.keys() - kept.keys(),
        "of another kind": {name for name in both if kept[name] != now[name]},
    }
    for what, names in changed.items():
        if names:
            cells = "cell" if len(names) == 1 else "cells"
            yield f"{cells} {listed(sorted(names), MOST_NAMES)} {_are(names)} {what}"


def _are(names: Collection[str]) -> str:
    return "is" if len(names) == 1 else "are"
