"""Compares a PDF that was handed in with its notebook: figures, texts, files, and their order.

The PDF may be made in any way, by the kit, by LaTeX, or printed from a browser: what counts is what
it shows. Whole notebooks are taken, too; what stands between the parts is passed over.
"""

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, groupby, pairwise

import numpy as np

from gradekit.model import PdfFinding, PdfState
from gradekit.pdf_check.images import (
    FITTED_WIDTH,
    MOST_DIFFERING,
    MOST_DIFFERING_SCANNED,
    MOST_WIDTH,
    pixel_difference,
    side_by_side,
)
from gradekit.pdf_check.scripts import consonants, reshaped_scripts, without_reshaped
from gradekit.submission.parts.find import DIGEST, Part
from gradekit.submission.parts.images import Decode
from gradekit.submission.parts.texts import without_markup
from gradekit.submission.pdf.fonts import not_shown

ORDER = "order"
# A text is compared by pieces of so many letters, in which page numbers and hyphens cost one each.
PIECE_LETTERS, TELLING_LETTERS = 24, 8
# So many consonants are looked for together: pieces of joined ones may stand there twice.
CONSONANTS = 5
# A text is missing with a smaller share of its pieces than that; an assignment may say with how
# large a one it is there. Of consonants that many must be there.
MISSING_SHARE = 0.2
CONSONANTS_SHARE = 0.6

_DOLLARS = re.compile(r"\$\$.*?\$\$|\$[^$\n]*\$", re.S)
_ENVIRONMENT = re.compile(r"\\(?P<side>begin|end)\{(?P<name>\w{1,40}\*?)\}")
# What stands between words that do not follow one another on paper: a picture, a table's rule.
_BETWEEN = re.compile(r"!\[[^\[\]\n]*+\]\([^()\s]*+\)|</?(?:img|t[dhr])\b[^<>]*+>|\|", re.I)
_GAP = "\x00"
DIGEST_LETTERS = 64


# Where something stands: the page's number, and how far down it is, in points.
PdfPlace = tuple[int, float]


@dataclass(frozen=True)
class PdfPage:
    """The letters and digits that a page shows, and how far down each of them stands, in points.

    `is_picture` where the page is a picture, such as a scan, without any text that can be read.
    """

    text: str
    places: np.ndarray
    is_picture: bool = False


@dataclass(frozen=True)
class ShownSpot:
    """A place that may show a figure: its pixels (height, width, 3), and where it is.

    `is_fitted` where the pixels were laid anew, so that they lie like the figure.
    """

    picture: np.ndarray
    page: int
    down_points: float
    is_fitted: bool = False


@dataclass(frozen=True)
class PdfContent:
    """What a PDF shows: its pages' text, and the places that are like each figure of the notebook.

    `refused` says in one line why the PDF was not read, where it was not.
    """

    pages: tuple[PdfPage, ...] = ()
    spots: Mapping[bytes, tuple[ShownSpot, ...]] = field(default_factory=dict)
    refused: str = ""


@dataclass(frozen=True)
class PartMatch:
    """One finding, where in the PDF its part stands, and a picture of both where they differ."""

    finding: PdfFinding
    place: PdfPlace | None = None
    picture: bytes = b""


def compare_pdf(content: PdfContent, parts: Iterable[Part], decode: Decode) -> list[PartMatch]:
    """Return how each part of the notebook compares with a PDF, and their order if it is wrong.

    `decode` gives the colours of the notebook's figures. Parts that it lacks are passed over.
    """
    if content.refused:
        return [PartMatch(PdfFinding("pdf", PdfState.UNREADABLE, content.refused))]
    letters, parts = _Letters(content.pages), list(parts)
    found = [one for part in parts for one in _compared(part, decode, content, letters)]
    return [*found, *_order(found, parts)]


def _compared(
    part: Part, decode: Decode, content: PdfContent, letters: "_Letters"
) -> Iterable[PartMatch]:
    match part.spec.kind:
        case "figure":
            return _figures(part, decode, content)
        case "file":
            return _file(part, letters)
        case _:
            return _text(part, letters)


def colours_of(parts: Iterable[Part], decode: Decode) -> dict[bytes, np.ndarray]:
    """Return the colours (height, width, 3) of all figures that are not damaged."""
    decoded = {image: decode(image) for part in parts for image in part.figures}
    return {image: colours for image, colours in decoded.items() if colours is not None}


