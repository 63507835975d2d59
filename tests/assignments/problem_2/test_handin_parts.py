"""What is found in a student's notebook, and what is said of what is missing."""

import json
from base64 import b64encode
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageColor
from problem_2_parts import find_parts

from gradekit.errors import SubmissionError
from gradekit.notebook.cells import cells_of, find_notebook, read_notebook, title_of
from gradekit.submission.parts.find import Part, missing
from gradekit.submission.parts.shown_text import unquoted
from gradekit.submission.parts.texts import clean, count_words


def png(colour: str = "red") -> bytes:
    """Return a small PNG with a dot of some colour."""
    image = Image.new("RGB", (8, 5), "white")
    image.putpixel((3, 2), ImageColor.getrgb(colour))
    return saved(image)


def saved(image: Image.Image) -> bytes:
    """Return a picture as a PNG."""
    buffer = BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def code(mark: str, *outputs: dict[str, Any]) -> dict[str, Any]:
    """Return a marked code cell with outputs."""
    meta = {"gradekit": {"handin": mark, "caption": f"The {mark}"}}
    return {"cell_type": "code", "source": "", "metadata": meta, "outputs": list(outputs)}


def text(source: str, **grading: Any) -> dict[str, Any]:
    """Return a Markdown cell, graded by hand where `grading` says so."""
    meta = {"nbgrader": grading} if grading else {}
    return {"cell_type": "markdown", "source": source, "metadata": meta}


def figure(data: bytes) -> dict[str, Any]:
    """Return what a plot leaves behind a cell."""
    return {"output_type": "display_data", "data": {"image/png": b64encode(data).decode()}}


def stream(words: str, name: str = "stdout") -> dict[str, Any]:
    """Return what printing leaves behind a cell."""
    return {"output_type": "stream", "name": name, "text": words}


def value(plain: str, **kinds: Any) -> dict[str, Any]:
    """Return what the value of a cell's last line leaves behind it."""
    return {"output_type": "execute_result", "data": {"text/plain": plain, **kinds}}


def answer(source: str) -> dict[str, Any]:
    """Return the cell of the inline question."""
    return text(source, grade=True, solution=True, grade_id="inline_question")


