"""What a PDF holds and does not show counts for nothing, and what it shows counts."""

from collections.abc import Iterator
from pathlib import Path

import hidden_pdfs
import pdfs
import pytest
from hidden_pdfs import FIGURES, TEXTS, HiddenPdf

from gradekit.handin.png import decode_image
from gradekit.pdf.compare import colours_of, compare_pdf
from gradekit.pdf.reader import PdfReader
from gradekit.report import PdfState


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
    parts = [part for part in pdfs.parts() if part.mark == mark]
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
