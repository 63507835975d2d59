"""What a PDF holds and does not show counts for nothing, and what it shows counts."""

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pdfs
import pypdfium2
import pytest
import typst
from hostile import hidden_pdfs
from hostile.hidden_pdfs import FIGURES, TEXTS, HiddenPdf
from PIL import Image

from gradekit.model import PdfState
from gradekit.pdf_check.compare import colours_of, compare_pdf
from gradekit.pdf_check.reader import PdfReader
from gradekit.submission.parts.images import decode_image


@pytest.fixture(scope="module")
def reader() -> Iterator[PdfReader]:
    """The reader that staff have."""
    opened = PdfReader()
    yield opened
    opened.close()


def state(reader: PdfReader, pdf: bytes, mark: str, folder: Path) -> PdfState:
    """Return how one part of the notebook compares with a PDF."""
    path = folder / "some.pdf"
    path.write_bytes(pdf)
    parts = [part for part in pdfs.parts() if part.name == mark]
    with reader.open(path) as opened:
        content = opened.read(colours_of(parts, decode_image))
    (found,) = compare_pdf(content, parts, decode_image)
    return found.finding.state


@pytest.mark.parametrize("case", TEXTS, ids=[case.what for case in TEXTS])
def test_text_counts_where_it_is_seen(case: HiddenPdf, reader: PdfReader, tmp_path: Path) -> None:
    """A sampled text that the file holds is there only where a reader can read it."""
    found = state(reader, case.make(), "sample", tmp_path)
    assert (found is PdfState.SAME) == case.shows


@pytest.mark.parametrize("case", FIGURES, ids=[case.what for case in FIGURES])
def test_figures_count_where_they_are_seen(
    case: HiddenPdf, reader: PdfReader, tmp_path: Path
) -> None:
    """A figure that the file holds is there only where a reader sees it."""
    found = state(reader, case.make(), "curves_lstm", tmp_path)
    assert (found is PdfState.SAME) == case.shows


def test_there_are_several_of_each_kind() -> None:
    """There are a dozen and more ways to hide, each beside honest ones."""
    for cases in (TEXTS, FIGURES):
        assert sum(not case.shows for case in cases) >= 12
        assert sum(case.shows for case in cases) >= 4
    assert hidden_pdfs.RIGHT.shape == hidden_pdfs.WRONG.shape


def scan(pdf: bytes, dots_per_inch: int, turned: float, noise: float, quality: int) -> bytes:
    """Return a PDF of one page, as a scanner makes it: turned a little, grey, noisy, a JPEG."""
    page = pypdfium2.PdfDocument(pdf)[0].render(scale=dots_per_inch / 72).to_pil().convert("L")
    turned_page = page.rotate(turned, resample=Image.Resampling.BICUBIC, fillcolor="white")
    light = 235 * (np.asarray(turned_page, dtype=float) / 255) ** 0.9 + 12
    light += np.random.default_rng(1).normal(0, noise, light.shape)
    stream = io.BytesIO()
    sheet = Image.fromarray(light.clip(0, 255).astype(np.uint8))
    sheet.save(stream, "PDF", quality=quality, resolution=dots_per_inch)
    return stream.getvalue()


SCANS = [(300, 0.5, 5.0, 80), (200, 0.7, 4.0, 75), (200, 0.0, 0.0, 90), (150, -0.4, 4.0, 75)]


@pytest.mark.slow
@pytest.mark.parametrize("scanner", SCANS)
def test_figures_of_a_scanned_page_are_found(
    scanner: tuple[int, float, float, int], reader: PdfReader, tmp_path: Path
) -> None:
    """A scan shows the figures; other curves are told apart; its text is said not to be read."""
    right = scan(pdfs.kit_pdf(), *scanner)
    for mark in ("curves_rnn", "curves_lstm"):
        assert state(reader, right, mark, tmp_path) is PdfState.SAME
    for mark in ("sample", "answer"):
        assert state(reader, right, mark, tmp_path) is PdfState.UNREADABLE
    other = pdfs.curves(0.88, 0.12)
    wrong = scan(pdfs.kit_pdf(lstm=other, printed=(0.88, 0.9)), *scanner)
    assert state(reader, wrong, "curves_lstm", tmp_path) is not PdfState.SAME


@pytest.mark.parametrize("end", [0.95, 0.9])
def test_a_figure_drawn_by_lines_is_found(end: float, reader: PdfReader, tmp_path: Path) -> None:
    """A vector figure among text is the notebook's, and with another curve it is not."""
    (tmp_path / "figure.svg").write_bytes(pdfs.curves(end, kind="svg"))
    source = '#v(2cm)\n#lorem(60)\n#align(center, image("figure.svg", width: 80%))\n#lorem(90)'
    (tmp_path / "page.typ").write_text(source)
    pdf = typst.compile(tmp_path / "page.typ", ignore_system_fonts=True)
    found = state(reader, pdf, "curves_lstm", tmp_path)
    assert found is (PdfState.SAME if end == 0.95 else PdfState.DIFFERS)