def notebook(*cells: dict[str, Any]) -> dict[str, Any]:
    """Return a notebook of some cells."""
    return {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def complete() -> dict[str, Any]:
    """Return a notebook with all parts, in another order than they are handed in."""
    return notebook(
        text("# A problem"),
        text("### Train the LSTM (3 points)"),
        code("curves_lstm", figure(png("blue"))),
        code("curves_rnn", figure(png("red"))),
        text("### Let it write"),
        code("sample", stream("she was\n"), stream("a warning", "stderr")),
        text("### Inline question (2 points)"),
        answer("**Answer**\n\nThe LSTM remembers longer."),
    )


def part(found: dict[str, Any], mark: str) -> Part:
    """Return one of a notebook's parts."""
    return next(part for part in find_parts(found) if part.name == mark)


def test_a_complete_notebook_lacks_nothing() -> None:
    """All four parts are found, in the order of the PDF, and no line is given."""
    parts = find_parts(complete())
    assert [part.name for part in parts] == ["curves_rnn", "curves_lstm", "sample", "answer"]
    assert [part.figures for part in parts] == [(png("red"),), (png("blue"),), (), ()]
    assert [part.text for part in parts[2:]] == ["she was", "The LSTM remembers longer."]
    assert parts[2].caption == "The sample"
    assert missing(parts) == []


def test_the_same_notebook_gives_the_same_parts() -> None:
    """Finding the parts twice gives equal parts."""
    assert find_parts(complete()) == find_parts(json.loads(json.dumps(complete())))


@pytest.mark.parametrize(
    ("number", "change", "line"),
    [
        (2, {"outputs": []}, "LSTM: no figure yet. Run the cell under “Train the LSTM”"),
        (
            2,
            {"outputs": [{"output_type": "error", "ename": "NameError", "evalue": "x"}]},
            "LSTM: its cell ended with NameError. Get the cell under “Train the LSTM” to run",
        ),
        (2, {"outputs": [figure(png()[:40])]}, "LSTM: its figure is damaged. Run the cell"),
        (2, {"outputs": [figure(b"no image")]}, "LSTM: its figure is damaged. Run the cell"),
        (2, {"metadata": {}}, "LSTM: its cell is gone. Copy it from the notebook that you"),
        (
            5,
            {"outputs": []},
            "Sampled text: nothing printed yet. Run the cell under “Let it write”",
        ),
        (
            5,
            {"outputs": [stream(" \n")]},
            "Sampled text: its cell ran and printed nothing. Have the text printed by the cell",
        ),
        (
            5,
            {"execution_count": 3, "outputs": []},
            "Sampled text: its cell ran and printed nothing. Have the text printed by the cell",
        ),
        (
            2,
            {"execution_count": 3, "outputs": []},
            "LSTM: its cell ran and drew no figure. Have the curves drawn by the cell under “Train",
        ),
        (
            2,
            {"outputs": [value("<Figure size 1100x400 with 2 Axes>")]},
            "LSTM: its figure is not drawn in the notebook. Put `%matplotlib inline` above it, run",
        ),
        (
            2,
            {"outputs": [value("x", **{"application/vnd.plotly.v1+json": {}})]},
            "its figure is an interactive plotly figure. Install kaleido (`pip install kaleido`)",
        ),
        (
            2,
            {"cell_type": "markdown"},
            "LSTM: its cell was turned into markdown. Turn the cell under “Train the LSTM” back",
        ),
        (7, {"source": "YOUR ANSWER HERE"}, "not written yet. Write it under “Inline question”"),
        (7, {"source": "**Answer**\n\n"}, "not written yet"),
        (7, {"source": "YOUR ANSWER HERE\n\n---\n"}, "not written yet"),
        (7, {"source": "word " * 163}, "163 words are too many. Shorten it by 13 to 150"),
    ],
)
def test_each_missing_part_is_one_line(number: int, change: dict[str, Any], line: str) -> None:
    """Whatever is missing gives one line, which says what to do and to save the notebook."""
    damaged = complete()
    damaged["cells"][number].update(change)
    lines = missing(find_parts(damaged))
    assert len(lines) == 1
    assert line in lines[0]
    assert lines[0].endswith(", then save the notebook.")
    assert "\n" not in lines[0]


BLANK = [
    saved(Image.new("RGB", (300, 200), "white")),
    saved(Image.new("RGB", (300, 200), (251, 250, 252))),
    saved(Image.new("RGBA", (300, 200), (0, 0, 0, 0))),
    saved(Image.new("RGB", (1, 1), "black")),
]
SVG_START = '<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20">'
BLANK_SVGS = [
    "",
    "<g><path d=''/></g>",
    "<rect width='30' height='20' fill='white'/>",
    "<image href='curves.png' width='30' height='20'/>",
    "<foreignObject width='30' height='20'><p>Loss</p></foreignObject>",
    "<script>draw()</script>",
]


@pytest.mark.parametrize("image", BLANK)
def test_a_blank_figure_is_none(image: bytes) -> None:
    """A figure of one colour throughout is told, and running its cell is not asked for."""
    blank = complete()
    blank["cells"][2]["outputs"] = [figure(image)]
    (line,) = missing(find_parts(blank))
    assert "LSTM: its figure is blank. Have the curves drawn by the cell under" in line


@pytest.mark.parametrize("inside", BLANK_SVGS)
def test_an_svg_that_shows_nothing_is_none(inside: str) -> None:
    """An empty SVG, or one whose picture is elsewhere, is told with the line that makes a PNG."""
    blank = complete()
    svg = {"output_type": "display_data", "data": {"image/svg+xml": f"{SVG_START}{inside}</svg>"}}
    blank["cells"][2]["outputs"] = [svg]
    (line,) = missing(find_parts(blank))
    assert "LSTM: its figure is an SVG that shows nothing here. Show it as a PNG" in line


def test_an_svg_that_cannot_be_drawn_is_not_run_again() -> None:
    """Running the cell again gives the same SVG: another kind of image is asked for."""
    broken = complete()
    svg = {"output_type": "display_data", "data": {"image/svg+xml": f"{SVG_START}<g>"}}
    broken["cells"][2]["outputs"] = [svg]
    (line,) = missing(find_parts(broken))
    assert "LSTM: its figure is an SVG that cannot be drawn. Show it as a PNG" in line


def test_a_blank_figure_beside_a_true_one_is_left_out() -> None:
    """An empty figure that was opened by mistake does not go into the PDF."""
    both = complete()
    both["cells"][2]["outputs"] = [figure(BLANK[0]), figure(png("blue"))]
    assert part(both, "curves_lstm").figures == (png("blue"),)
    assert missing(find_parts(both)) == []


@pytest.mark.parametrize(
    "shown",
    [
        "[<matplotlib.lines.Line2D at 0x7f>]",
        "<seaborn.axisgrid.FacetGrid at 0x7f>",
        f"(array([{'1.5, ' * 30}]), <BarContainer object of 30 artists>)",
        "<Axes: title={'center': 'Loss'}>",
        "<module 'matplotlib.pyplot' from 'pyplot.py'>",
    ],
)
def test_a_plot_that_no_backend_drew_is_named(shown: str) -> None:
    """Matplotlib's objects without a picture mean that figures go elsewhere."""
    undrawn = complete()
    undrawn["cells"][2]["outputs"] = [value(shown)]
    (line,) = missing(find_parts(undrawn))
    assert "its figure is not drawn in the notebook. Put `%matplotlib inline` above it" in line


def test_150_words_are_not_too_many() -> None:
    """The limit itself is allowed, and a longer answer is kept although there is a line."""
    assert missing([part(notebook(answer("word " * 150)), "answer")]) == []
    assert part(notebook(answer("word " * 151)), "answer").text.startswith("word word")


@pytest.mark.parametrize(
    ("markdown", "words"),
    [("", 0), ("one two", 2), ("- one\n- don't — stop", 3), ("$T = 50$ is long", 4), ("äöü 中", 2)],
)
def test_words_are_pieces_with_a_letter_or_digit(markdown: str, words: int) -> None:
    """Words are counted as the docstring says."""
    assert count_words(markdown) == words


def test_the_stub_goes_where_an_answer_stands_next_to_it() -> None:
    """An answer below the stub counts, without the stub and without the cell's label."""
    found = part(notebook(answer("**Ans:**\n\nYOUR ANSWER HERE\n\nIt learns.")), "answer")
    assert found.text == "It learns."


def test_the_last_copy_of_a_cell_with_something_in_it_counts() -> None:
    """A copied cell keeps its mark; empty copies do not count, whatever their place."""
    red, blue = code("curves_rnn", figure(png("red"))), code("curves_rnn", figure(png("blue")))
    found = part(notebook(red, blue, code("curves_rnn")), "curves_rnn")
    assert found.figures == (png("blue"),)


def test_all_figures_of_a_cell_are_taken() -> None:
    """A cell that plots twice has two figures."""
    cell = code("curves_rnn", figure(png("red")), figure(png("blue")))
    assert part(notebook(cell), "curves_rnn").figures == (png("red"), png("blue"))


def test_a_student_is_told_of_figures_that_are_not_looked_at() -> None:
    """Six figures of a cell are; with more, one line says so, and nobody is kept."""
    six = [figure(png("red"))] * 6
    assert part(notebook(code("curves_rnn", *six)), "curves_rnn").advice == ()
    found = part(notebook(code("curves_rnn", *six, *six)), "curves_rnn")
    (line,) = found.advice
    assert "its cell shows 12 figures, and the PDF has the first 6." in line
    assert found.problems == found.notes == ()


def test_a_sample_that_is_shown_instead_of_printed_counts() -> None:
    """The value of a cell's last line stands for the text where nothing was printed."""
    shown = {"output_type": "execute_result", "data": {"text/plain": ["'she ", "was'"]}}
    assert part(notebook(code("sample", shown)), "sample").text == "she was"


@pytest.mark.parametrize(
    "text",
    ["she was", "it's", 'he said "no"', "one\ntwo", "“curly” – é 中", "\\n", "'", "a\x1b", "\x7f"],
)
def test_a_string_that_is_shown_is_read_as_python_writes_it(text: str) -> None:
    """Quotes and escapes of a string that a cell returned are none of its text."""
    assert unquoted(repr(text)) == text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("('she was'\n ' tired')", "she was tired"),
        ("['she', 'was']", "she was"),
        ("('she', 'was')", "she was"),
    ],
)
def test_strings_in_pieces_are_one(text: str, words: str) -> None:
    """What `pprint` makes of a long string, and a list of words, are the text itself."""
    assert unquoted(text) == words


