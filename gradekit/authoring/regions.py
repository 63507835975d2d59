"""Cuts solution regions out of Python source: text in, text out.

A region stands between two marker lines. In a release its lines are replaced by its own stub, the
lines that start with STUB, or else by a NotImplementedError that names the enclosing method::

    def forward(self, x):
        # TODO: store the output in `out`.
        ### BEGIN SOLUTION
        out = x @ self.w
        ### END SOLUTION
        return out
"""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gradekit.report import AuthoringError

BEGIN, END, STUB = "### BEGIN SOLUTION", "### END SOLUTION", "### STUB"


@dataclass(frozen=True)
class Region:
    """A solution region: the 0-based index of its BEGIN line and of its END line."""

    begin: int
    end: int


def find_regions(text: str, file: str) -> list[Region]:
    """Return the regions of a text, in order; AuthoringError tells file and line of a wrong one."""
    regions: list[Region] = []
    begin: int | None = None
    for index, line in enumerate(text.split("\n")):
        marker = line.strip()
        if marker == BEGIN:
            if begin is not None:
                raise _error(
                    file, index, f"nested region: the one of line {begin + 1} is still open"
                )
            begin = index
        elif marker == END:
            if begin is None:
                raise _error(file, index, f"{END} without {BEGIN}")
            regions.append(Region(begin, index))
            begin = None
        elif BEGIN in line or END in line:
            raise _error(file, index, "a marker must stand alone on its line")
        elif marker.startswith(STUB) and begin is None:
            raise _error(file, index, f"{STUB} outside a region")
    if begin is not None:
        raise _error(file, begin, f"{BEGIN} without {END}")
    return regions


def cut(text: str, file: str) -> str:
    """Return the text as students get it, each region replaced by its stub."""
    regions = find_regions(text, file)
    lines = text.split("\n")
    owners = _owners(text, file) if regions else {}
    return "\n".join(_replaced(lines, regions, lambda region: _stub(lines, region, file, owners)))


def solve(text: str, file: str) -> str:
    """Return the reference as it is read and run: the text without markers and stubs."""
    regions = find_regions(text, file)
    lines = text.split("\n")
    return "\n".join(_replaced(lines, regions, lambda region: _solution(lines, region)))


def solution_lines(text: str, file: str) -> list[tuple[int, str]]:
    """Return the solution's lines, stripped, and their 1-based numbers; no blanks, no comments."""
    lines = text.split("\n")
    found: list[tuple[int, str]] = []
    for region in find_regions(text, file):
        for index in range(region.begin + 1, region.end):
            line = lines[index].strip()
            if line and not line.startswith("#"):
                found.append((index + 1, line))
    return found


def _replaced(
    lines: list[str], regions: list[Region], replacement: Callable[[Region], list[str]]
) -> Iterator[str]:
    start = 0
    for region in regions:
        yield from lines[start : region.begin]
        yield from replacement(region)
        start = region.end + 1
    yield from lines[start:]


def _stub(lines: list[str], region: Region, file: str, owners: dict[int, str]) -> list[str]:
    indent = lines[region.begin][: len(lines[region.begin]) - len(lines[region.begin].lstrip())]
    own = [line.strip() for line in lines[region.begin + 1 : region.end]]
    own = [line.removeprefix(STUB).removeprefix(" ") for line in own if line.startswith(STUB)]
    if own:
        return [indent + line for line in own]
    owner = owners.get(region.begin + 1, file)
    return [f'{indent}raise NotImplementedError("{owner} is not implemented yet (see {file})")']


def _solution(lines: list[str], region: Region) -> list[str]:
    inside = lines[region.begin + 1 : region.end]
    return [line for line in inside if not line.strip().startswith(STUB)]


def _owners(text: str, file: str) -> dict[int, str]:
    """Return for each 1-based line the innermost function or class around it, by full name."""
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        raise AuthoringError(f"{file}:{error.lineno}: not Python ({error.msg})") from error
    owners: dict[int, str] = {}
    _note_owners(tree, "", owners)
    return owners


def _note_owners(node: ast.AST, prefix: str, owners: dict[int, str]) -> None:
    for child in ast.iter_child_nodes(node):
        name = prefix
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            name = f"{prefix}.{child.name}" if prefix else child.name
            owners.update(dict.fromkeys(range(child.lineno, (child.end_lineno or 0) + 1), name))
        _note_owners(child, name, owners)


def _error(file: str, index: int, what: str) -> AuthoringError:
    return AuthoringError(f"{file}:{index + 1}: {what}")
