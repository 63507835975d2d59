"""A PDF that is open in a worker: its pages as they are shown, and figures looked for in them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium

from gradekit.pdf_check import locate
from gradekit.pdf_check.images import FITTED_WIDTH, MOST_WIDTH, pixel_difference, same_figure
from gradekit.pdf_check.page import POINTS_PER_INCH, Edges, Page

COARSE_DOTS_PER_INCH = 24
LEAST_WIDTH_POINTS, SAME_RATIO = 72.0, 0.12
LEAST_DRAWN = 2.0  # deviation of brightness, of a page on which there may be a figure
MOST_BOXES = 60  # objects of a PDF that are held against one figure
MOST_SEARCHED = 8  # pages that are searched for one figure where no object is it
MOST_TAKEN = 4  # places that are looked at closely
# An image that has fewer pixels than the figure is compared at its own, but at so many at least.
LEAST_WIDTH_PIXELS = 500
PICTURE_SHARE = 0.6  # of a page that is a picture, such as a scan
MARGIN, REACH = 0.06, 0.04  # shares of a figure's width: what is seen around it, how far it moves


@dataclass(frozen=True)
class Spot:
    """Where something that may be a figure is: the page's number, and how the page shows it.

    `is_fitted` where the picture was laid anew, so that it lies like the figure.
    """

    page: int
    top_points: float
    picture: np.ndarray
    is_fitted: bool = False


class Document:
    """A PDF's pages; raises ValueError where PDFium cannot open it."""

    def __init__(self, data: bytes) -> None:
        self._data = data  # PDFium reads it for as long as the document is open
        self._raw = pdfium.FPDF_LoadMemDocument64(data, len(data), None)
        self.needs_password = not self._raw and _last_error() == pdfium.FPDF_ERR_PASSWORD
        if not self._raw and not self.needs_password:
            raise ValueError("PDFium cannot open it")
        self.pages = int(pdfium.FPDF_GetPageCount(self._raw)) if self._raw else 0
        self._loaded: dict[int, _LoadedPage] = {}

    def page(self, number: int) -> Page:
        """Return a page, loaded."""
        return self._page(number).page

    def too_large(self, most_pixels: int) -> str:
        """Return in one line which page has a picture of too many pixels, or nothing."""
        for number in range(self.pages):
            pixels = self.page(number).most_pixels
            if pixels > most_pixels:
                millions = round(pixels / 1e6)
                return f"page {number + 1} has a picture of {millions} million pixels"
        return ""

    def is_picture(self, number: int) -> bool:
        """Whether an image fills most of a page."""
        page = self._page(number)
        areas = [_area(box, page.page) for box, _ in page.boxes]
        return max(areas, default=0.0) >= PICTURE_SHARE * page.page.width * page.page.height

    def find(self, figure: np.ndarray) -> list[Spot]:
        """Return the places that are most like a figure (height, width, 3), the best one first."""
        spots = []
        for number, box, pixels in self._boxes_like(figure):
            spot = self._taken(number, box, figure, pixels)
            if same_figure(figure, spot.picture):
                return [spot]
            spots.append(spot)
        for number, box in self._searched(figure):
            fitted = self._fitted(number, box, figure)
            if fitted is not None and same_figure(figure, fitted.picture, FITTED_WIDTH):
                return [fitted]
            spots += [fitted] if fitted is not None else []
        return sorted(spots, key=lambda spot: pixel_difference(figure, spot.picture))[:MOST_TAKEN]

    def _page(self, number: int) -> "_LoadedPage":
        if number not in self._loaded:
            self._loaded[number] = _LoadedPage(_load(self._raw, number))
        return self._loaded[number]

    def _boxes_like(self, figure: np.ndarray) -> Iterator[tuple[int, Edges, int]]:
        """Yield where objects lie that have a figure's proportions, and their pixels across."""
        ratio, seen = figure.shape[1] / figure.shape[0], set[tuple[int, ...]]()
        for number in range(self.pages):
            for box, pixels in self._page(number).boxes:
                wide, high = box[2] - box[0], box[3] - box[1]
                key = (number, *(round(edge) for edge in box))
                if wide < LEAST_WIDTH_POINTS or high <= 0 or key in seen:
                    continue
                if abs(np.log(wide / high / ratio)) <= SAME_RATIO and len(seen) < MOST_BOXES:
                    seen.add(key)
                    yield number, box, pixels

    def _searched(self, figure: np.ndarray) -> list[tuple[int, Edges]]:
        pages = sorted(range(self.pages), key=lambda number: -self._page(number).drawn)
        found = [
            (place.likeness, number, place)
            for number in pages[:MOST_SEARCHED]
            if self._page(number).drawn > LEAST_DRAWN
            for place in locate.search(self._page(number).coarse, figure)
        ]
        found.sort(key=lambda one: -one[0])
        return [(number, self._page(number).box(place)) for _, number, place in found[:MOST_TAKEN]]

    def _taken(self, number: int, box: Edges, figure: np.ndarray, pixels: int) -> Spot:
        """Return what a page shows in a box, as wide as the figure is looked at."""
        wide = min(figure.shape[1], 2 * MOST_WIDTH, max(pixels, LEAST_WIDTH_PIXELS))
        inches = (box[2] - box[0]) / POINTS_PER_INCH
        shown = self.page(number).render(wide / inches, box)
        # Whoever puts a figure into a text may stretch it a little.
        return Spot(number, box[1], locate.resized(shown, (wide, _height(figure, wide))))

    def _fitted(self, number: int, box: Edges, figure: np.ndarray) -> Spot | None:
        """Return what a page shows near a box, laid so that it lies like the figure."""
        wide = FITTED_WIDTH
        size = wide, _height(figure, wide)
        margin = round(MARGIN * wide)
        points = (box[2] - box[0]) / wide
        edges = (
            box[0] - margin * points,
            box[1] - margin * points,
            box[0] + (wide + margin) * points,
            box[1] + (size[1] + margin) * points,
        )
        around = self.page(number).render(POINTS_PER_INCH / points, edges)
        ours = locate.blurred(locate.grey(figure, size))
        matrix = locate.fit(ours, locate.blurred(locate.grey(around)), margin, round(REACH * wide))
        if matrix is None:
            return None
        # Twice as sharp as it is looked at, since it is laid anew.
        sharp = self.page(number).render(2 * POINTS_PER_INCH / points, edges)
        scale = sharp.shape[1] / around.shape[1]
        again = matrix * np.array([[1, 1, scale], [1, 1, scale]])
        shown = locate.taken_out(sharp, again, (2 * size[0], 2 * size[1]))
        return Spot(number, box[1], shown, is_fitted=True)