class _Letters:
    """The letters of all pages as one text, and where each of them stands."""

    def __init__(self, pages: Sequence[PdfPage]) -> None:
        self.text = "".join(page.text for page in pages)
        self._starts = list(accumulate((len(page.text) for page in pages), initial=0))
        self._pages = pages
        self.pictures = [number for number, page in enumerate(pages, 1) if page.is_picture]

    def place(self, index: int) -> PdfPlace:
        """Return where a letter stands."""
        page = bisect_right(self._starts, index) - 1
        return page, float(self._pages[page].places[index - self._starts[page]])


def _letters(text: str) -> str:
    """Return a text's letters and digits, without case, accents and ligatures."""
    # Without accents beforehand: to put many of them in order takes the square of their number.
    bare = "".join(letter for letter in text if not unicodedata.combining(letter))
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKD", bare).casefold()))


def _figures(part: Part, decode: Decode, content: PdfContent) -> Iterator[PartMatch]:
    for image in part.figures:
        ours = decode(image)
        if ours is None:
            continue
        spots = content.spots.get(image, ())
        best = min(spots, key=lambda spot: _difference(ours, spot), default=None)
        if best is None:
            what = f"{part.title}: the PDF has no figure like the notebook's"
            yield PartMatch(PdfFinding(part.name, PdfState.MISSING, what))
            continue
        place = best.page, best.down_points
        most = MOST_DIFFERING_SCANNED if _is_scanned(best, content) else MOST_DIFFERING
        if _difference(ours, best) <= most:
            yield PartMatch(PdfFinding(part.name, PdfState.SAME), place)
        else:
            what = f"{part.title}: the PDF shows another figure than the notebook"
            shown = side_by_side(ours, best.picture, ("in the notebook", "in the PDF"))
            yield PartMatch(PdfFinding(part.name, PdfState.DIFFERS, what), place, shown)


def _difference(ours: np.ndarray, spot: ShownSpot) -> float:
    return pixel_difference(ours, spot.picture, FITTED_WIDTH if spot.is_fitted else MOST_WIDTH)


def _is_scanned(spot: ShownSpot, content: PdfContent) -> bool:
    return 0 <= spot.page < len(content.pages) and content.pages[spot.page].is_picture


def _file(part: Part, letters: _Letters) -> Iterator[PartMatch]:
    """Compare the digest that the kit's PDF names; other PDFs name none, and say nothing."""
    name, shown = (_letters(text) for text in (DIGEST, part.text.partition(DIGEST)[2][:80]))
    digest = shown[:DIGEST_LETTERS]
    if not digest or name not in letters.text:
        return
    place = letters.text.find(f"{name}{digest}")
    if place >= 0:
        yield PartMatch(PdfFinding(part.name, PdfState.SAME), letters.place(place))
    else:
        what = f"{part.title}: the PDF is of another {part.spec.path} than was handed in"
        yield PartMatch(PdfFinding(part.name, PdfState.DIFFERS, what))


def _words(part: Part) -> str:
    """Return the text of a part that its PDF should have, with gaps in it.

    An answer's tables, pictures and formulas look different on paper; letters that no font of the
    kit's has may be missing from its PDF, and nobody is to blame.
    """
    text = part.text
    if part.spec.kind == "answer":
        text = without_markup(_BETWEEN.sub(_GAP, without_formulas(text, _GAP)))
    lacking = not_shown(text)
    return "".join(_GAP if letter in lacking else letter for letter in text)


def _pieces(words: str) -> list[str]:
    """Return the pieces of a text between its gaps that a PDF should have.

    Short ones, which stand in any text, count only where there is little else.
    """
    pieces: list[str] = []
    for wanted in filter(None, map(_letters, words.split(_GAP))):
        starts = range(0, max(len(wanted) - PIECE_LETTERS, 0) + 1, PIECE_LETTERS)
        pieces += [wanted[start : start + PIECE_LETTERS] for start in starts]
    telling = [piece for piece in pieces if len(piece) >= TELLING_LETTERS]
    return telling if 2 * sum(map(len, telling)) >= sum(map(len, pieces)) else pieces


def _text(part: Part, letters: _Letters) -> Iterator[PartMatch]:
    words = _words(part)
    pieces = _pieces(words)
    if not pieces:
        return
    whole = _judged(part, pieces, letters)
    scripts = reshaped_scripts(words)
    if whole.finding.state is PdfState.SAME or not scripts:
        yield whole
    else:
        yield _without_scripts(part, words, scripts, letters)


