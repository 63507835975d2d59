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

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from gradekit.errors import AuthoringError, raise_first
from gradekit.solution.definitions import function_nodes, owners, statement_lines

BEGIN, END, STUB = "### BEGIN SOLUTION", "### END SOLUTION", "### STUB"
NEARLY = re.compile(r"#\s*(BEGIN|END)\s+SOLUTION\b", re.I)  # taken for text it would leave one in


@dataclass(frozen=True)
class Region:
    """A solution region: the 0-based index of its BEGIN line and of its END line."""

    begin: int
    end: int


def find_regions(text: str, file: str) -> list[Region]:
    """Return the regions of a text, in order; AuthoringError tells file and line of a wrong one."""
    regions, faults = _scan(text, file)
    raise_first(faults)
    return regions


def region_faults(text: str, file: str) -> list[AuthoringError]:
    """Return what is wrong with the regions of a text, with file and line, in order."""
    return _scan(text, file)[1]


def _scan(text: str, file: str) -> tuple[list[Region], list[AuthoringError]]:
    """Return the regions of a text, and what is wrong with them.

    After a marker that does not pair, the text is read on as if it did.
    """
    regions: list[Region] = []
    faults: list[AuthoringError] = []
    begin: int | None = None

    def wrong(line: int, what: str) -> None:
        faults.append(_error(file, line, what))

    for index, line in enumerate(text.split("\n")):
        marker = line.strip()
        if marker == BEGIN:
            if begin is not None:
                wrong(index, f"nested region: the one of line {begin + 1} is still open")
            begin = index
        elif marker == END:
            if begin is None:
                wrong(index, f"{END} without {BEGIN}")
            else:
                regions.append(Region(begin, index))
            begin = None
        elif BEGIN in line or END in line:
            wrong(index, "a marker must stand alone on its line")
        elif NEARLY.search(line):
            wrong(index, f"a marker is written {BEGIN} or {END}")
        elif marker.startswith(STUB) and begin is None:
            wrong(index, f"{STUB} outside a region")
    if begin is not None:
        wrong(begin, f"{BEGIN} without {END}")
    return regions, faults


def is_one_region(text: str) -> bool:
    """Whether a text is a region from its first line to its last, so that nothing of it is left."""
    lines = text.strip().split("\n")
    markers = [line.strip() for line in lines if line.strip() in (BEGIN, END)]
    return markers == [BEGIN, END] == [lines[0].strip(), lines[-1].strip()]


def cut(text: str, file: str, keep: Collection[str] | None = None) -> str:
    """Return the text as students get it, each region replaced by its stub.

    With `keep` it is an answer that somebody has begun: regions of the functions named there, such
    as "Layer.forward", stay solved. Of a region around whole functions those not named raise a
    NotImplementedError.
    """
    regions = find_regions(text, file)
    lines = text.split("\n")
    names = _owners(text, file) if regions else {}

    def replacement(region: Region) -> list[str]:
        if keep is not None:
            left = [name for name in _owners_of(region, text, file) if name not in keep]
            if not left:
                return _solution(lines, region)
            begun = _without_bodies(text, file, region, left)
            if begun:
                return begun
        return _stub(lines, region, file, names)

    return "\n".join(_replaced(lines, regions, replacement))


def solve(text: str, file: str) -> str:
    """Return the reference as it is read and run: the text without markers and stubs."""
    regions = find_regions(text, file)
    lines = text.split("\n")
    return "\n".join(_replaced(lines, regions, lambda region: _solution(lines, region)))


def region_owners(text: str, file: str) -> list[str]:
    """Return the functions and classes that have regions, each once, in the order of the text.

    A region around whole functions is theirs; what stands at the top of a module is the file's.
    """
    regions = find_regions(text, file)
    return list(
        dict.fromkeys(name for region in regions for name in _owners_of(region, text, file))
    )


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


def _owners_of(region: Region, text: str, file: str) -> list[str]:
    names = _owners(text, file)
    around = names.get(region.begin + 1, file)
    if around in function_nodes(text):
        return [around]
    inside = sorted(statement_lines(text) & set(range(region.begin + 2, region.end + 1)))
    return list(dict.fromkeys(names.get(line, file) for line in inside)) or [around]


def _without_bodies(text: str, file: str, region: Region, left: Collection[str]) -> list[str]:
    """Return a solved region in which some functions raise; nothing where it has none of them."""
    known = function_nodes(text)
    inside = [
        (
            node.body[0].lineno,
            node.body[0].col_offset,
            node.end_lineno,
            _not_implemented(name, file),
        )
        for name in left
        for node in known.get(name, ())
        if region.begin + 1 < node.lineno <= region.end
    ]
    lines = text.split("\n")
    for first, column, last, stub in sorted(inside, reverse=True):
        lines[first - 1 : last] = [lines[first - 1].encode()[:column].decode() + stub]
    removed = text.count("\n") + 1 - len(lines)
    return _solution(lines, Region(region.begin, region.end - removed)) if inside else []


def _stub(lines: list[str], region: Region, file: str, names: Mapping[int, str]) -> list[str]:
    indent = lines[region.begin][: len(lines[region.begin]) - len(lines[region.begin].lstrip())]
    own = [line.strip() for line in lines[region.begin + 1 : region.end]]
    own = [line.removeprefix(STUB).removeprefix(" ") for line in own if line.startswith(STUB)]
    if own:
        return [indent + line for line in own]
    owner = names.get(region.begin + 1, file)
    return [indent + _not_implemented(owner, file)]


def _not_implemented(owner: str, file: str) -> str:
    return f'raise NotImplementedError("{owner} is not implemented yet (see {file})")'


def _solution(lines: list[str], region: Region) -> list[str]:
    inside = lines[region.begin + 1 : region.end]
    return [line for line in inside if not line.strip().startswith(STUB)]


def _owners(text: str, file: str) -> Mapping[int, str]:
    try:
        return owners(text)
    except SyntaxError as error:
        raise AuthoringError(f"{file}:{error.lineno}: not Python ({error.msg})") from error


def _error(file: str, index: int, what: str) -> AuthoringError:
    return AuthoringError(f"{file}:{index + 1}: {what}")