class _LoadedPage:
    def __init__(self, raw: Any) -> None:
        self.page = Page(raw)

    @cached_property
    def boxes(self) -> list[tuple[Edges, int]]:
        """Where images and forms lie, and how many pixels they have across."""
        return self.page.boxes(pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM)

    @cached_property
    def coarse(self) -> np.ndarray:
        return self.page.render_grey(COARSE_DOTS_PER_INCH).astype(np.float64)

    @cached_property
    def drawn(self) -> float:
        """How much there is on the page besides text: the deviation of its brightness."""
        with self.page.without_text():
            return float(self.page.render_grey(COARSE_DOTS_PER_INCH).std())

    def box(self, place: locate.CoarsePlace) -> Edges:
        """Return a place on the coarse page in points."""
        points = self.page.width / self.coarse.shape[1]
        right, bottom = place.left + place.width, place.top + place.height
        return place.left * points, place.top * points, right * points, bottom * points


def _load(document: Any, number: int) -> Any:
    """Return a page with its annotations and forms drawn into it, as viewers show them."""
    page = pdfium.FPDF_LoadPage(document, number)
    if page and pdfium.FPDFPage_GetAnnotCount(page):
        _show_as_on_screens(page)
        pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY)
        pdfium.FPDF_ClosePage(page)
        page = pdfium.FPDF_LoadPage(document, number)
    if not page:
        raise ValueError(f"page {number + 1} cannot be loaded")
    return page


def _show_as_on_screens(page: Any) -> None:
    """Take annotations away that no screen shows, and have those drawn that each screen shows.

    PDFium draws into a page what is only printed, and leaves out what is not to be seen where its
    kind is unknown, though that is known.
    """
    for number in reversed(range(pdfium.FPDFPage_GetAnnotCount(page))):
        annotation = pdfium.FPDFPage_GetAnnot(page, number)
        flags = pdfium.FPDFAnnot_GetFlags(annotation)
        if pdfium.FPDFAnnot_GetSubtype(annotation) != pdfium.FPDF_ANNOT_UNKNOWN:
            pdfium.FPDFAnnot_SetFlags(annotation, flags & ~pdfium.FPDF_ANNOT_FLAG_INVISIBLE)
        pdfium.FPDFPage_CloseAnnot(annotation)
        if flags & pdfium.FPDF_ANNOT_FLAG_NOVIEW:
            pdfium.FPDFPage_RemoveAnnot(page, number)


def _height(figure: np.ndarray, width: int) -> int:
    return max(1, round(float(width * figure.shape[0] / figure.shape[1])))


def _last_error() -> int:
    return int(pdfium.FPDF_GetLastError())


def _area(box: Edges, page: Page) -> float:
    """Return how much of a page a box covers, in square points."""
    wide = min(box[2], page.width) - max(box[0], 0.0)
    return max(wide, 0.0) * max(min(box[3], page.height) - max(box[1], 0.0), 0.0)
