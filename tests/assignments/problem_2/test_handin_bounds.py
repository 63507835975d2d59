"""Texts and pictures of a notebook that are made to cost much: each is read in no time."""

import ast
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from problem_2_parts import HANDIN_RULES, find_parts
from processor_time import least_cpu_seconds

from gradekit.notebook.cells import Cell, cells_of
from gradekit.notebook.copies import without_label
from gradekit.submission.parts.find import Part
from gradekit.submission.parts.texts import MAX_TEXT_CHARACTERS, clean
from gradekit.submission.pdf.markdown import with_dollars
from gradekit.submission.rules import found_cell

circle: Any = HANDIN_RULES["circle"]
unlike_cell: Any = HANDIN_RULES["unlike_cell"]
claimed_accuracy: Any = HANDIN_RULES["claimed_accuracy"]
plotted_accuracy: Any = HANDIN_RULES["plotted_accuracy"]
SMALL, LARGE = 20_000, 80_000
# Four times the input may take four times as long, and twice that on a busy machine; what grows
# with the square takes sixteen times as long.
MOST_TIMES = 10.0
FLOOR_SECONDS = 0.05  # below that, noise
RUNS = 5

REPEATED = [
    "\n", " ", "#", "_", "-\n", "answer ", "ans\n", "a ", "\t", "`", "```\n", "~~~\n```\n", "$",
    "\\begin{a}\n", "\\end{a}", "\\begin{a}\n\\end{b}\n", "](", "(Epoch 1 / 1) ", "(Epoch ", "1",
    "(Epoch 1 / 1) Training Accuracy: .", "\x1b[", "\x1b[0", "\x1b[1m", "\u3000", "x=1\n", "(",
    "中", "\ud800", "\r", "word ",
]  # fmt: skip
READERS: dict[str, Callable[[str], object]] = {
    "clean": clean,
    "without_label": without_label,
    "with_dollars": with_dollars,
    "circle": circle,
    "unlike_cell": lambda text: unlike_cell(text, text),
    "claimed_accuracy": lambda text: claimed_accuracy(found_cell(trained(text))),
    "sample": lambda text: find_parts(notebook("sample", text)),
    "answer": lambda text: find_parts(notebook("answer", text)),
}


def trained(printed: str) -> Cell:
    """Return a cell of training that printed a text."""
    return Cell("code", "", {}, ({"text": printed},), "")


def notebook(mark: str, text: str) -> dict[str, Any]:
    """Return a notebook in which one cell holds a text as source and as output."""
    printed = {"output_type": "stream", "name": "stdout", "text": text}
    kind = "markdown" if mark == "answer" else "code"
    meta = {"gradekit": {"handin": mark}}
    return {"cells": [{"cell_type": kind, "source": text, "metadata": meta, "outputs": [printed]}]}


def part(found: dict[str, Any], mark: str) -> Part:
    """Return one of a notebook's parts."""
    return next(one for one in find_parts(found) if one.name == mark)


def grows_too_fast(read: Callable[[str], object], small: str, large: str, runs: int = 1) -> bool:
    """Whether a text that is a few times as long takes many times as long to read."""
    least = max(least_cpu_seconds(read, small, runs), FLOOR_SECONDS)
    return least_cpu_seconds(read, large, runs) >= MOST_TIMES * least


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("ending", ["", "x", "!"])
def test_the_time_to_read_a_text_does_not_grow_with_its_square(reader: str, ending: str) -> None:
    """Whatever short text is repeated, four times as much of it takes about four times as long."""
    read = READERS[reader]
    for repeated in REPEATED:
        small, large = (repeated * (size // len(repeated)) + ending for size in (SMALL, LARGE))
        if grows_too_fast(read, small, large):
            assert not grows_too_fast(read, small, large, RUNS), repr(repeated)


def test_a_cell_of_a_million_lines_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a long cell sets is not looked for, and says nothing against its text."""
    monkeypatch.setattr(ast, "parse", lambda _: pytest.fail("parsed"))
    assert unlike_cell("he was", 'first_word = "she"\n' * 1_000_000) == ""


def test_a_cell_with_odd_escapes_is_read_without_a_warning() -> None:
    """A warning of Python's about a student's source is no fault of the kit's."""
    assert "begins with" in unlike_cell("he was", 'first_word = "she"\npath = "\\d"')


def test_what_a_cell_says_is_cut_where_it_is_told() -> None:
    """A first word or a length of any size makes no long line."""
    for source in (f'first_word = "{"w" * 5000}"', f"text_length = {'9' * 4000}"):
        assert 0 < len(unlike_cell("x" * 100_000 + " y", source)) < 200
    assert len(circle("z" * 9000 + " " + ("z" * 9000 + " ") * 9)) < 200


def test_texts_that_are_too_long_are_told_and_cut() -> None:
    """Of a sample and an answer so much is kept as anybody reads, and a line says so."""
    for mark in ("sample", "answer"):
        found = part(notebook(mark, "many words " * 1_000_000), mark)
        assert len(found.text) <= MAX_TEXT_CHARACTERS
        assert len(found.problems) == 1
        assert len(found.problems[0]) < 300


def test_a_text_in_a_million_pieces_is_not_put_together_whole() -> None:
    """Outputs are read up to the bound only."""
    found = notebook("sample", "")
    found["cells"][0]["outputs"] = [
        {"output_type": "stream", "name": "stdout", "text": ["t" * 1000] * 1000}
    ] * 100
    tracemalloc.start()
    find_parts(found)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 50_000_000


def test_many_copies_of_a_cell_cost_no_more_than_a_few() -> None:
    """Only the last copies that hold something are read."""
    asked: list[bytes] = []

    def decode(png: bytes) -> None:
        asked.append(png)

    png = {"output_type": "display_data", "data": {"image/png": "aGVsbG8="}}
    meta = {"gradekit": {"handin": "curves_rnn"}}
    cell = {"cell_type": "code", "source": "", "metadata": meta, "outputs": [png] * 500}
    find_parts({"cells": [cell] * 500}, decode)
    assert len(asked) < 100


@pytest.mark.parametrize(
    "shape", [(1, 1_000_000, 3), (1_000_000, 1, 3), (5_000, 5_000, 3), (4, 60_000, 3)]
)
def test_a_picture_that_is_no_plot_is_given_up_soon(shape: tuple[int, int, int]) -> None:
    """Stripes, and pictures larger than plots are, tell nothing and take little."""
    stripes = np.zeros(shape, np.uint8)
    stripes[:, ::2] = 255
    stripes[::2] = 255
    begun = time.process_time()
    assert plotted_accuracy(stripes) is None
    assert time.process_time() - begun < 2


def test_cells_of_any_size_have_short_messages() -> None:
    """A heading or a name of an error of any length stands in its line cut."""
    found = notebook("curves_rnn", "")
    found["cells"][0]["outputs"] = [{"output_type": "error", "ename": "E" * 100_000}]
    found["cells"].insert(0, {"cell_type": "markdown", "source": "# " + "h" * 100_000})
    assert cells_of(found)
    assert len(part(found, "curves_rnn").problems[0]) < 500
