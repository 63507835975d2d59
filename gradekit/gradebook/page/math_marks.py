"""Keeps the colours and the rules of arrays of TeX formulas on their way through pandoc to MathML.

Pandoc drops both. A piece in a colour becomes one that is crossed out, and an array with rules has
a mark in its first cell; in the MathML the one gets its colour, and the other its rules. Browsers
draw no rules of MathML's own, so these are borders of cells.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

from gradekit.submission.pdf.colors import RGB, stand_ins
from gradekit.submission.pdf.tex import TexArray, find_arrays

_MARK = "\ue000"  # a letter of nobody's
_CROSSED_OUT = "updiagonalstrike downdiagonalstrike"
_LINE = "1px solid"


@dataclass(frozen=True)
class Marked:
    """TeX as pandoc reads it, with the colours in the order in which their pieces end, and the
    arrays with rules."""

    tex: str
    colors: tuple[RGB, ...] = ()
    arrays: tuple[TexArray, ...] = ()


def with_marked_arrays(tex: str, colors: Sequence[RGB] = ()) -> Marked:
    """Return TeX whose arrays with rules are marked, and say no more of their columns than where
    the text stands."""
    pieces: list[str] = []
    ruled: list[TexArray] = []
    end = 0
    for one in find_arrays(tex) if _MARK not in tex else ():
        mark = ""
        if one.across or one.down:
            mark = f"\\text{{{_MARK}{len(ruled)}}}"
            ruled.append(one)
        array = f"\\begin{{array}}{{{one.letters}}}{mark} {one.body}\\end{{array}}"
        pieces += [tex[end : one.start], array]
        end = one.end
    return Marked("".join([*pieces, tex[end:]]), tuple(colors), tuple(ruled))


def with_marks(tex: str) -> Marked:
    """Return TeX whose colours and arrays with rules are marked."""
    plain, colors = stand_ins(tex)
    return with_marked_arrays(plain, colors)


def unmarked(math: str, given: Marked) -> str:
    """Return MathML with colours and rules in the place of their marks.

    Nothing where it is not clear which piece has which.
    """
    if not math or not (given.colors or given.arrays):
        return math
    try:
        root = ElementTree.fromstring(math)
        ended = list(_as_they_end(root))
        if not (_color(ended, given.colors) and _rule(ended, given.arrays)):
            return ""
        return str(ElementTree.tostring(root, encoding="unicode", short_empty_elements=False))
    except (ElementTree.ParseError, RecursionError):
        return ""


def _as_they_end(element: ElementTree.Element) -> Iterator[ElementTree.Element]:
    for one in element:
        yield from _as_they_end(one)
    yield element


def _color(ended: Sequence[ElementTree.Element], colors: Sequence[RGB]) -> bool:
    """Give each piece its colour; return whether there are as many pieces as colours."""
    if not colors:
        return True
    pieces = [one for one in ended if one.get("notation") == _CROSSED_OUT]
    for piece, (red, green, blue) in zip(pieces, colors, strict=False):
        piece.tag = "mstyle"
        piece.attrib = {"mathcolor": f"#{red:02x}{green:02x}{blue:02x}"}
    return len(pieces) == len(colors)


def _rule(ended: Sequence[ElementTree.Element], arrays: Sequence[TexArray]) -> bool:
    """Give each array its rules; return whether all of them were found."""
    found = 0
    for table in ended:
        cell = table.find("mtr/mtd") if table.tag == "mtable" else None
        first = next(_first_texts(cell), None) if cell is not None else None
        if first is None:
            continue
        parent, text = first
        number = (text.text or "").removeprefix(_MARK)
        parent.remove(text)
        if not number.isdecimal() or int(number) >= len(arrays):
            return False
        _draw(table, arrays[int(number)])
        found += 1
    return found == len(arrays)


def _first_texts(
    cell: ElementTree.Element,
) -> Iterator[tuple[ElementTree.Element, ElementTree.Element]]:
    """Yield the mark that a cell begins with, after what it stands in."""
    inner = cell
    while len(inner):
        if inner[0].tag == "mtext" and (inner[0].text or "").startswith(_MARK):
            yield inner, inner[0]
        if inner[0].tag != "mrow":
            return
        inner = inner[0]


def _draw(table: ElementTree.Element, array: TexArray) -> None:
    rows = table.findall("mtr")
    across = array.across if len(rows) == array.row_count else ()
    for row_number, row in enumerate(rows):
        cells = row.findall("mtd")
        for number, cell in enumerate(cells):
            edges = {
                "top": row_number in across,
                "bottom": row_number == len(rows) - 1 and len(rows) in across,
                "left": number in array.down,
                "right": number == len(cells) - 1 and number + 1 in array.down,
            }
            lines = [f"border-{edge}: {_LINE}" for edge, has_line in edges.items() if has_line]
            styles = [*filter(None, [cell.get("style")]), *lines]
            cell.attrib |= {"style": "; ".join(styles)} if styles else {}
