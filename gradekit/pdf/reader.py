"""Has PDFs read by confined workers, within bounds of time and memory."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeGuard

import numpy as np

from gradekit.grading.bench import Bench, Clock
from gradekit.grading.selftest import open_pool
from gradekit.grading.snapshots import snapshot
from gradekit.pdf.compare import PdfContent
from gradekit.pdf.probe import PROBE
from gradekit.report import CheckOutcome, Outcome

EXTRAS = ("gradekit.pdf.probe",)
NAME = "handed_in.pdf"
MOST_BYTES = 64 * 2**20
MOST_PNGS, MOST_PNG_BYTES = 24, 2 * 2**20
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

    def decode(self, pngs: Sequence[bytes]) -> dict[bytes, np.ndarray]:
        """Return the colours (height, width, 3) of PNGs on white, but for those that are damaged.

        All of them are missing where one ends the worker.
        """
        pngs = [png for png in dict.fromkeys(pngs) if len(png) <= MOST_PNG_BYTES][:MOST_PNGS]
        if not pngs:
            return {}
        data = np.frombuffer(b"".join(pngs), dtype=np.uint8)
        try:
            found = self._bench.ask("read_pngs", data=data, sizes=np.array(list(map(len, pngs))))
        except CheckOutcome:
            return {}
        named = {png: found.get(f"picture_{number}") for number, png in enumerate(pngs)}
        return {png: shown for png, shown in named.items() if is_picture(shown)}


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
