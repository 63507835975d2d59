"""Reads a PDF in a worker: the text that its pages show, and figures that are looked for in them.

A PDF is a student's file, and its reader takes whatever stands in it. So this runs confined, as
student code does, and answers with arrays of numbers alone.
"""

from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import PIL
import pypdf
import pypdfium2
import pypdfium2_raw
import resvg_py
from PIL import Image

from gradekit.pdf_check.active import why_refused
from gradekit.pdf_check.document import Document
from gradekit.pdf_check.glyphs import typefaces
from gradekit.pdf_check.letters import as_text, visible_letters
from gradekit.submission.parts.images import decode_image, font_files

# The fonts that SVGs are drawn with, as a package that workers may read.
FONTS = ModuleType("fonts")
FONTS.__path__ = [str(path.parent) for path in font_files()[:1]]
typefaces()  # drawn once for all workers
Image.init()  # Pillow loads its readers late otherwise, when a worker may read no packages
# What a worker has to read besides Python's own library.
PACKAGES = [PIL, pypdf, pypdfium2, pypdfium2_raw, resvg_py, *([FONTS] if FONTS.__path__ else [])]

PROBE = "from gradekit.pdf_check.probe import find_figure, open_pdf, read_image, read_page\n"
MOST_SIDE = 2400  # pixels of a figure of the notebook
MOST_IMAGE_PIXELS = 60_000_000  # of one picture, as it is unpacked

Arrays = dict[str, Any]
_opened: list[Document] = []  # the one PDF that this worker reads


def open_pdf(name: str, most_pages: int) -> Arrays:
    """Open a PDF; return how many `pages` it has, or under "refused" why it is not read.

    Whatever PDFium or pypdf raise for a damaged file comes through.
    """
    document = Document(Path(name).read_bytes())
    if document.needs_password:
        return {"refused": _bytes("it is encrypted")}
    if document.pages > most_pages:
        what = f"it has {document.pages} pages, more than {most_pages}"
        return {"refused": _bytes(what)}
    refused = why_refused(name) or document.too_large(MOST_IMAGE_PIXELS)
    if refused:
        return {"refused": _bytes(refused)}
    _opened[:] = [document]
    return {"pages": document.pages}


def read_page(number: int) -> Arrays:
    """Return the `text` that a page shows, as UTF-8 of letters and digits alone.

    `places` says of each character how far down it stands, in points; `is_picture` whether the page
    is a picture, such as a scan, without any text that can be read.
    """
    document = _opened[0]
    text, places = as_text(visible_letters(document.page(number)))
    return {
        "text": _bytes(text),
        "places": places,
        "is_picture": not text and document.is_picture(number),
    }


def find_figure(figure: np.ndarray) -> Arrays:
    """Return what the pages show where they are most like a figure (height, width, 3), best first.

    `picture_0` and so on are the places as colours, and `places` has a row for each: the page's
    number, how far down it is in points, and whether it was laid anew to lie like the figure.
    """
    spots = _opened[0].find(figure)
    found: Arrays = {f"picture_{number}": spot.picture for number, spot in enumerate(spots)}
    rows = [(spot.page, spot.top_points, float(spot.is_fitted)) for spot in spots]
    return {"places": np.array(rows, dtype=float).reshape(-1, 3), **found}


def read_image(data: np.ndarray) -> Arrays:
    """Return the `picture` that the bytes of an image show; nothing where it is damaged."""
    Image.MAX_IMAGE_PIXELS = MOST_IMAGE_PIXELS
    shown = decode_image(data.tobytes())
    return {} if shown is None else {"picture": _smaller(Image.fromarray(shown))}


def _bytes(text: str) -> np.ndarray:
    return np.frombuffer(text.encode("utf-8", "replace"), dtype=np.uint8)


def _smaller(image: Image.Image) -> np.ndarray:
    """Return a picture's colours, of fewer pixels where it has more than anybody looks at."""
    image.thumbnail((MOST_SIDE, MOST_SIDE))
    return np.asarray(image)
