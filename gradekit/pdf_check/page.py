"""One page of a PDF as PDFium shows it: its size, regions of it as pixels, and where objects lie.

Runs in a confined worker. Places are in points (1/72 inch) from the top left corner of the page as
it is shown: turned, and cut to its crop box.
"""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium

MOST_PIXELS, MOST_SIDE = 24_000_000, 20_000  # of one rendering
MOST_OBJECTS, MOST_DEPTH = 20_000, 8
POINTS_PER_INCH = 72.0

Edges = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True)
class UserSpace:
    """How user space is shown: the visible box of it (left, bottom, right, top), and the turn."""

    visible: Edges
    quarters: int  # quarter turns, clockwise

    def places(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return points of user space as places on the page."""
        left, bottom, right, top = self.visible
        return {
            0: (x - left, top - y),
            1: (y - bottom, x - left),
            2: (right - x, y - bottom),
            3: (top - y, right - x),
        }[self.quarters]


class Page:
    """A page that was loaded; annotations and filled forms are part of it, as in any viewer."""

    def __init__(self, raw: Any) -> None:
        self.raw = raw
        self.width = float(pdfium.FPDF_GetPageWidthF(raw))
        self.height = float(pdfium.FPDF_GetPageHeightF(raw))
        box = pdfium.FS_RECTF()
        pdfium.FPDF_GetPageBoundingBox(raw, box)
        visible = (box.left, box.bottom, box.right, box.top)
        self.shown = UserSpace(visible, pdfium.FPDFPage_GetRotation(raw) % 4)
        # Every object with its kind, and the matrix of the forms that it lies in.
        self._objects = list(_objects(raw))

    def render(self, dots_per_inch: float, box: Edges | None = None) -> np.ndarray:
        """Return a box of the page, or all of it, as colours (height, width, 3) on white.

        The resolution is lower where there were more than MOST_PIXELS.
        """
        pixels = self._pixels(dots_per_inch, box, pdfium.FPDFBitmap_BGRx, 4)
        return np.ascontiguousarray(pixels[..., 2::-1])  # from blue, green, red and a spare

    def render_grey(self, dots_per_inch: float) -> np.ndarray:
        """Return all of the page as brightness (height, width), 0 to 255; bounded likewise."""
        return self._pixels(dots_per_inch, None, pdfium.FPDFBitmap_Gray, 1)[..., 0].copy()

    def _pixels(self, dots_per_inch: float, box: Edges | None, form: int, depth: int) -> np.ndarray:
        left, top, right, bottom = box or (0.0, 0.0, self.width, self.height)
        wide, high = max(right - left, 0.1), max(bottom - top, 0.1)
        scale = dots_per_inch / POINTS_PER_INCH
        scale = min(scale, (MOST_PIXELS / (wide * high)) ** 0.5, MOST_SIDE / wide, MOST_SIDE / high)
        size = max(1, round(wide * scale)), max(1, round(high * scale))
        stride = size[0] * depth
        rows = np.full((size[1], stride), 255, dtype=np.uint8)
        buffer = rows.ctypes.data_as(ctypes.c_void_p)
        bitmap = pdfium.FPDFBitmap_CreateEx(*size, form, buffer, stride)
        try:
            self._draw(bitmap, scale, -left * scale, -top * scale, size)
        finally:
            pdfium.FPDFBitmap_Destroy(bitmap)
        return rows.reshape(size[1], size[0], depth)

    def _draw(
        self, bitmap: Any, scale: float, across: float, down: float, size: tuple[int, int]
    ) -> None:
        """Draw the page with its top left corner at a place of the bitmap, in pixels."""
        # A matrix moves by parts of pixels; it acts on the page as PDFium shows it at 72 dpi.
        matrix = pdfium.FS_MATRIX(scale, 0, 0, scale, across, down)
        # Nothing is shown beyond the page's edges, which PDFium would draw.
        right, bottom = across + self.width * scale, down + self.height * scale
        clip = pdfium.FS_RECTF(
            max(across, 0), max(down, 0), min(right, size[0]), min(bottom, size[1])
        )
        flags = pdfium.FPDF_ANNOT
        pdfium.FPDF_RenderPageBitmapWithMatrix(bitmap, self.raw, matrix, clip, flags)

    @contextmanager
    def without_text(self) -> Iterator[None]:
        """Show the page without its text for a while."""
        texts = [one for one, kind, _ in self._objects if kind == pdfium.FPDF_PAGEOBJ_TEXT]
        active = [one for one in texts if _is_active(one)]
        for one in active:
            pdfium.FPDFPageObj_SetIsActive(one, False)
        try:
            yield
        finally:
            for one in active:
                pdfium.FPDFPageObj_SetIsActive(one, True)

    @contextmanager
    def upright(self) -> Iterator[None]:
        """Do not turn the page for a while: PDFium orders the lines of a text as they are shown."""
        pdfium.FPDFPage_SetRotation(self.raw, 0)
        try:
            yield
        finally:
            pdfium.FPDFPage_SetRotation(self.raw, self.shown.quarters)

    @property
    def most_pixels(self) -> int:
        """How many pixels the largest image on the page has, as it is unpacked."""
        images = (o for o, kind, _ in self._objects if kind == pdfium.FPDF_PAGEOBJ_IMAGE)
        return max((wide * high for wide, high in map(_pixels, images)), default=0)

    def boxes(self, *kinds: int) -> list[tuple[Edges, int]]:
        """Return where objects of some kinds lie on the page, and their pixels across.

        What is no image has as many pixels as anybody wants.
        """
        found = []
        for one, kind, matrix in self._objects:
            edges = [ctypes.c_float() for _ in range(4)]
            if kind in kinds and pdfium.FPDFPageObj_GetBounds(one, *edges):
                is_image = kind == pdfium.FPDF_PAGEOBJ_IMAGE
                # It may lie turned on the page.
                pixels = max(_pixels(one)) if is_image else MOST_PIXELS
                found.append((self._box(matrix, *(edge.value for edge in edges)), pixels))
        return found

    def _box(self, m: np.ndarray, left: float, bottom: float, right: float, top: float) -> Edges:
        corners = np.array([[left, left, right, right], [bottom, top, bottom, top], [1.0] * 4])
        x, y = self.shown.places(*(m @ corners)[:2])
        return float(x.min()), float(y.min()), float(x.max()), float(y.max())


def _pixels(image: Any) -> tuple[int, int]:
    wide, high = ctypes.c_uint(), ctypes.c_uint()
    pdfium.FPDFImageObj_GetImagePixelSize(image, wide, high)
    return wide.value, high.value


def _is_active(one: Any) -> bool:
    active = ctypes.c_int()
    return bool(pdfium.FPDFPageObj_GetIsActive(one, active)) and bool(active.value)


def _objects(raw: Any) -> Iterator[tuple[Any, int, np.ndarray]]:
    """Yield each object of a page and of the forms on it, its kind, and the forms' matrix."""
    count = pdfium.FPDFPage_CountObjects(raw)
    waiting = [(pdfium.FPDFPage_GetObject(raw, n), np.eye(3), 0) for n in range(count)][::-1]
    seen = 0
    while waiting and seen < MOST_OBJECTS:
        one, matrix, depth = waiting.pop()
        seen += 1
        kind = pdfium.FPDFPageObj_GetType(one)
        yield one, kind, matrix
        if kind == pdfium.FPDF_PAGEOBJ_FORM and depth < MOST_DEPTH:
            inner = matrix @ _matrix(one)
            inside = range(min(pdfium.FPDFFormObj_CountObjects(one), MOST_OBJECTS))
            waiting += [(pdfium.FPDFFormObj_GetObject(one, n), inner, depth + 1) for n in inside][
                ::-1
            ]


def _matrix(form: Any) -> np.ndarray:
    m = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(form, m)
    return np.array([[m.a, m.c, m.e], [m.b, m.d, m.f], [0.0, 0.0, 1.0]])
