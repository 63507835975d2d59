"""The letters of a page that a reader can see, in the order of the file, with their places.

Whether a letter is seen is told by pixels: the page is drawn with its text and without it, and a
letter whose box looks the same both times is not there for a reader, whatever hides it (covered,
white on white, clipped, off the page, in a hidden layer, transparent, scaled to nothing). Letters
that are printed over one another cannot be read, either, and letters that look like others than
they are named for are not those.
"""

import ctypes
import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium

from gradekit.pdf_check.glyphs import look_as_named
from gradekit.pdf_check.page import Page, UserSpace
from gradekit.pdf_check.scripts import is_reshaped, is_right_to_left

MOST_CHARACTERS = 100_000  # of a page
DOTS_PER_INCH, CLOSE_DOTS_PER_INCH = 130, 360
# How far, of 255, a letter's ink is from what is behind it, at least.
LEAST_CONTRAST = 25
# A box is a little wider than its letter, whose edges may be pale; a thin one has one side.
EDGE_PIXELS, THIN_PIXELS, SIDE = 0.5, 4, 0.45
LEAST_POINTS = 3.0  # the height of a line whose letters anybody can read
# A letter goes on the line of the one before it, or begins the next line; these are in heights of
# lines. What stands elsewhere is another text, and BREAK is put between them.
SAME_LINE, FARTHEST, NEXT_LINE = 0.8, 6.0, 4.0
BREAK = "\x02"
# Letters lie over one another where more letters than one have their core, this share of their
# width and height, in one place.
CORE = 0.5
MOST_PILED = 2000  # letters over others: beyond that nobody looks at which ones they are
# One shape may stand for several letters, which then have one box. Of Latin letters these do; where
# letters are joined (such as Arabic ones) any so many may.
LIGATURES = {"tt", "ti", "tti", "st", "ct", "sp", "ij", "th"} | {
    first + last for first in ("f", "ff") for last in "fbhijklt"
}
MOST_JOINED = 4


@dataclass(frozen=True)
class Letters:
    """Letters and digits as a file names them, with their boxes in points; (count, 4) each.

    `tight` is around the ink on the page as it is shown, where the letter is turned by so many
    `quarters`, with the clock; `lines` is as high as the line, after turning that one upright.
    """

    names: list[str]
    tight: np.ndarray
    lines: np.ndarray
    quarters: np.ndarray

    def only(self, kept: np.ndarray) -> "Letters":
        """Return some of them."""
        names = [name for name, keep in zip(self.names, kept, strict=True) if keep]
        return Letters(names, self.tight[kept], self.lines[kept], self.quarters[kept])


def visible_letters(page: Page) -> Letters:
    """Return the letters of a page that a reader can see and read."""
    found = _all_letters(page)
    if not found.names:
        return found
    ink, scale = _ink(page)
    apart = _apart(found.only(_is_seen(found, ink >= LEAST_CONTRAST, scale)))
    right = look_as_named(_inks(apart, ink, scale), apart.names)
    if not right.all():  # small letters look like many others: they are looked at closely
        right |= look_as_named(_inks(apart, *_ink(page, CLOSE_DOTS_PER_INCH)), apart.names)
    return _in_order(apart.only(right))


def _inks(letters: Letters, ink: np.ndarray, scale: float) -> list[np.ndarray]:
    """Return the ink in each letter's box, turned upright."""
    boxes = letters.tight * scale
    left, top = np.floor(boxes[:, :2]).clip(0).astype(int).T
    right, bottom = np.ceil(boxes[:, 2:]).clip(0).astype(int).T
    pieces = zip(left, top, right, bottom, letters.quarters, strict=True)
    return [np.rot90(ink[y0:y1, x0:x1], turned) for x0, y0, x1, y1, turned in pieces]


def as_text(letters: Letters) -> tuple[str, np.ndarray]:
    """Return letters as one text and how far down each character of it stands, in points.

    BREAK is between letters of which the second does not follow the first on the page.
    """
    if not letters.names:
        return "", np.zeros(0)
    breaks = np.append(False, ~_follows(letters))
    pieces, places = [], []
    for name, apart, down in zip(letters.names, breaks, letters.tight[:, 1], strict=True):
        piece = BREAK + name if apart else name
        pieces.append(piece)
        places += [down] * len(piece)
    return "".join(pieces), np.array(places)