@pytest.mark.parametrize("text", ["'a' + 'b'", "'a", "a'", "'a\n'", "", "'", "[1]", "[]", "she"])
def test_other_values_stay_as_they_are(text: str) -> None:
    """What is no one string is no string."""
    assert unquoted(text) == text


def test_a_sample_shown_as_markdown_counts() -> None:
    """A text that is displayed as Markdown is not the name of an object."""
    shown = value("<IPython.core.display.Markdown object>", **{"text/markdown": "she was"})
    assert part(notebook(code("sample", shown)), "sample").text == "she was"


@pytest.mark.parametrize(
    ("outputs", "text"),
    [
        ([stream("the text:\n"), value("'she was'")], "the text:\nshe was"),
        ([stream("she was\n"), value("7")], "she was"),
        ([stream("she was\n"), value("<Axes: >")], "she was"),
        ([value("<HTML object>", **{"text/html": "<p>she <b>was</b></p>"})], "she was"),
        ([value("x", **{"text/html": "<style>p{}</style>she<br>was &amp; is"})], "she\nwas & is"),
        ([stream("1/2\r2/2\r"), stream("she was\n")], "she was"),
        ([stream("she "), stream("was "), stream("a bar", "stderr")], "she was "),
        ([value("['she', 'was']")], "['she', 'was']"),
    ],
)
def test_a_sample_is_what_its_cell_shows(outputs: list[dict[str, Any]], text: str) -> None:
    """Printed lines, strings and pages of HTML are one text; other values are none of it."""
    assert part(notebook(code("sample", *outputs)), "sample").text == text