def _without_scripts(
    part: Part, words: str, scripts: Sequence[str], letters: _Letters
) -> PartMatch:
    """Return how a text compares of whose words in some scripts only the consonants can be."""
    rest = _pieces(without_reshaped(words, _GAP))
    is_rest_little = 2 * sum(map(len, rest)) < len(_letters(words))
    found = None if is_rest_little else _judged(part, rest, letters)
    if _has_consonants(words, letters):
        return found or PartMatch(PdfFinding(part.name, PdfState.SAME))
    named = " and ".join((", ".join(scripts[:-1]), scripts[-1])[len(scripts) < 2 :])
    why = f"its words in {named} are not compared, since a PDF joins or moves their letters"
    if found is None:
        what = f"{part.title}: {why}"
        return PartMatch(PdfFinding(part.name, PdfState.UNREADABLE, what))
    what = f"{found.finding.what}; {why}" if found.finding.what else f"{part.title}: {why}"
    return replace(found, finding=replace(found.finding, what=what))


def _has_consonants(words: str, letters: _Letters) -> bool:
    """Whether a PDF has the consonants of a text's words in scripts that a page reshapes."""
    wanted, shown = consonants(words), consonants(letters.text)
    starts = range(0, max(len(wanted) - CONSONANTS, 0) + 1, CONSONANTS)
    pieces = [wanted[start : start + CONSONANTS] for start in starts if wanted]
    there = sum(piece in shown for piece in pieces)
    return bool(pieces) and there >= CONSONANTS_SHARE * len(pieces)


def _judged(part: Part, pieces: Sequence[str], letters: _Letters) -> PartMatch:
    found = [letters.text.find(piece) for piece in pieces]
    share = sum(place >= 0 for place in found) / len(found)
    telling = (place for place, piece in zip(found, pieces, strict=True) if _tells_place(piece))
    first = next((letters.place(place) for place in telling if place >= 0), None)
    if share >= part.spec.share:
        return PartMatch(PdfFinding(part.name, PdfState.SAME), first)
    if letters.pictures:
        page = letters.pictures[0]
        what = f"{part.title}: not compared, since page {page} is a picture, such as a scan"
        return PartMatch(PdfFinding(part.name, PdfState.UNREADABLE, what))
    if share < MISSING_SHARE:
        return PartMatch(PdfFinding(part.name, PdfState.MISSING, f"{part.title}: not in the PDF"))
    what = f"{part.title}: the PDF has {share:.0%} of the notebook's text"
    return PartMatch(PdfFinding(part.name, PdfState.DIFFERS, what), first)


def _tells_place(piece: str) -> bool:
    """Whether a piece stands nowhere else by chance; scripts without an alphabet say more."""
    return len(piece) >= TELLING_LETTERS or not piece.isascii()


def without_formulas(text: str, gap: str = " ") -> str:
    """Return a text with a gap in the place of each formula, in dollars or an environment."""
    kept, place, ends = [], 0, _ends(text)
    for found in _ENVIRONMENT.finditer(text):
        if found["side"] == "end" or found.start() < place:
            continue
        known = ends.get(found["name"], [])
        while known and known[-1] < found.end():  # the last is the next one: looked at once
            known.pop()
        if known:
            kept += [text[place : found.start()], gap]
            place = known.pop()
    return _DOLLARS.sub(gap, "".join([*kept, text[place:]]))


def _ends(text: str) -> dict[str, list[int]]:
    """Return where the environments of each name end, the last first."""
    ends: dict[str, list[int]] = {}
    for found in _ENVIRONMENT.finditer(text):
        if found["side"] == "end":
            ends.setdefault(found["name"], []).append(found.end())
    return {name: places[::-1] for name, places in ends.items()}


def _order(found: Sequence[PartMatch], parts: Sequence[Part]) -> Iterator[PartMatch]:
    """Say which part should stand before another; those of one section may stand in any order."""
    sections = [section for section, _ in groupby(part.section for part in parts)]
    places = {part.name: sections.index(part.section) for part in parts}
    called = {part.name: part.spec.called or f"“{part.title}”" for part in parts}
    placed = {(one.place, one.finding.part) for one in found if one.place is not None}
    # Of figures that look the same nobody knows which one stands where.
    shared = Counter(place for place, _ in placed)
    in_order = [part for place, part in sorted(placed) if shared[place] == 1]
    for before, after in pairwise(in_order):
        if places[before] > places[after]:
            what = f"{called[after]} should stand before {called[before]}"
            yield PartMatch(PdfFinding(ORDER, PdfState.DIFFERS, f"Order of the PDF: {what}"))
            return
