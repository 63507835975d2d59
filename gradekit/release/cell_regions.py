"""The regions of a notebook's cells that nbgrader cuts out: whole, and in cells of their kind.

nbgrader itself ends with an exception at one that is not, and says neither cell nor line.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gradekit.errors import AuthoringError
from gradekit.solution.cell_solutions import with_plain_markers
from gradekit.solution.regions import find_regions, is_one_region, region_faults

CELL_ID = re.compile(r"[A-Za-z0-9_-]+")  # as nbgrader has it
ATTACHMENT = re.compile(r"\]\(attachment:")


@dataclass(frozen=True)
class _Kind:
    """A kind of region: how its markers end, the metadata that its cells need, and their name."""

    words: str
    key: str
    cells: str


SOLUTION = _Kind("SOLUTION", "solution", "an answer or a solution")
KINDS = (
    _Kind("HIDDEN TESTS", "grade", "tests with points"),
    _Kind("MARK SCHEME", "task", "a task graded by hand"),
)


def cell_faults(cell: Mapping[str, Any], name: str) -> Iterator[AuthoringError]:
    """Yield what is wrong with a cell's regions: one that is not whole, or in another kind of cell.

    A cell that is one whole solution region, and no solution cell, is staff's own: it is left out.
    """
    text = "".join(cell.get("source", ""))
    faults = region_faults(with_plain_markers(text), name)
    yield from faults
    found = [] if faults else find_regions(with_plain_markers(text), name)
    if found and not is_one_region(text):
        yield from _wrong_kind(cell, SOLUTION, f"{name}:{found[0].begin + 1}")
    for kind in KINDS:
        yield from _of_kind(text, kind, name)
        begins = (n for n, line in enumerate(text.split("\n"), 1) if f"BEGIN {kind.words}" in line)
        first = next(begins, 0)
        if first:
            yield from _wrong_kind(cell, kind, f"{name}:{first}")


def cell_id_faults(cells: Sequence[Mapping[str, Any]], name: str) -> Iterator[AuthoringError]:
    """Yield the names that two cells have, and those that nbgrader does not take for a name."""
    seen: dict[str, int] = {}
    for number, cell in enumerate(cells, start=1):
        grading = cell.get("metadata", {}).get("nbgrader", {})
        cell_id = grading.get("grade_id") if isinstance(grading, Mapping) else None
        # An item's name is looked at where items are read; what is no cell of nbgrader's has none.
        if not isinstance(cell_id, str) or grading.get("grade") or grading.get("task"):
            continue
        if not grading.get("solution") and not grading.get("locked"):
            continue
        if not CELL_ID.fullmatch(cell_id):
            yield _bad_name(name, number, cell_id)
        elif cell_id in seen:
            yield AuthoringError(
                f"{name} cell {number}: has the name {cell_id!r}, as cell {seen[cell_id]} has: "
                "give one of them another"
            )
        seen.setdefault(cell_id, number)


def _bad_name(name: str, number: int, cell_id: str) -> AuthoringError:
    return AuthoringError(
        f"{name} cell {number}: {cell_id[:40]!r} cannot be a cell's name: letters, digits, - and _"
    )


def _of_kind(text: str, kind: _Kind, name: str) -> Iterator[AuthoringError]:
    """Yield what is wrong with the regions of a kind.

    What nbgrader takes for a marker is any line with the words in capitals.
    """
    begin, end = f"BEGIN {kind.words}", f"END {kind.words}"
    opened = 0
    for number, line in enumerate(text.split("\n"), start=1):
        if begin in line:
            if opened:
                yield _wrong(name, number, f"nested {begin}: that of line {opened} is still open")
            opened = number
        elif end in line:
            if not opened:
                yield _wrong(name, number, f"{end} without {begin}: add it, or take this line out")
            opened = 0
        elif opened and kind.key == "task" and ATTACHMENT.search(line):
            yield _wrong(name, number, "an attachment in a mark scheme gets to students: link it")
    if opened:
        yield _wrong(name, opened, f"{begin} without {end}: add it where the region ends")


def _wrong_kind(cell: Mapping[str, Any], kind: _Kind, place: str) -> Iterator[AuthoringError]:
    metadata = cell.get("metadata", {}).get("nbgrader", {})
    if not metadata.get(kind.key, False):
        yield AuthoringError(
            f"{place}: BEGIN {kind.words} in a cell that is not for it: make it a cell for "
            f"{kind.cells} (nbgrader's `{kind.key}` in its metadata), or take the markers out"
        )


def _wrong(name: str, line: int, what: str) -> AuthoringError:
    return AuthoringError(f"{name}:{line}: {what}")
