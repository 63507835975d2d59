"""Gives a notebook's cells their names back where another program took them off all of them.

nbstripout, Colab, and copying into a new notebook leave the texts alone. A cell is known by its
text, and one that was written in by what is left of its text, or by its place between known ones.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from gradekit.notebook.cells import CODE_STUBS, Cell, cells_of
from gradekit.notebook.copies import ANSWER_STUB

# For students, behind the notebook's name.
LOST = (
    "has lost the metadata of all its cells, as nbstripout, Colab and others take them off: copy "
    "what you wrote into the notebook that you were given"
)
MAX_CELLS, MAX_LINES = 2000, 500
# Where a notebook keeps which cells were given their names back: as names, in order.
KEPT = "names_given_back"
_DEFINED = re.compile(r"^(?:async def|def|class)[ \t]+(\w+)", re.M)
_STUB_LINES = frozenset([*CODE_STUBS, ANSWER_STUB, "pass"])


def is_stripped(notebook: Mapping[str, Any]) -> bool:
    """Whether a notebook has cells, and nbgrader's metadata, or the kit's, on none of them."""
    cells = cells_of(notebook)
    return bool(cells) and not any(cell.grading or cell.facts for cell in cells)


def with_names(notebook: Mapping[str, Any], released: Mapping[str, Any]) -> dict[str, Any]:
    """Return a notebook whose cells have the release's metadata, where it has lost all of them.

    Cells that nobody can be sure of get none. Any other notebook is returned as it is; so is one
    that lacks most of the texts of the release that students leave alone.
    """
    given = cells_of(released)
    known = [cell for cell in given if cell.name]
    if not known or not is_stripped(notebook) or len(notebook["cells"]) > MAX_CELLS:
        return dict(notebook)
    mine = cells_of(notebook)
    found = dict(_alike(mine, given)) if _is_of(mine, given) else {}
    cells, names = list(notebook["cells"]), list[str]()
    for place, cell in sorted(found.items()):
        if given[place].name and isinstance(cells[cell], Mapping):
            kept = {**mine[cell].metadata, **given[place].metadata}
            cells[cell] = {**cells[cell], "metadata": kept}
            names.append(given[place].name)
    if not names:
        return dict(notebook)
    said = notebook.get("metadata")
    said = dict(said) if isinstance(said, Mapping) else {}
    facts = said.get("gradekit")
    facts = dict(facts) if isinstance(facts, Mapping) else {}
    return {**notebook, "cells": cells, "metadata": {**said, "gradekit": {**facts, KEPT: names}}}


def given_back(notebook: Mapping[str, Any]) -> list[str]:
    """Return the names that `with_names` has given back to a notebook's cells."""
    said = notebook.get("metadata")
    facts = said.get("gradekit") if isinstance(said, Mapping) else None
    names = facts.get(KEPT) if isinstance(facts, Mapping) else None
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def _is_of(mine: Sequence[Cell], given: Sequence[Cell]) -> bool:
    """Whether a notebook has at least half of the texts that students leave as they are."""
    fixed = {_squashed(cell) for cell in given if not cell.grading.get("solution")} - {""}
    there = {_squashed(cell) for cell in mine}
    return bool(fixed) and 2 * len(fixed & there) >= len(fixed)


def _alike(mine: Sequence[Cell], given: Sequence[Cell]) -> Iterator[tuple[int, int]]:
    """Yield the release's cells that are there, and where, by their places."""
    theirs, ours = [_key(cell) for cell in given], [_key(cell) for cell in mine]
    at = here = 0
    blocks = SequenceMatcher(None, theirs, ours, autojunk=False).get_matching_blocks()
    for block in blocks:
        yield from _between(mine, given, range(at, block.a), range(here, block.b))
        yield from zip(
            range(block.a, block.a + block.size),
            range(block.b, block.b + block.size),
            strict=True,
        )
        at, here = block.a + block.size, block.b + block.size


def _between(
    mine: Sequence[Cell], given: Sequence[Cell], lost: range, new: range
) -> Iterator[tuple[int, int]]:
    """Yield which new cells stand for which lost ones, between two that are known."""
    for kind in ("code", "markdown"):
        left = [place for place in lost if given[place].kind == kind]
        added = [place for place in new if mine[place].kind == kind and _squashed(mine[place])]
        if len(left) == len(added):
            yield from zip(left, added, strict=True)
            continue
        taken = set[int]()
        for place in left:
            score = {one: _shared(given[place], mine[one]) for one in added if one not in taken}
            best = max(score.values(), default=0.0)
            those = [one for one, value in score.items() if value == best]
            if best and len(those) == 1:
                taken.add(those[0])
                yield place, those[0]


def _shared(given: Cell, mine: Cell) -> float:
    """Return how much of what was given a cell still has: its names, or else its lines; 0 to 1."""
    names = set(_DEFINED.findall(given.source))
    if given.kind == "code" and names:
        return len(names & set(_DEFINED.findall(mine.source))) / len(names)
    lines = _lines(given)
    return len(lines & _lines(mine)) / len(lines) if lines else 0.0


def _lines(cell: Cell) -> set[str]:
    return {line.strip() for line in cell.source.splitlines()[:MAX_LINES]} - _STUB_LINES - {""}


def _key(cell: Cell) -> tuple[str, str]:
    return cell.kind, _squashed(cell)


def _squashed(cell: Cell) -> str:
    return "".join(cell.source.split())
