"""Has PDFs read by confined workers, within bounds of time and memory."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeGuard

import numpy as np

from gradekit.grading.bench import Bench, Clock
from gradekit.grading.selftest import open_pool
from gradekit.grading.snapshots import snapshot
from gradekit.handin.figures import MAX_IMAGE_BYTES
from gradekit.pdf.compare import PdfContent
from gradekit.pdf.probe import PROBE
from gradekit.report import CheckOutcome, Outcome

EXTRAS = ("gradekit.pdf.probe",)
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
        self._pool = open_pool(extras=EXTRAS)

    @contextmanager
    def open(self, pdf: Path) -> Iterator["OpenPdf"]:
        """Let a PDF be read, and pictures be decoded that belong to the same hand-in.

        Raises OSError where the file cannot be read. Whatever is wrong with the PDF or the pictures
        ends nothing but the worker that reads them.
        """
        large = pdf.stat().st_size > MOST_BYTES
        files = {} if large else {NAME: pdf.read_bytes()}
        with snapshot(self._pool.snapshots, files) as folder:
            clock = Clock(call_seconds=SECONDS, total_seconds=2 * SECONDS)
            bench = Bench(self._pool, folder, PROBE, clock)
            try:
                yield OpenPdf(bench, large)
            finally:
                bench.renew()

    def close(self) -> None:
        """End the workers."""
        self._pool.close()


class OpenPdf:
    """A PDF that a worker can read."""

    def __init__(self, bench: Bench, too_large: bool) -> None:
        self._bench, self._too_large = bench, too_large

    def read(self) -> PdfContent:
        """Return what the PDF shows, or why it is not read."""
        if self._too_large:
            return PdfContent(refused=f"it is larger than {MOST_BYTES // 2**20} MiB")
        try:
            return _content(self._bench)
        except CheckOutcome as error:
            return PdfContent(refused=REASONS[error.outcome])

    def decode(self, images: Sequence[bytes]) -> dict[bytes, np.ndarray]:
        """Return the colours (height, width, 3) of images on white, but for damaged ones.

        One that ends the worker is missing, and the next one is given to a fresh worker.
        """
        kept = [i for i in dict.fromkeys(images) if len(i) <= MAX_IMAGE_BYTES][:MOST_IMAGES]
        shown = {image: self._decoded(image) for image in kept}
        return {image: picture for image, picture in shown.items() if is_picture(picture)}

    def _decoded(self, image: bytes) -> np.ndarray | None:
        try:
            data = np.frombuffer(image, dtype=np.uint8)
            return self._bench.ask("read_image", data=data).get("picture")
        except CheckOutcome:
            return None


def is_picture(found: np.ndarray | None) -> TypeGuard[np.ndarray]:
    """Whether what a worker gives is a picture: 8-bit colours (height, width, 3)."""
    return (
        found is not None
        and found.dtype == np.uint8
        and found.ndim == 3
        and found.shape[2] == 3
        and bool(found.size)
    )


def _content(bench: Bench) -> PdfContent:
    found = bench.ask("read_pdf", name=NAME, most_pages=MOST_PAGES)
    if "refused" in found:
        return PdfContent(refused=_text(found["refused"].tobytes()))
    names = [f"picture_{number}" for number in range(len(found))]
    pictures = tuple(found[name] for name in names if name in found)
    if not all(map(is_picture, pictures)):
        return PdfContent(refused=REASONS[Outcome.PROTOCOL])
    return PdfContent(_text(found["text"].tobytes()), pictures)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
