"""Compares a PDF that was handed in with its notebook: figures, sampled text, answer, order.

The PDF may be made in any way, by the kit, by LaTeX, or printed from a browser: what counts is what
it shows. Whole notebooks are taken, too; what stands between the parts is passed over.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeGuard

import numpy as np

from gradekit.handin.parts import Part
from gradekit.handin.png import Decode
from gradekit.pdf.pictures import difference, same_figure, same_shape, side_by_side
from gradekit.report import PdfFinding, PdfState

ORDER = "order"
# The course's order; the curves may stand either way round.
PLACES = {"curves_rnn": 0, "curves_lstm": 0, "sample": 1, "answer": 2}
# A text is compared by pieces of so many letters, in which page numbers and hyphens cost one each.
PIECE_LETTERS = 24
# A text is there with so large a share of its pieces, and missing with a smaller one than that.
# An answer may hold formulas, which look different on paper.
SAME_SHARE = {"sample": 0.85, "answer": 0.6}
MISSING_SHARE = 0.2

_PICTURE = re.compile("\x01(\\d+)\x01")
_FORMULA = re.compile(r"\$\$.*?\$\$|\$[^$\n]*\$|\\begin\{(\w+\*?)\}.*?\\end\{\1\}", re.S)
_TARGET = re.compile(r"\]\([^)\s]*\)")


Place = tuple[int, int]
FIGURE, TEXT = 0, 1


@dataclass(frozen=True)
class PdfContent:
    """What a PDF shows: pictures (height, width, 3), and its text with a mark at each of them.

    The mark of picture n is its number between two characters 1. `refused` says in one line why
    the PDF was not read, where it was not.
    """

    text: str = ""
    pictures: tuple[np.ndarray, ...] = ()
    refused: str = ""


@dataclass(frozen=True)
class Compared:
    """One finding, where in the PDF its part stands, and a picture of both where they differ.

    A place is how many letters stand before the part; of two with as many a figure comes first.
    """

    finding: PdfFinding
    place: Place | None = None
    picture: bytes = b""


def compare_pdf(content: PdfContent, parts: Iterable[Part], decode: Decode) -> list[Compared]:
    """Return how each part of the notebook compares with a PDF, and their order if it is wrong.

    `decode` gives the colours of the notebook's figures. Parts that it lacks are passed over.
    """
    if content.refused:
        return [Compared(PdfFinding("pdf", PdfState.UNREADABLE, content.refused))]
    letters, places = _letters_and_places(content.text)
    found = [
        one
        for part in parts
        for one in (
            _figures(part, decode, content.pictures, places)
            if part.mark.startswith("curves")
            else _text(part, letters)
        )
    ]
    return [*found, *_order(found)]


def _letters_and_places(text: str) -> tuple[str, dict[int, Place]]:
    """Return a PDF's letters and digits, and the place of each picture among them."""
    letters, places = "", dict[int, Place]()
    for number, piece in enumerate(_PICTURE.split(text)):
        if number % 2:
            places.setdefault(int(piece), (len(letters), FIGURE))
        else:
            letters += _letters(piece)
    return letters, places


def _letters(text: str) -> str:
    """Return a text's letters and digits, without case, ligatures, accents put on by hand."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


def _figures(
    part: Part, decode: Decode, pictures: Sequence[np.ndarray], places: dict[int, Place]
) -> Iterator[Compared]:
    for ours in filter(_is_there, map(decode, part.figures)):
        best = _nearest(ours, pictures)
        if best is None:
            what = f"{part.title}: the PDF has no figure like the notebook's"
            yield Compared(PdfFinding(part.mark, PdfState.MISSING, what))
        elif same_figure(ours, pictures[best]):
            yield Compared(PdfFinding(part.mark, PdfState.SAME), places.get(best))
        else:
            what = f"{part.title}: the PDF shows another figure than the notebook"
            shown = side_by_side(ours, pictures[best], ("in the notebook", "in the PDF"))
            finding = PdfFinding(part.mark, PdfState.DIFFERS, what)
            yield Compared(finding, places.get(best), shown)


def _is_there(picture: np.ndarray | None) -> TypeGuard[np.ndarray]:
    return picture is not None


def _nearest(ours: np.ndarray, pictures: Sequence[np.ndarray]) -> int | None:
    """Return the number of the picture that is most like ours, None where none has its shape."""
    alike = [n for n, picture in enumerate(pictures) if same_shape(ours, picture)]
    # The kit's own PDF has every pixel: there is nothing to search.
    equal = (n for n in alike if np.array_equal(ours, pictures[n]))
    found = next(equal, None)
    if found is not None:
        return found
    return min(alike, key=lambda n: difference(ours, pictures[n]), default=None)


def _text(part: Part, letters: str) -> Iterator[Compared]:
    plain = _FORMULA.sub(" ", part.text) if part.mark == "answer" else part.text
    wanted = _letters(_TARGET.sub("]", plain))
    if not wanted:
        return
    starts = range(0, max(len(wanted) - PIECE_LETTERS, 0) + 1, PIECE_LETTERS)
    pieces = [wanted[start : start + PIECE_LETTERS] for start in starts]
    found = [letters.find(piece) for piece in pieces]
    share = sum(place >= 0 for place in found) / len(found)
    first = next(((place, TEXT) for place in found if place >= 0), None)
    if share >= SAME_SHARE[part.mark]:
        yield Compared(PdfFinding(part.mark, PdfState.SAME), first)
    elif share < MISSING_SHARE:
        what = f"{part.title}: not in the PDF"
        yield Compared(PdfFinding(part.mark, PdfState.MISSING, what))
    else:
        what = f"{part.title}: the PDF has {share:.0%} of the notebook's text"
        yield Compared(PdfFinding(part.mark, PdfState.DIFFERS, what), first)


def _order(found: Sequence[Compared]) -> Iterator[Compared]:
    placed = [(one.place, one.finding.part) for one in found if one.place is not None]
    in_order = [part for _, part in sorted(placed)]
    for before, after in pairwise(in_order):
        if PLACES[before] > PLACES[after]:
            what = f"{_NAMES[after]} should stand before {_NAMES[before]}"
            yield Compared(PdfFinding(ORDER, PdfState.DIFFERS, f"Order of the PDF: {what}"))
            return


_NAMES = {
    "curves_rnn": "the curves",
    "curves_lstm": "the curves",
    "sample": "the sampled text",
    "answer": "the answer",
}
