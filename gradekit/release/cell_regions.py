"""The regions of a notebook's cells that nbgrader cuts out: whole, and in cells of their kind.

nbgrader itself ends with an exception at one that is not, and says neither cell nor line.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gradekit.errors import AuthoringError
from gradekit.solution.cell_solutions import with_plain_markers
from gradekit.solution.regions import find_regions, is_one_region

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


def check_cell(cell: Mapping[str, Any], name: str) -> None:
    """Raise AuthoringError where a region of a cell is not whole, or in a cell of another kind.

    A cell that is one whole solution region, and no solution cell, is staff's own: it is left out.
    """
    text = "".join(cell.get("source", ""))
    found = find_regions(with_plain_markers(text), name)
    if found and not is_one_region(text):
        _require_kind(cell, SOLUTION, f"{name}:{found[0].begin + 1}")
    for kind in KINDS:
        begin = _first_begin(text, kind, name)
        if begin:
            _require_kind(cell, kind, f"{name}:{begin}")


def _first_begin(text: str, kind: _Kind, name: str) -> int:
    """Return the 1-based line of the first region of a kind, or 0; AuthoringError for a wrong one.

    What nbgrader takes for a marker is any line with the words in capitals.
    """
    begin, end = f"BEGIN {kind.words}", f"END {kind.words}"
    first = opened = 0
    for number, line in enumerate(text.split("\n"), start=1):
        if begin in line:
            if opened:
                raise _wrong(name, number, f"nested {begin}: that of line {opened} is still open")
            opened = number
            first = first or number
        elif end in line:
            if not opened:
                raise _wrong(name, number, f"{end} without {begin}: add it, or take this line out")
            opened = 0
        elif opened and kind.key == "task" and ATTACHMENT.search(line):
            raise _wrong(name, number, "an attachment in a mark scheme gets to students: link it")
    if opened:
        raise _wrong(name, opened, f"{begin} without {end}: add it where the region ends")
    return first


def _require_kind(cell: Mapping[str, Any], kind: _Kind, place: str) -> None:
    metadata = cell.get("metadata", {}).get("nbgrader", {})
    if not metadata.get(kind.key, False):
        raise AuthoringError(
            f"{place}: BEGIN {kind.words} in a cell that is not for it: make it a cell for "
            f"{kind.cells} (nbgrader's `{kind.key}` in its metadata), or take the markers out"
        )


def _wrong(name: str, line: int, what: str) -> AuthoringError:
    return AuthoringError(f"{name}:{line}: {what}")
