"""Tests that PDFs and notebooks that are wrong get one line each, and those that are odd none."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import bad_handins
import pytest
from bad_handins import NOTEBOOKS, PDFS, BadNotebook, BadPdf, notebook_line, pdf_line

from gradekit.pdf_check.reader import PdfReader

pytestmark = pytest.mark.one_in(3)

DOCS = Path(__file__).resolve().parents[3] / "docs" / "handing-in.md"


@pytest.fixture(scope="module")
def reader() -> Iterator[PdfReader]:
    """A reader of PDFs."""
    with closing(PdfReader()) as opened:
        yield opened


@pytest.mark.slow
@pytest.mark.parametrize("case", PDFS, ids=[case.what for case in PDFS])
def test_a_pdf_gets_its_line(reader: PdfReader, case: BadPdf) -> None:
    """What is wrong with a PDF is said in one line, and nothing of one that is right."""
    assert pdf_line(reader, case) == case.line


@pytest.mark.parametrize("case", NOTEBOOKS, ids=[case.what for case in NOTEBOOKS])
def test_a_notebook_gets_its_line(case: BadNotebook) -> None:
    """What is missing from a notebook, or wrong in it, is said in one line with what to do."""
    line = notebook_line(case)
    assert line.startswith(case.line)
    assert "\n" not in line


def test_the_page_of_the_docs_lists_every_case() -> None:
    """docs/handing-in.md has each of these PDFs and notebooks, with its line."""
    page = DOCS.read_text(encoding="utf-8")
    for case in (*PDFS, *NOTEBOOKS):
        assert f"| {case.what} |" in page
        assert case.line in page
    assert len(PDFS) + len(NOTEBOOKS) >= 30
    assert bad_handins.ALL_SAME in page