@pytest.mark.parametrize("outputs", [[value("<IPython.core.display.Latex object>")], [value("")]])
def test_the_name_of_an_object_is_no_sample(outputs: list[dict[str, Any]]) -> None:
    """What only says which object a value is shows no text."""
    (line,) = part(notebook(code("sample", *outputs)), "sample").problems
    assert "its cell ran and printed nothing. Have the text printed by the cell" in line


def test_a_sample_among_warnings_is_named() -> None:
    """A text on stderr is not printed for the hand-in, which is told as it is."""
    (line,) = part(notebook(code("sample", stream("she was", "stderr"))), "sample").problems
    assert "its cell ran and printed only to stderr. Have the text printed by the cell" in line


def test_texts_are_clean() -> None:
    """Colours of a terminal, control characters and halves of characters do not get through."""
    assert clean("\x1b[31mred\x1b[0m\x00\r\nx\ty\ud800") == "red\nx   y?"


KEYS = ["cell_type", "source", "metadata", "outputs", "nbgrader", "gradekit", "handin", "data"]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from(["markdown", "code"]),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(KEYS), inner),
    max_leaves=15,
)


@pytest.mark.slow
@given(st.lists(st.dictionaries(st.sampled_from(KEYS), VALUES)))
def test_any_json_has_parts(cells: list[Any]) -> None:
    """However strange a notebook's cells are, parts are found or missing, and nothing is raised."""
    assert len(find_parts({"cells": cells})) == 4


def test_headings_in_code_are_none() -> None:
    """Lines with a hash in a code block are no headings, and points are no part of a title."""
    cells = cells_of(notebook(text("## Real (4 points)\n```\n# comment\n```"), code("sample")))
    assert cells[1].heading == "Real"
    assert title_of(notebook(), "otherwise") == "otherwise"


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"{", "it ends in the middle, in line 1"),
        (b"\xff\xfe", "it ends in the middle, in line 1"),
        (b"[" * 100_000, "it is nested too deeply"),
        (b"[]", "it has no list of cells"),
        (b'{"cells": 3}', "it has no list of cells"),
    ],
)
def test_a_damaged_notebook_is_one_line(tmp_path: Path, content: bytes, line: str) -> None:
    """A file that is no notebook raises a SubmissionError that names it."""
    path = tmp_path / "problem_2.ipynb"
    path.write_bytes(content)
    with pytest.raises(SubmissionError, match=rf"^problem_2.ipynb is damaged: {line}") as caught:
        read_notebook(path)
    assert "\n" not in str(caught.value)


def test_the_notebook_with_checks_is_the_hand_in(tmp_path: Path) -> None:
    """Notebooks of the student's own do not matter; none, or two with checks, are an error."""
    with pytest.raises(SubmissionError, match="no notebook in"):
        find_notebook(tmp_path)
    (tmp_path / "Untitled.ipynb").write_text(json.dumps(notebook()))
    assert find_notebook(tmp_path).name == "Untitled.ipynb"
    (tmp_path / "problem_2.ipynb").write_text(json.dumps(complete()))
    assert find_notebook(tmp_path).name == "problem_2.ipynb"
    (tmp_path / "copy.ipynb").write_text(json.dumps(complete()))
    with pytest.raises(
        SubmissionError, match=r"which notebook is the hand-in\? copy.ipynb, problem_2"
    ):
        find_notebook(tmp_path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("don't stop - T=50", 3),
        ("循环神经网络。", 6),
        ("日本語のカナ", 6),
        ("the RNN 忘记 words", 5),
        ("한국어 단어", 2),
        ("<b>two</b> words<br>", 2),
        ("![a picture](attachment:some%20name.png)", 2),
    ],
)
def test_words_are_counted_as_word_processors_do(text: str, words: int) -> None:
    """Chinese and Japanese characters are a word each; markup is none."""
    assert count_words(text) == words
