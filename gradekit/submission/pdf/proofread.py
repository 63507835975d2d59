"""Makes sure that a PDF that was just built shows the notebook's figures, pixel for pixel."""

import hashlib
from collections.abc import Iterable
from io import BytesIO

from PIL import Image
from pypdf import PdfReader

from gradekit.errors import SubmissionError
from gradekit.submission.parts.find import Part
from gradekit.submission.parts.images import open_image


def proofread(pdf: bytes, parts: Iterable[Part]) -> list[str]:
    """Return one line for each figure of the parts that the PDF does not show.

    A PDF that `build_pdf` made holds every pixel; one that was printed or scanned does not.
    Raises SubmissionError where the PDF cannot be read.
    """
    shown = _in_pdf(pdf)
    return [
        f"{part.title}: the PDF does not show the notebook's figure"
        for part in parts
        for figure in part.figures
        if _digest(figure) not in shown
    ]


def _in_pdf(pdf: bytes) -> set[str]:
    try:
        pages = PdfReader(BytesIO(pdf)).pages
        return {_pixels(file.image) for page in pages for file in page.images if file.image}
    except Exception as error:  # whatever a damaged PDF makes the reader raise
        raise SubmissionError(f"the PDF cannot be read ({type(error).__name__})") from error


def _digest(figure: bytes) -> str:
    return _pixels(open_image(figure))


def _pixels(image: Image.Image) -> str:
    data = repr(image.size).encode() + image.convert("RGBA").tobytes()
    return hashlib.sha256(data).hexdigest()