def _follows(letters: Letters) -> np.ndarray:
    left, top, right, bottom = letters.lines.T
    line = np.maximum(bottom - top, 0.1)[:-1]
    down = (top[1:] + bottom[1:] - top[:-1] - bottom[:-1]) / 2 / line
    gap = np.maximum(left[1:] - right[:-1], left[:-1] - right[1:]) / line
    on = (np.abs(down) <= SAME_LINE) & (gap <= FARTHEST)
    return np.asarray(on | ((down > 0) & (down <= NEXT_LINE) & (left[1:] <= right[:-1])))


def _all_letters(page: Page) -> Letters:
    with page.upright():
        text = pdfium.FPDFText_LoadPage(page.raw)
    if not text:
        return Letters([], np.zeros((0, 4)), np.zeros((0, 4)), np.zeros(0))
    names: list[str] = []
    tight, loose, quarters = [], [], []
    edges = [ctypes.c_double() for _ in range(4)]
    line = pdfium.FS_RECTF()
    try:
        for n in range(min(pdfium.FPDFText_CountChars(text), MOST_CHARACTERS)):
            name = _name(pdfium.FPDFText_GetUnicode(text, n))
            if not name or _is_drawn_as_nothing(text, n):
                continue
            pdfium.FPDFText_GetCharBox(text, n, *edges)
            pdfium.FPDFText_GetLooseCharBox(text, n, line)
            left, right, bottom, top = (edge.value for edge in edges)
            names.append(name)
            tight.append((left, top, right, bottom))
            loose.append((line.left, line.top, line.right, line.bottom))
            quarters.append(round(pdfium.FPDFText_GetCharAngle(text, n) / (math.pi / 2)))
    finally:
        pdfium.FPDFText_ClosePage(text)
    turned = np.array(quarters, dtype=int)
    lines, quarters_shown = _lines(loose, -turned % 4), (turned + page.shown.quarters) % 4
    return Letters(names, _boxes(tight, page.shown), lines, quarters_shown)


def _name(code: int) -> str:
    """Return the letters and digits that a character stands for; "" for any other."""
    if not 32 < code < 0x110000 or 0xD800 <= code < 0xE000:
        return ""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKD", chr(code)).casefold()))


def _is_drawn_as_nothing(text: Any, n: int) -> bool:
    if pdfium.FPDFText_IsGenerated(text, n):
        return True
    one = pdfium.FPDFText_GetTextObject(text, n)
    invisible = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)
    return bool(one) and pdfium.FPDFTextObj_GetTextRenderMode(one) in invisible


def _lines(user: Sequence[tuple[float, ...]], quarters: np.ndarray) -> np.ndarray:
    """Return boxes of user space after each was turned with its line, to run from left to right."""
    lines = np.zeros((len(user), 4))
    for quarter in set(quarters.tolist()):
        turned = UserSpace((0.0, 0.0, 0.0, 0.0), quarter)
        lines[quarters == quarter] = _boxes(user, turned)[quarters == quarter]
    return lines


def _boxes(user: Sequence[tuple[float, ...]], shown: UserSpace) -> np.ndarray:
    """Return boxes of user space as boxes on a page: left, top, right, bottom."""
    given = np.array(user, dtype=float).reshape(-1, 4)
    one, other = (shown.places(given[:, x], given[:, y]) for x, y in ((0, 1), (2, 3)))
    low = np.minimum(np.stack(one, axis=1), np.stack(other, axis=1))
    high = np.maximum(np.stack(one, axis=1), np.stack(other, axis=1))
    return np.concatenate([low, high], axis=1)


def _is_seen(letters: Letters, ink: np.ndarray, scale: float) -> np.ndarray:
    """Return which letters leave ink where they should, on all four sides of their boxes."""
    counts = _sums(ink)
    boxes = letters.tight * scale
    left, top = np.floor(boxes[:, 0] - EDGE_PIXELS), np.floor(boxes[:, 1] - EDGE_PIXELS)
    right, bottom = np.ceil(boxes[:, 2] + EDGE_PIXELS), np.ceil(boxes[:, 3] + EDGE_PIXELS)
    across, down = _side(right - left), _side(bottom - top)
    seen = np.diff(letters.lines[:, 1::2], axis=1)[:, 0] >= LEAST_POINTS
    for box in (
        (left, top, left + across, bottom),
        (right - across, top, right, bottom),
        (left, top, right, top + down),
        (left, bottom - down, right, bottom),
    ):
        seen &= _count(counts, *box) > 0
    return np.asarray(seen)


def _side(pixels: np.ndarray) -> np.ndarray:
    """Return how much of a box's width or height has to have ink on either side."""
    return np.asarray(np.where(pixels <= THIN_PIXELS, pixels, np.ceil(SIDE * pixels)))


