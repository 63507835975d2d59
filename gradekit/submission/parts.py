"""Finds the parts of a hand-in in a notebook: the curves, the sampled text, the answer.

A part's cell carries a mark, `metadata.gradekit.handin`; where a cell was copied with its mark, the
last one with something in it counts.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from typing import Any

from gradekit import bounds
from gradekit.notebook.cells import Cell, cells_of, text_of
from gradekit.notebook.copies import STUB, is_written, last_filled, without_label
from gradekit.submission.claims import against_training
from gradekit.submission.embedded import without_pictures
from gradekit.submission.figures import AS_PNG, INLINE, figure_of
from gradekit.submission.images import Decode, decode_image, is_blank, is_svg
from gradekit.submission.sampled import circle, unlike_cell
from gradekit.submission.shown_text import shown_text, wrote_to_stderr

MAX_WORDS = 150
# Of a cell and of a notebook that much is looked at, whatever else is in them.
MAX_FIGURES = 6
MAX_COPIES = 4
MAX_TEXT_CHARACTERS = bounds.TEXT_CHARACTERS
MAX_TOLD_CHARACTERS = 80
RELEASED = "the notebook that you were given"

# In the order of the PDF: mark, section, title.
MARKS = (
    ("curves_rnn", "Training curves", "Training curves of the vanilla RNN"),
    ("curves_lstm", "Training curves", "Training curves of the LSTM"),
    ("sample", "Sampled text", "Sampled text"),
    ("answer", "Answer to the inline question", "Answer to the inline question"),
)

_CONTROLS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# How a plot is written that no backend has drawn.
_UNDRAWN = ("<Figure size", "<Axes", "matplotlib.")
_TOO_LONG = f"has more than {MAX_TEXT_CHARACTERS:,} characters"
# Han, Hiragana, Katakana and Bopomofo.
_CJK = re.compile(
    "[\u3005-\u3007\u3040-\u30ff\u3100-\u312f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_TARGET = re.compile(r"\]\([^\])\s]*\)")


@dataclass(frozen=True)
class Part:
    """One part of a hand-in: figures or a text, and a line for each thing that is wrong with it.

    A line is two sentences: what is wrong, and what the student should do. `notes` are such lines
    about what may be wrong: they keep nobody from handing in. `pictures` are those that were pasted
    into the text or written into it, by name.
    """

    mark: str
    section: str
    title: str
    caption: str = ""
    figures: tuple[bytes, ...] = ()
    text: str = ""
    pictures: tuple[tuple[str, bytes], ...] = ()
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def find_parts(notebook: Mapping[str, Any], decode: Decode = decode_image) -> tuple[Part, ...]:
    """Return the parts of a hand-in in the order in which they are handed in, missing ones as well.

    Figures are images (PNG, JPEG, WebP, GIF, SVG) as the notebook holds them; what `decode` gives
    nothing for is damaged. The same notebook gives the same parts.
    """
    cells = cells_of(notebook)
    return tuple(_part(cells, decode, *spec) for spec in MARKS)


def figures_of(notebook: Mapping[str, Any]) -> list[bytes]:
    """Return all images, as the notebook holds them, that `find_parts` may want to decode."""
    cells = cells_of(notebook)
    marks = [mark for mark, *_ in MARKS if mark.startswith("curves")]
    found = (_copies(cells, mark) for mark in marks)
    return [image for copies in found for cell in copies for image in _images(cell)]


def missing(parts: Iterable[Part]) -> list[str]:
    """Return one line for each thing that is wrong, which says what to do about it."""
    return [problem for part in parts for problem in part.problems]


def notes_on(parts: Iterable[Part]) -> list[str]:
    """Return one line for each thing that may be wrong, and keeps nobody from handing in."""
    return [note for part in parts for note in part.notes]


def doubts(part: Part) -> list[str]:
    """Return what is or may be wrong with a part that is there, as one sentence each, for staff."""
    there = part.figures or part.text
    lines = (*part.problems, *part.notes) if there else ()
    return [line.partition(". ")[0] for line in lines]


def count_words(markdown: str) -> int:
    """Return how many words a text has: pieces between whitespace that hold a letter or a digit.

    So a dash or a bullet is no word, `don't` and `T=50` are one each, and a formula counts as many
    as it has pieces between whitespace. Chinese and Japanese have no spaces: there each character
    counts as a word, as word processors count it. HTML tags and addresses of pictures count for
    nothing.
    """
    text, characters = _CJK.subn(" ", without_markup(markdown))
    return characters + sum(any(map(str.isalnum, piece)) for piece in text.split())


def without_markup(markdown: str) -> str:
    """Return a text without the tags of HTML and the addresses of pictures and links."""
    return _TAG.sub(" ", _TARGET.sub("]", markdown))


def clean(text: str) -> str:
    """Return a text without terminal colours, control characters and halves of characters."""
    text = text.replace("\r\n", "\n").expandtabs(4)
    return _CONTROLS.sub("", text).encode("utf-8", "replace").decode("utf-8")


def _part(cells: list[Cell], decode: Decode, mark: str, section: str, title: str) -> Part:
    found = _copies(cells, mark)
    if not found:
        return _lost(Part(mark, section, title), [cell for cell in cells if cell.mark == mark])

    @cache
    def filled(place: int) -> Part:
        blank = Part(mark, section, title, _short(found[place].caption, 300))
        return _fill(found[place], blank, decode)

    place = last_filled(len(found), lambda place: filled(place).figures or filled(place).text)
    part, cell = filled(place), found[place]
    if part.figures and not part.problems:
        again = f"If it is not of the last run, run the cell {_under(cell)} again, then save."
        return _doubted(part, against_training(cells, cell, decode(part.figures[0])), again)
    return part


def _lost(part: Part, turned: list[Cell]) -> Part:
    if not turned:
        return _wrong(part, "its cell is gone", f"Copy it from {RELEASED}")
    what = f"its cell was turned into {_short(turned[-1].kind) or 'one of no kind'}"
    return _wrong(part, what, f"Turn the cell {_under(turned[-1])} back into a code cell, run it")


def _copies(cells: list[Cell], mark: str) -> list[Cell]:
    """Return the copies of a cell that are looked at: where some have run, the last that have."""
    found = [cell for cell in cells if _is_for(cell, mark)]
    ran = [cell for cell in found if cell.outputs]
    return found if mark == "answer" else ran[-MAX_COPIES:] or found[-1:]


def _fill(cell: Cell, part: Part, decode: Decode) -> Part:
    match part.mark:
        case "sample":
            return _sample(cell, part)
        case "answer":
            return _answer(cell, part)
        case _:
            return _curves(cell, part, decode)


def _is_for(cell: Cell, mark: str) -> bool:
    if mark == "answer" and cell.kind == "markdown":
        return cell.mark == mark or bool(cell.grading.get("grade") and cell.grading.get("solution"))
    return cell.mark == mark and cell.kind == "code"


def _curves(cell: Cell, part: Part, decode: Decode) -> Part:
    decoded = [(image, decode(image)) for image in _images(cell)]
    drawn = [(image, pixels) for image, pixels in decoded if pixels is not None]
    figures = tuple(image for image, pixels in drawn if not is_blank(pixels))
    if figures:
        return replace(part, figures=figures)
    return _no_figure(cell, part, [image for image, _ in decoded], blank=bool(drawn))


def _no_figure(cell: Cell, part: Part, images: list[bytes], blank: bool) -> Part:
    """Return the curves with what their cell shows instead: blank or damaged images, or none."""
    again = f"run the cell {_under(cell)} again"
    found = [figure for figure in map(figure_of, _data(cell)) if figure]
    other = next((figure for figure in found if figure.remedy), None)
    if other:
        return _wrong(part, f"its figure is {other.what}", f"{other.remedy}, {again}")
    if any(map(is_svg, images)):
        what = "shows nothing here" if blank else "cannot be drawn"
        return _wrong(part, f"its figure is an SVG that {what}", f"{AS_PNG}, {again}")
    if blank:
        return _empty(part, cell, "its figure is blank", "Have the curves drawn by")
    if found:
        return _empty(part, cell, "its figure is damaged")
    shown = (text_of(data.get("text/plain"))[:99] for data in _data(cell))
    if any(word in text for text in shown for word in _UNDRAWN):
        return _wrong(part, "its figure is not drawn in the notebook", f"{INLINE}, {again}")
    if _has_run(cell):
        return _empty(part, cell, "its cell ran and drew no figure", "Have the curves drawn by")
    return _empty(part, cell, "no figure yet")


def _images(cell: Cell) -> list[bytes]:
    found = (figure_of(data) for data in _data(cell))
    images = (figure.image for figure in found if figure and figure.image)
    return list(islice(images, MAX_FIGURES))


def _sample(cell: Cell, part: Part) -> Part:
    text = clean(shown_text(cell)).strip("\n")
    if not text.strip() and _has_run(cell):
        where = "only to stderr" if wrote_to_stderr(cell) else "nothing"
        return _empty(part, cell, f"its cell ran and printed {where}", "Have the text printed by")
    if not text.strip():
        return _empty(part, cell, "nothing printed yet")
    part, again = replace(part, text=text[:MAX_TEXT_CHARACTERS]), circle(text)
    if len(text) > MAX_TEXT_CHARACTERS:
        return _wrong(part, _TOO_LONG, f"Print less of it {_under(cell)}")
    if again:
        remedy = f"Train longer, or change the settings {_under(cell)} and run it again"
        return _wrong(part, f"repeats “{again}” over and over", remedy)
    changed = f"If you changed the cell {_under(cell)} after it ran, run it again, then save."
    return _doubted(part, unlike_cell(text, cell.source), changed)


def _has_run(cell: Cell) -> bool:
    return bool(cell.ran or cell.outputs)


def _answer(cell: Cell, part: Part) -> Part:
    bare, embedded = without_pictures(cell.source, MAX_FIGURES)
    source = clean(bare[: 2 * MAX_TEXT_CHARACTERS])
    text = without_label(source.replace(STUB, "")).strip()
    if not is_written(text, STUB):
        return _wrong(part, "not written yet", f"Write it {_under(cell)}, in place of {STUB}")
    words = count_words(text)
    part = replace(part, text=text[:MAX_TEXT_CHARACTERS], pictures=embedded + _attached(cell))
    if words <= MAX_WORDS:
        return part
    shorter = f"Shorten it by {words - MAX_WORDS} to {MAX_WORDS}"
    return _wrong(part, f"{words} words are too many", shorter)


def _attached(cell: Cell) -> tuple[tuple[str, bytes], ...]:
    """Return the pictures that were pasted into a cell, by name."""
    named = list(cell.attachments.items())[:MAX_FIGURES]
    found = ((name, figure_of(data)) for name, data in named if isinstance(data, Mapping))
    return tuple((name, figure.image) for name, figure in found if figure and figure.image)


def _wrong(part: Part, what: str, remedy: str) -> Part:
    return replace(part, problems=(f"{part.title}: {what}. {remedy}, then save the notebook.",))


def _doubted(part: Part, doubt: str, remedy: str) -> Part:
    """Return a part with a note, if there is a doubt: what is read from it can be misread."""
    return replace(part, notes=(f"{part.title}: {doubt}. {remedy}",)) if doubt else part


def _empty(part: Part, cell: Cell, what: str, remedy: str = "Run") -> Part:
    errors = [output for output in cell.outputs if output.get("output_type") == "error"]
    if errors:
        name = _short(text_of(errors[-1].get("ename")))
        return _wrong(part, f"its cell ended with {name}", f"Get the cell {_under(cell)} to run")
    return _wrong(part, what, f"{remedy} the cell {_under(cell)}")


def _under(cell: Cell) -> str:
    heading = _short(cell.heading)
    return f"under “{heading}”" if heading else f"marked “{_short(cell.mark)}”"


def _data(cell: Cell) -> Iterable[Mapping[str, Any]]:
    for output in cell.outputs:
        data = output.get("data")
        if isinstance(data, Mapping):
            yield data


def _short(text: str, most: int = MAX_TOLD_CHARACTERS) -> str:
    text = clean(text[: 2 * most])
    return text if len(text) <= most else f"{text[:most]}…"
