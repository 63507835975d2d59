"""Has PDFs read by confined workers, within bounds of time and memory."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeGuard

import numpy as np

from gradekit.errors import CheckOutcome, StudentProtocol
from gradekit.model import Outcome
from gradekit.pdf_check.compare import PdfContent, PdfPage, ShownSpot
from gradekit.pdf_check.probe import PROBE
from gradekit.submission.parts.figures import MAX_IMAGE_BYTES
from gradekit.workers.client import Clock, ProbeClient
from gradekit.workers.pool import Importable
from gradekit.workers.selftest import open_pool
from gradekit.workers.snapshots import snapshot

EXTRAS = ("gradekit.pdf_check.probe",)
NAME = "handed_in.pdf"
MOST_BYTES = 64 * 2**20
MOST_IMAGES = 24
MOST_PAGES = 100
SECONDS = 20.0
# What a reader that gives no answer did.
REASONS = {
    Outcome.CRASH: "it cannot be read: it is damaged, or unpacks to too much",
    Outcome.TIMEOUT: f"it takes more than {SECONDS:g} s to read",
    Outcome.MEMORY: "it takes more memory to read than the grader gives",
    Outcome.PROTOCOL: "what is read from it is no plain data",
}


class PdfReader:
    """Reads one PDF after another, each in a worker of its own; to be closed at the end.

    Raises GraderError where no worker can be confined here.
    """

    def __init__(self) -> None:
        self._pool = open_pool(importable=Importable(extras=EXTRAS))

    @contextmanager
    def open(self, pdf: Path) -> Iterator["OpenPdf"]:
        """Let a PDF be read, and pictures be decoded that belong to the same hand-in.

        Raises OSError where the file cannot be read. Whatever is wrong with the PDF or the pictures
        ends nothing but the worker that reads them.
        """
        large = pdf.stat().st_size > MOST_BYTES
        files = {} if large else {NAME: pdf.read_bytes()}
        with snapshot(self._pool.snapshots, files) as folder:
            clock = Clock(call_seconds=SECONDS, total_seconds=SECONDS)
            client = ProbeClient(self._pool, folder, PROBE, clock)
            try:
                yield OpenPdf(client, large)
            finally:
                client.renew()

    def close(self) -> None:
        """End the workers."""
        self._pool.close()


class OpenPdf:
    """A PDF that a worker can read."""

    def __init__(self, client: ProbeClient, too_large: bool) -> None:
        self._client, self._too_large = client, too_large

    def read(self, figures: Mapping[bytes, np.ndarray]) -> PdfContent:
        """Return what the PDF shows, with the places that are like each of some figures.

        Where it is not read, `refused` says why.
        """
        if self._too_large:
            return PdfContent(refused=f"it is larger than {MOST_BYTES // 2**20} MiB")
        try:
            return _content(self._client, figures)
        except CheckOutcome as error:
            return PdfContent(refused=REASONS[error.outcome])

    def decode(self, images: Sequence[bytes]) -> dict[bytes, np.ndarray]:
        """Return the colours (height, width, 3) of images on white, but for damaged ones.

        One that ends the worker is missing, and the next one is given to a fresh worker.
        """
        kept = [i for i in dict.fromkeys(images) if len(i) <= MAX_IMAGE_BYTES][:MOST_IMAGES]
        shown = {image: self._decoded(image) for image in kept}
        return {image: picture for image, picture in shown.items() if is_rgb_picture(picture)}

    def _decoded(self, image: bytes) -> np.ndarray | None:
        try:
            data = np.frombuffer(image, dtype=np.uint8)
            return self._client.ask("read_image", data=data).get("picture")
        except CheckOutcome:
            return None


def is_rgb_picture(found: np.ndarray | None) -> TypeGuard[np.ndarray]:
    """Whether what a worker gives is a picture: 8-bit colours (height, width, 3)."""
    return (
        found is not None
        and found.dtype == np.uint8
        and found.ndim == 3
        and found.shape[2] == 3
        and bool(found.size)
    )


def _content(client: ProbeClient, figures: Mapping[bytes, np.ndarray]) -> PdfContent:
    opened = client.ask("open_pdf", name=NAME, most_pages=MOST_PAGES)
    if "refused" in opened:
        return PdfContent(refused=_text(opened["refused"]))
    pages = tuple(_page(client, number) for number in range(int(opened["pages"])))
    spots = {image: _spots(client, figure) for image, figure in figures.items()}
    return PdfContent(pages, spots)


def _page(client: ProbeClient, number: int) -> PdfPage:
    found = client.ask("read_page", number=number)
    text, places = _text(found["text"]), found["places"].astype(float)
    if places.shape != (len(text),):
        raise StudentProtocol("a page's text and places do not match")
    return PdfPage(text, places, bool(found["is_picture"].any()))


def _spots(client: ProbeClient, figure: np.ndarray) -> tuple[ShownSpot, ...]:
    found = client.ask("find_figure", figure=figure)
    spots = []
    for number, (page, down, fitted) in enumerate(found["places"].reshape(-1, 3).tolist()):
        picture = found.get(f"picture_{number}")
        if not is_rgb_picture(picture):
            raise StudentProtocol("a place on a page is no picture")
        spots.append(ShownSpot(picture, int(page), down, bool(fitted)))
    return tuple(spots)


def _text(data: np.ndarray) -> str:
    return data.astype(np.uint8).tobytes().decode("utf-8", "replace")
