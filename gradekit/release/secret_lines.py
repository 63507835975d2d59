"""What of a source students must not see: lines of its solutions and of its hidden tests."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gradekit.course import Assignment, notebook_json, read_text
from gradekit.errors import AuthoringError
from gradekit.solution.cell_solutions import with_plain_markers
from gradekit.solution.regions import cut, find_regions, solution_lines

# Characters of a line, white space aside, from which it is a line of substance. Up to COMMON it is
# no secret where it stands outside of the regions as well, like `for t in range(T):`, or as a part
# of a longer line there, like `return self`.
SHORTEST_LEAK, COMMON = 10, 30
# Of a cell's solution the source's other cells may have that many lines, or half of them: data that
# is read again, a test that draws the same numbers. More is a copy of the solution.
GIVEN_BY_CELLS = 2
_IMPORTS = ("import ", "from ")
MARKER = re.compile(
    r"(?:BEGIN|END) (?:SOLUTION|HIDDEN TESTS|MARK SCHEME)\b|#\s*(?i:BEGIN|END)\s+(?i:SOLUTION)\b"
)
# Lines that students never get: of solutions, and of the tests and schemes that nbgrader takes out.
_HIDDEN = ("HIDDEN TESTS", "MARK SCHEME")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class SecretLine:
    """A line that must not be seen by students: where it stands in the source, and its text."""

    file: str
    number: int
    text: str


def secret_lines(assignment: Assignment) -> list[SecretLine]:
    """Return the lines of substance of all solution regions and hidden tests of a source.

    A short line that stands outside of them as well gives nothing away, nor does an import that is
    given, or a hidden test's line that is one of a visible test's, too; nor few lines of a cell's
    region which students get elsewhere in the source, too: see `lines_given_too`.
    """
    return secret_lines_of(assignment, module_texts(assignment), cell_texts(assignment))


def lines_given_too(assignment: Assignment) -> Iterator[str]:
    """Yield where lines of a cell's solution stand in what students get, too, and stop no release.

    That is one of several lines that a module of staff's has, and some that other cells have.
    """
    of_staff = _lines_of_staff(module_texts(assignment))
    of_cells = _lines_of_cells(assignment)
    for file, text in cell_texts(assignment):
        for number, line, where in _given_too(text, file, of_staff, of_cells):
            yield f"{file}:{number}: this line of a solution stands in {where}, too: {line!r}"


def secret_lines_of(
    assignment: Assignment, modules: Sequence[tuple[str, str]], cells: Sequence[tuple[str, str]]
) -> list[SecretLine]:
    """Return the secret lines of some modules and cells, each a name and a text."""
    found, given = [], _given_lines(assignment, modules)
    lines, of_staff = frozenset(given.split("\n")), _lines_of_staff(modules)
    of_cells = _lines_of_cells(assignment)
    for file, text in [*modules, *cells]:
        too = _given_too(text, file, of_staff, of_cells) if (file, text) in cells else ()
        numbers = {number for number, _, _ in too}
        for number, line in solution_lines(text, file):
            bare = squeezed(line)
            is_given = number in numbers or (line.startswith(_IMPORTS) and bare in lines)
            if not is_given and not _is_common(bare, given):
                found.append(SecretLine(file, number, line))
        for number, line in _hidden_lines(text):
            bare = squeezed(line)
            if bare not in lines and not _is_common(bare, given):
                found.append(SecretLine(file, number, line))
    return found


def _lines_of_staff(modules: Sequence[tuple[str, str]]) -> frozenset[str]:
    """Return the long lines of modules without a region: students get these as they are."""
    texts = [text for file, text in modules if not find_regions(text, file)]
    lines = (squeezed(line) for text in texts for line in text.split("\n"))
    return frozenset(line for line in lines if len(line) > COMMON)


def _lines_of_cells(assignment: Assignment) -> str:
    """Return the lines that students get in cells, each without white space."""
    cells = (cell for path in assignment.notebooks for cell in notebook_json(path)["cells"])
    return "\n".join(squeezed(line) for cell in cells for line in as_released(cell).split("\n"))


def _given_too(
    text: str, file: str, of_staff: Collection[str], of_cells: str
) -> list[tuple[int, str, str]]:
    """Return a cell's solution's lines that are given too: number, text, and where they are."""
    lines = [one for one in solution_lines(text, file) if not one[1].startswith(_IMPORTS)]
    found = list[tuple[int, str, str]]()
    for region in find_regions(text, file):
        own = [one for one in lines if region.begin < one[0] - 1 < region.end]
        by_staff = [one for one in own if squeezed(one[1]) in of_staff]
        by_cells = [one for one in own if _is_long(one[1]) and squeezed(one[1]) in of_cells]
        if len(by_staff) == 1 < len(own):
            found += [(*one, "a module that students get") for one in by_staff]
        if len(by_cells) <= max(GIVEN_BY_CELLS, len(own) // 2):
            found += [(*one, "a cell that students get") for one in by_cells]
    return found


def _is_long(line: str) -> bool:
    return len(squeezed(line)) > COMMON


def _is_common(bare: str, given: str) -> bool:
    size = len(bare)
    return size < SHORTEST_LEAK or (size <= COMMON and bare in given)


def _given_lines(assignment: Assignment, modules: Sequence[tuple[str, str]]) -> str:
    """Return the lines that students are meant to get, each without white space."""
    texts = [cut(text, file) for file, text in modules]
    for path in assignment.notebooks:
        texts += map(as_released, notebook_json(path)["cells"])
    return "\n".join(squeezed(line) for text in texts for line in text.split("\n"))


def _hidden_lines(text: str) -> Iterator[tuple[int, str]]:
    hidden = False
    for number, line in enumerate(text.split("\n"), start=1):
        if any(f"BEGIN {kind}" in line for kind in _HIDDEN):
            hidden = True
        elif any(f"END {kind}" in line for kind in _HIDDEN):
            hidden = False
        elif hidden and line.strip() and not line.strip().startswith("#"):
            yield number, line.strip()


def module_texts(assignment: Assignment) -> list[tuple[str, str]]:
    """Return the modules of a source: each its path and its text."""
    return [(str(path), read_text(path)) for path in assignment.modules]


def cell_texts(assignment: Assignment) -> list[tuple[str, str]]:
    """Return the cells of a source's notebooks: each its place and its text."""
    return [
        (f"{path} cell {number}", with_plain_markers("".join(cell.get("source", ""))))
        for path in assignment.notebooks
        for number, cell in enumerate(notebook_json(path)["cells"], start=1)
    ]


def can_be_cut(text: str, file: str) -> bool:
    """Whether the markers of a text pair, so that it is known what is a solution."""
    try:
        cut(text, file)
    except AuthoringError:
        return False
    return True


def as_released(cell: Mapping[str, Any]) -> str:
    """Return a cell's text as students get it, without the stub in the place of what is cut."""
    text = with_plain_markers("".join(cell.get("source", "")))
    is_answer = cell.get("metadata", {}).get("nbgrader", {}).get("solution", False)
    return "" if is_answer and not MARKER.search(text) else without_regions(text)


def without_regions(text: str) -> str:
    """Return a cell's text without its solution, tests and scheme; it need not be Python."""
    kept, hidden = [], False
    for line in text.split("\n"):
        if MARKER.search(line):
            hidden = "BEGIN" in line.upper()
        elif not hidden:
            kept.append(line)
    return "\n".join(kept)


def squeezed(text: str) -> str:
    """Return a text without white space."""
    return _SPACES.sub("", text)