def _count(
    counts: np.ndarray, left: np.ndarray, top: np.ndarray, right: np.ndarray, bottom: np.ndarray
) -> np.ndarray:
    """Return how many pixels are set in each box, given the sums over all above and to the left."""
    rows, columns = counts.shape[0] - 1, counts.shape[1] - 1
    x0, x1 = (np.clip(np.nan_to_num(x), 0, columns).astype(int) for x in (left, right))
    y0, y1 = (np.clip(np.nan_to_num(y), 0, rows).astype(int) for y in (top, bottom))
    return np.asarray(counts[y1, x1] - counts[y0, x1] - counts[y1, x0] + counts[y0, x0])


def _ink(page: Page, dots_per_inch: float = DOTS_PER_INCH) -> tuple[np.ndarray, float]:
    """Return how much its text changes each pixel of a page, and the pixels of a point."""
    shown = page.render_grey(dots_per_inch)
    with page.without_text():
        bare = page.render_grey(dots_per_inch)
    return np.maximum(shown, bare) - np.minimum(shown, bare), shown.shape[1] / page.width


def _apart(letters: Letters) -> Letters:
    """Return the letters over which no other one is printed; one that is printed twice stays."""
    if not letters.names:
        return letters
    left, top, right, bottom = letters.tight.T
    middle = np.stack([left + right, top + bottom], axis=1) / 2
    half = np.stack([right - left, bottom - top], axis=1) / 2 * CORE
    piled = np.flatnonzero(_is_piled(middle - half, middle + half))
    kept = np.ones(len(letters.names), dtype=bool)
    if len(piled) > MOST_PILED:
        kept[piled] = False
        return letters.only(kept)
    near = np.abs(middle[piled, None] - middle[None, piled]) < half[piled, None] + half[None, piled]
    names, shapes = np.array(letters.names)[piled], _shapes(letters)[piled]
    other = (names[:, None] != names[None]) & (shapes[:, None] != shapes[None])
    kept[piled] = ~(near.all(axis=2) & other).any(axis=1)
    return letters.only(kept)


def _shapes(letters: Letters) -> np.ndarray:
    """Return a number for each letter, one for all letters of a ligature."""
    shapes = np.arange(len(letters.names))
    for run in _in_one_box(letters):
        names = "".join(letters.names[n] for n in run)
        if names in LIGATURES or (len(run) <= MOST_JOINED and all(map(is_reshaped, names))):
            shapes[run] = run[0]
    return shapes


def _in_one_box(letters: Letters) -> list[np.ndarray]:
    """Return the numbers of letters that follow one another in one box, two and more."""
    same = (np.diff(letters.tight, axis=0) == 0).all(axis=1)
    runs = np.split(np.arange(len(letters.names)), np.flatnonzero(~same) + 1)
    return [run for run in runs if len(run) > 1]


def _in_order(letters: Letters) -> Letters:
    """Return letters with the pieces of each ligature in the order in which they are read.

    PDFium turns lines that run from right to left around piece by piece.
    """
    names = list(letters.names)
    for run in _in_one_box(letters):
        pieces = [names[n] for n in run]
        if all(is_right_to_left(letter) for piece in pieces for letter in piece):
            names[run[0] : run[-1] + 1] = pieces[::-1]
    return replace(letters, names=names)


def _is_piled(low: np.ndarray, high: np.ndarray, points: float = 0.5) -> np.ndarray:
    """Return which boxes have a place that another box covers, too, looked at in a raster."""
    corner = np.clip(low.min(axis=0), -1e4, 1e4)
    first = np.clip((low - corner) / points, 0, 8000).astype(int)
    last = np.clip((high - corner) / points, 0, 8000).astype(int) + 1
    size = last.max(axis=0) + 1
    change = np.zeros((size[1], size[0]), dtype=np.int32)
    for x, y, sign in (
        (first[:, 0], first[:, 1], 1),
        (last[:, 0], first[:, 1], -1),
        (first[:, 0], last[:, 1], -1),
        (last[:, 0], last[:, 1], 1),
    ):
        np.add.at(change, (y, x), sign)
    cover = change.cumsum(axis=0, dtype=np.int32).cumsum(axis=1, dtype=np.int32) > 1
    return np.asarray(_count(_sums(cover), *first.T, *last.T) > 0)


def _sums(marked: np.ndarray) -> np.ndarray:
    """Return how many pixels are set above and to the left of each corner of pixels."""
    sums = np.zeros((marked.shape[0] + 1, marked.shape[1] + 1), dtype=np.int32)
    np.cumsum(marked, axis=1, dtype=np.int32, out=sums[1:, 1:])
    np.cumsum(sums, axis=0, out=sums)
    return sums
