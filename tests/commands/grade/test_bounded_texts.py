"""Whatever a notebook's texts are like, to read them takes no more than some seconds."""

import time
from typing import Any

import pytest
from pdfs import find_parts

from gradekit.notebook.cells import cells_of, title_of
from gradekit.pdf_check.compare import PdfContent, compare_pdf, without_formulas
from gradekit.submission.parts.find import missing

SIZE = 1_000_000  # characters
MOST_SECONDS = 20.0  # of processor time; what grows with the square takes hours
PIECES = {
    "blanks": " ",
    "line ends": "\n",
    "brackets": "](",
    "environments": "\\begin{a}",
    "dollars": "$$ $",
    "headings": "# ",
    "fences": "```\n~~~\n",
    "accents": "\u0301\u0323",
    "letters that are many": "\ufdfa",
    "colours": "\x1b[",
    "tabs": "\t",
    "zeros": "\0",
    "words": "a b ",
    "quotes": "\"'",
    "answers": "answer\n",
}


Json = dict[str, Any]


def notebook(text: str, source: str = "") -> Json:
    """Return a notebook whose heading, answer, sample and curves are of a text."""
    printed: Json = {"output_type": "stream", "name": "stdout", "text": text}
    drawn: Json = {"output_type": "display_data", "data": {"text/plain": text, "image/png": text}}

    def code(mark: str, *outputs: dict[str, Any]) -> dict[str, Any]:
        metadata = {"gradekit": {"handin": mark, "caption": text}}
        return {"cell_type": "code", "source": source, "metadata": metadata, "outputs": outputs}

    answer = {"gradekit": {"handin": "answer"}}
    return {
        "cells": [
            {"cell_type": "markdown", "source": f"# a{text}x"},
            {"cell_type": "markdown", "source": text, "metadata": answer},
            *(
                code(mark, dict(printed), dict(drawn))
                for mark in ("sample", "curves_rnn", "training_rnn", "curves_lstm")
            ),
        ]
    }


@pytest.mark.parametrize("piece", PIECES.values(), ids=PIECES)
def test_a_notebook_of_one_text_is_read_in_time(piece: str) -> None:
    """Its cells and parts are found, and compared with a PDF, in bounded time."""
    text = piece * (SIZE // len(piece))
    started = time.process_time()
    made = notebook(text, f"text_length = 3 # {text}")
    assert len(cells_of(made)) == 6
    assert len(title_of(made, "")) <= 300
    parts = find_parts(made, lambda _: None)
    assert missing(parts)
    compare_pdf(PdfContent(), parts, lambda _: None)
    assert time.process_time() - started < MOST_SECONDS


def test_a_number_that_cannot_be_written_out_is_told_in_words() -> None:
    """What a sample's cell says about its length may have more digits than Python writes."""
    made = notebook("once upon a time", "text_length = 0x" + "F" * 9000)
    lines = missing(find_parts(made, lambda _: None))
    assert all(len(line) < 400 for line in lines)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a $x$ b $$y$$ c", "a   b   c"),
        (r"a \begin{align}x\end{align} b", "a   b"),
        (r"a \begin{a}\begin{b}x\end{b}\end{a} c", "a   c"),
        (r"a \begin{a}x\end{b} c", r"a \begin{a}x\end{b} c"),
        (r"\end{a} \begin{a}", r"\end{a} \begin{a}"),
        (r"\begin{a}1\end{a}2\begin{a}3\end{a}", " 2 "),
    ],
)
def test_formulas_are_left_out_of_what_is_compared(text: str, left: str) -> None:
    """Between dollars, and from an environment's begin to the next end of that name."""
    assert without_formulas(text) == left
