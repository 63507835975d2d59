"""What an assignment gives points for: the items of its notebooks, in order.

An item's name is its cell's, `grade_id` for nbgrader. nbgrader lets two notebooks have cells of one
name; an item of such a name has its notebook's before it, as in "part_1.area".
"""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from gradekit.errors import AuthoringError, raise_first
from gradekit.model import Item
from gradekit.notebook.cells import as_today
from gradekit.notebook.headings import Heading, headings, titles_of

# More is a slip, or no number.
MOST_POINTS = 1e6


class MisstatedPoints(AuthoringError):
    """A heading states other points than the items below it have."""


@dataclass(frozen=True)
class SourceNotebook:
    """A notebook of an assignment: its name without the ending, where it is told, its JSON."""

    name: str
    where: str
    notebook: Mapping[str, Any]


def item_names(cells: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Return the names of items, by the names of their notebook and of their cell.

    It is the cell's name, with the notebook's before it where several notebooks have such a cell.
    """
    found = list(dict.fromkeys(cells))
    counts = Counter(cell for _, cell in found)
    return {
        (notebook, cell): cell if counts[cell] == 1 else f"{notebook}.{cell}"
        for notebook, cell in found
    }


def joined(notebooks: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return several notebooks, by name, as one: their cells in order, and the first's metadata.

    Cells whose names repeat among them have their notebook's before it, as their items have.
    """
    if len(notebooks) == 1:
        return next(iter(notebooks.values()))
    named = {name: list(_cells(notebook)) for name, notebook in notebooks.items()}
    cells = ((n, c) for n, found in named.items() for c in sorted(_names(found)))
    names = item_names(cells)
    first = next(iter(notebooks.values()), {})
    renamed = [_renamed(cell, name, names) for name, found in named.items() for cell in found]
    return {**first, "cells": renamed}


def _names(cells: Iterable[Mapping[str, Any]]) -> set[str]:
    return {n for cell in cells if isinstance(n := _grading(cell).get("grade_id"), str) and n}


def _renamed(
    cell: Mapping[str, Any], notebook: str, names: Mapping[tuple[str, str], str]
) -> Mapping[str, Any]:
    facts = _grading(cell)
    cell_name = facts.get("grade_id")
    name = names.get((notebook, cell_name)) if isinstance(cell_name, str) else None
    if name in (None, cell_name):
        return cell
    metadata = {**cell["metadata"], "nbgrader": {**facts, "grade_id": name}}
    return {**cell, "metadata": metadata}


def is_worked_in(notebook: Mapping[str, Any]) -> bool:
    """Whether a notebook has a cell for students: an answer, a solution, a task, or a test."""
    found = map(_grading, _cells(notebook))
    return any(one.get(kind) for one in found for kind in ("grade", "solution", "task"))


def items_of(sources: Sequence[SourceNotebook], bonus: Collection[str] = ()) -> tuple[Item, ...]:
    """Return the items of some notebooks: points from nbgrader's metadata, titles from headings.

    `bonus` names those that are extra. Raises AuthoringError where a heading states other points
    than its items have, a cell's metadata are not as they should be, names repeat in a notebook, or
    no item has the name of a bonus.
    """
    items, faults = read_items(sources, bonus)
    raise_first(faults)
    return items


def read_items(
    sources: Sequence[SourceNotebook], bonus: Collection[str] = ()
) -> tuple[tuple[Item, ...], list[AuthoringError]]:
    """Return the items of some notebooks, as `items_of` does, and all that is wrong with them."""
    faults: list[AuthoringError] = []
    found = [item for source in sources for item in _items(source, faults)]
    names = item_names((item.notebook, item.cell) for item in found)
    named = [replace(item, name=names[item.notebook, item.cell]) for item in found]
    unknown = sorted(set(bonus) - {item.name for item in named})
    if not faults:
        known = ", ".join(item.name for item in named) or "none"
        told = (f"bonus: no item is named {name!r}; there are: {known}" for name in unknown)
        faults += map(AuthoringError, told)
    titles = titles_of((item.name, item.title) for item in named)
    items = (replace(one, title=titles[one.name], bonus=one.name in bonus) for one in named)
    return tuple(items), faults


def _items(source: SourceNotebook, faults: list[AuthoringError]) -> list[Item]:
    """Return a notebook's items, and add to `faults` what is wrong with them."""
    known = len(faults)
    found = list(_graded(source, faults))
    cells = Counter(item.cell for item, _, _ in found)
    for cell in sorted(cell for cell, count in cells.items() if count > 1):
        faults.append(AuthoringError(f"{source.where}: more than one item is named {cell}"))
    if len(faults) == known:
        faults += _wrongly_stated(source.where, found)
    return [replace(item, title=heading.title) for item, heading, _ in found]


_Graded = tuple[Item, Heading, int]  # an item, the heading above it, and that heading's place


def _graded(source: SourceNotebook, faults: list[AuthoringError]) -> Iterator[_Graded]:
    heading, place = Heading(""), 0
    for number, cell in enumerate(source.notebook["cells"], start=1):
        meta = _grading(cell)
        # A task's own text is the heading of what is to be done.
        if cell.get("cell_type") == "markdown":
            for one in headings(_text(cell.get("source"))):
                heading, place = one, place + 1
        if meta.get("grade") or meta.get("task"):
            where = f"{source.where}: cell {number}"
            try:
                yield _item(where, source.name, as_today(meta)), heading, place
            except AuthoringError as error:
                faults.append(error)


def _item(where: str, notebook: str, meta: Mapping[str, Any]) -> Item:
    is_task = bool(meta.get("task"))
    needed = {"grade_id", "points"} if is_task else {"grade_id", "points", "solution"}
    missing = sorted(needed - set(meta))
    if missing:
        raise AuthoringError(f"{where} is graded and lacks {missing[0]}")
    name, points = meta["grade_id"], meta["points"]
    if not isinstance(name, str) or not name.strip():
        raise AuthoringError(f"{where} is graded, and its grade_id is {name!r}: give it a name")
    is_number = isinstance(points, int | float) and not isinstance(points, bool)
    if not is_number or not 0 <= points <= MOST_POINTS:
        raise AuthoringError(
            f"{where}: item {name} has {points!r} points: give it a number, 0 or more"
        )
    manual = is_task or bool(meta["solution"])
    return Item(name, float(points), "", manual=manual, task=is_task, notebook=notebook, cell=name)


def _wrongly_stated(where: str, found: Sequence[_Graded]) -> Iterator[MisstatedPoints]:
    """Yield the headings that state other points than the items below them have together."""
    for _, items in groupby(found, key=lambda one: one[2]):
        below = list(items)
        stated, title = below[0][1].number, below[0][1].title
        points = math.fsum(item.points for item, _, _ in below)
        if stated is not None and not math.isclose(stated, points, abs_tol=1e-9):
            names = ", ".join(item.name for item, _, _ in below)
            have = f"item {names} has" if len(below) == 1 else f"items {names} together have"
            yield MisstatedPoints(
                f"{where}: {have} {points:g} points, the heading {title!r} says {stated:g}"
            )


def _cells(notebook: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    cells = notebook.get("cells")
    yield from (one for one in cells if isinstance(one, Mapping)) if isinstance(cells, list) else ()


def _grading(cell: Mapping[str, Any]) -> Mapping[str, Any]:
    return _mapping(_mapping(cell.get("metadata")).get("nbgrader"))


def _text(source: object) -> str:
    lines = source if isinstance(source, list) else [source]
    return "".join(line for line in lines if isinstance(line, str))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
