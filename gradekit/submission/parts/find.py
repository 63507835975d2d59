"""Finds the parts of a hand-in in a notebook, each by its kind: figures, texts, answers, files.

Which there are, an assignment declares (`assignment.parts`). Where a part's cell was copied, the
last copy with something in it counts.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import islice
from typing import Any

import numpy as np

from gradekit.assignment.facts import read_facts
from gradekit.assignment.parts import PartSpec
from gradekit.notebook.cells import CODE_STUBS, Cell, cells_of, text_of
from gradekit.notebook.copies import (
    ANSWER_STUB,
    is_written,
    last_filled,
    without_given,
    without_label,
)
from gradekit.submission.parts.embedded import without_pictures
from gradekit.submission.parts.figures import AS_PNG, INLINE, figure_of
from gradekit.submission.parts.images import Decode, decode_image, is_blank, is_svg
from gradekit.submission.parts.shown_text import shown_text, wrote_to_stderr
from gradekit.submission.parts.texts import MAX_TEXT_CHARACTERS, clean, count_words, short
from gradekit.submission.rules import (
    Advice,
    Doubt,
    Found,
    FoundCell,
    Problem,
    RuleFailed,
    RuleSet,
    apply_rules,
    found_cell,
)

# Of a cell and of a notebook that much is looked at, whatever else is in them.
MAX_FIGURES = 6
MAX_COPIES = 4
MAX_PREVIEW_LINES, MAX_PREVIEW_CHARACTERS = 30, 3000  # of a file, in the PDF
DIGEST = "SHA-256"
RELEASED = "the notebook that you were given"

# How a plot is written that no backend has drawn.
_UNDRAWN = ("<Figure size", "<Axes", "matplotlib.", "<seaborn.", "Container object of ")
MOST_OF_UNDRAWN = 2000  # characters of a value that are looked through for that
_TOO_LONG = f"has more than {MAX_TEXT_CHARACTERS:,} characters"

ReadFile = Callable[[str], "bytes | None"]


@dataclass(frozen=True)
class Part:
    """One part of a hand-in: figures or a text, and a line for each thing that is wrong with it.

    A line is two sentences: what is wrong, and what the student should do. `notes` are such lines
    about what may be wrong: they keep nobody from handing in; `advice` is for the student alone,
    and `failed` tells of the assignment's own rules that failed, for staff. `pictures` are those
    that were pasted into the text or written into it, by name. `is_code` says that the text is a
    cell's code.
    """

    spec: PartSpec
    title: str
    caption: str = ""
    figures: tuple[bytes, ...] = ()
    text: str = ""
    pictures: tuple[tuple[str, bytes], ...] = ()
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    is_code: bool = False

    @property
    def name(self) -> str:
        """What reports call the part."""
        return self.spec.name

    @property
    def section(self) -> str:
        """The heading that it stands under in the PDF."""
        return self.spec.section or self.title

    @property
    def is_there(self) -> bool:
        """Whether there is anything of it."""
        return bool(self.figures or self.text)


def find_parts(
    notebook: Mapping[str, Any],
    specs: Sequence[PartSpec],
    decode: Decode = decode_image,
    rules: RuleSet = {},  # noqa: B006
    read: ReadFile = lambda _: None,
) -> tuple[Part, ...]:
    """Return the parts of a hand-in in the order in which they are declared, missing ones as well.

    Figures are images (PNG, JPEG, WebP, GIF, SVG) as the notebook holds them; what `decode` gives
    nothing for is damaged. `rules` are the assignment's own; `read` gives the bytes of a file that
    is handed in, None where it is not there. The same hand-in gives the same parts.
    """
    given = read_facts(notebook).answers
    finder = _Finder(cells_of(notebook), decode, rules, read, given)
    return tuple(map(finder.part, specs))


def figures_of(notebook: Mapping[str, Any], specs: Iterable[PartSpec]) -> list[bytes]:
    """Return all images, as the notebook holds them, that `find_parts` may want to decode."""
    cells = cells_of(notebook)
    found = (_copies(cells, spec) for spec in specs if spec.kind == "figure")
    return [image for copies in found for cell in copies for image in _images(cell)]


def missing(parts: Iterable[Part]) -> list[str]:
    """Return one line for each thing that is wrong, which says what to do about it."""
    return [problem for part in parts for problem in part.problems]


def notes_on(parts: Iterable[Part]) -> list[str]:
    """Return one line for each thing that may be wrong, and keeps nobody from handing in."""
    return [note for part in parts for note in part.notes]


def advice_on(parts: Iterable[Part]) -> list[str]:
    """Return the lines that the assignment's own rules have for the student alone."""
    return [line for part in parts for line in part.advice]


def doubts(part: Part) -> list[str]:
    """Return what is or may be wrong with a part that is there, as one sentence each, for staff."""
    lines = (*part.problems, *part.notes) if part.is_there else ()
    return [line.partition(". ")[0] for line in lines]


@dataclass(frozen=True)
class _Finder:
    """Finds one part after another of a hand-in."""

    cells: list[Cell]
    decode: Decode
    rules: RuleSet
    read: ReadFile
    given: Mapping[str, str]  # texts of answers' cells, by name
    _none: Cell = field(default_factory=lambda: Cell("", "", {}, (), ""))

    def part(self, spec: PartSpec) -> Part:
        """Return a part, with what is wrong with it."""
        if spec.kind == "file":
            return self._held_against_rules(_file(spec, self.read(spec.path)), self._none)
        found = _copies(self.cells, spec)
        if not found:
            turned = [cell for cell in self.cells if spec.is_cell(cell)]
            lost = _lost(Part(spec, short(spec.title or spec.name)), turned)
            return self._held_against_rules(lost, self._none)

        @cache
        def filled(place: int) -> Part:
            cell = found[place]
            title = short(spec.title or cell.heading or spec.name)
            part = Part(spec, title, short(cell.caption, 300))
            return _fill(cell, part, self.decode, self.given.get(cell.name, ANSWER_STUB))

        place = last_filled(len(found), lambda place: filled(place).is_there)
        return self._held_against_rules(filled(place), found[place])

    def _held_against_rules(self, part: Part, cell: Cell) -> Part:
        """Return a part with what the assignment's own rules say; of doubts the first counts."""
        before = next((c for c in reversed(self.cells) if part.spec.is_before(c)), None)
        can_be_wrong = part.is_there and not part.problems
        if part.spec.rules and self.rules:
            after = found_cell(before) if before else None
            for said in apply_rules(self.rules, part.spec.rules, self._found(part, cell, after)):
                if isinstance(said, RuleFailed):
                    part = replace(part, failed=(*part.failed, said.what))
                elif isinstance(said, Advice):
                    part = replace(part, advice=(*part.advice, said.line))
                elif can_be_wrong and isinstance(said, Problem):
                    remedy = said.remedy.replace("{cell}", _under(cell, part.spec))
                    part = _wrong(part, said.what, remedy)
                elif can_be_wrong and isinstance(said, Doubt):
                    part = _doubted(part, cell, said.what, said.remedy)
        if before and can_be_wrong and cell.ran and before.ran and cell.ran < before.ran:
            part = _doubted(
                part, cell, f"older than the run of the cell {_under(before, part.spec)}"
            )
        return part

    def _found(self, part: Part, cell: Cell, after: FoundCell | None) -> Found:
        figures = [] if part.problems else [self.decode(image) for image in part.figures]
        drawn = tuple(_read_only(figure) for figure in figures if figure is not None)
        return Found(part.name, part.title, part.text, drawn, found_cell(cell), after)


def _read_only(pixels: np.ndarray) -> np.ndarray:
    """Return a picture that a rule cannot change: the same is compared with the PDF."""
    view = pixels.view()
    view.flags.writeable = False
    return view


def _lost(part: Part, turned: list[Cell]) -> Part:
    if not turned:
        return _wrong(part, "its cell is gone", f"Copy it from {RELEASED}")
    what = f"its cell was turned into {short(turned[-1].kind) or 'one of no kind'}"
    kind = "Markdown cell" if part.spec.kind == "answer" else "code cell, run it"
    return _wrong(part, what, f"Turn the cell {_under(turned[-1], part.spec)} back into a {kind}")


def _copies(cells: list[Cell], spec: PartSpec) -> list[Cell]:
    """Return the copies of a cell that are looked at: where some have run, the last that have."""
    kinds = ("markdown", "code") if spec.kind == "answer" else ("code",)
    found = [cell for cell in cells if cell.kind in kinds and spec.is_cell(cell)]
    ran = [cell for cell in found if cell.outputs]
    return found if spec.kind == "answer" else ran[-MAX_COPIES:] or found[-1:]


def _fill(cell: Cell, part: Part, decode: Decode, given: str) -> Part:
    match part.spec.kind:
        case "printed":
            return _printed(cell, part)
        case "answer":
            return _answer(cell, part, given)
        case _:
            return _drawn(cell, part, decode)


def _drawn(cell: Cell, part: Part, decode: Decode) -> Part:
    decoded = [(image, decode(image)) for image in _images(cell)]
    drawn = [(image, pixels) for image, pixels in decoded if pixels is not None]
    figures = tuple(image for image, pixels in drawn if not is_blank(pixels))
    if figures:
        return replace(part, figures=figures, advice=_more_figures(cell, part))
    return _no_figure(cell, part, [image for image, _ in decoded], blank=bool(drawn))


def _no_figure(cell: Cell, part: Part, images: list[bytes], blank: bool) -> Part:
    """Return a figure with what its cell shows instead: blank or damaged images, or none."""
    again = f"run the cell {_under(cell, part.spec)} again"
    have_drawn = f"Have {part.spec.called or 'the figure'} drawn by"
    found = [figure for figure in map(figure_of, _data(cell)) if figure]
    other = next((figure for figure in found if figure.remedy), None)
    if other:
        return _wrong(part, f"its figure is {other.what}", f"{other.remedy}, {again}")
    if any(map(is_svg, images)):
        what = "shows nothing here" if blank else "cannot be drawn"
        return _wrong(part, f"its figure is an SVG that {what}", f"{AS_PNG}, {again}")
    if blank:
        return _empty(part, cell, "its figure is blank", have_drawn)
    if found:
        return _empty(part, cell, "its figure is damaged")
    shown = (text_of(data.get("text/plain"))[:MOST_OF_UNDRAWN] for data in _data(cell))
    if any(word in text for text in shown for word in _UNDRAWN):
        return _wrong(part, "its figure is not drawn in the notebook", f"{INLINE}, {again}")
    if _has_run(cell):
        return _empty(part, cell, "its cell ran and drew no figure", have_drawn)
    return _empty(part, cell, "no figure yet")


def _images(cell: Cell) -> list[bytes]:
    found = (figure_of(data) for data in _data(cell))
    images = (figure.image for figure in found if figure and figure.image)
    return list(islice(images, MAX_FIGURES))


def _more_figures(cell: Cell, part: Part) -> tuple[str, ...]:
    """Tell the student of figures that are not looked at."""
    count = sum(1 for figure in map(figure_of, _data(cell)) if figure and figure.image)
    if count <= MAX_FIGURES:
        return ()
    what = f"its cell shows {count} figures, and the PDF has the first {MAX_FIGURES}"
    return (f"{part.title}: {what}. Draw those that count first, or as subplots of one figure.",)


def _printed(cell: Cell, part: Part) -> Part:
    text = clean(shown_text(cell)).strip("\n")
    if not text.strip() and _has_run(cell):
        where = "only to stderr" if wrote_to_stderr(cell) else "nothing"
        return _empty(part, cell, f"its cell ran and printed {where}", "Have the text printed by")
    if not text.strip():
        return _empty(part, cell, "nothing printed yet")
    part = replace(part, text=text[:MAX_TEXT_CHARACTERS])
    if len(text) > MAX_TEXT_CHARACTERS:
        return _wrong(part, _TOO_LONG, f"Print less of it {_under(cell, part.spec)}")
    return part


def _has_run(cell: Cell) -> bool:
    return bool(cell.ran or cell.outputs)


def _answer(cell: Cell, part: Part, given: str) -> Part:
    if cell.kind == "code":
        return _code(cell, part)
    bare, embedded = without_pictures(cell.source, MAX_FIGURES)
    source = clean(bare[: 2 * MAX_TEXT_CHARACTERS])
    text = without_label(source.replace(ANSWER_STUB, "")).strip()
    if not is_written(source, given) or not is_written(text, ANSWER_STUB):
        return _unwritten(part, cell, ANSWER_STUB)
    words, most = count_words(without_label(without_given(source, given))), part.spec.max_words
    part = replace(part, text=text[:MAX_TEXT_CHARACTERS], pictures=embedded + _attached(cell))
    if most and words > most:
        shorter = f"Shorten it by {words - most} to {most}"
        return _wrong(part, f"{words} words are too many", shorter)
    if len(text) > MAX_TEXT_CHARACTERS:
        return _wrong(part, _TOO_LONG, "Shorten it")
    return part


def _code(cell: Cell, part: Part) -> Part:
    text = clean(cell.source[: 2 * MAX_TEXT_CHARACTERS])
    own = text
    for stub in CODE_STUBS:
        own = own.replace(stub, "", 1)
    if not own.strip():
        return _unwritten(part, cell, CODE_STUBS[0])
    return replace(part, text=text.strip("\n")[:MAX_TEXT_CHARACTERS], is_code=True)


def _unwritten(part: Part, cell: Cell, stub: str) -> Part:
    return _wrong(
        part, "not written yet", f"Write it {_under(cell, part.spec)}, in place of {stub}"
    )


def _attached(cell: Cell) -> tuple[tuple[str, bytes], ...]:
    """Return the pictures that were pasted into a cell, by name."""
    named = list(cell.attachments.items())[:MAX_FIGURES]
    found = ((name, figure_of(data)) for name, data in named if isinstance(data, Mapping))
    return tuple((name, figure.image) for name, figure in found if figure and figure.image)


def _file(spec: PartSpec, data: bytes | None) -> Part:
    """Return a file as a part: its name, size and digest, and the beginning of a text."""
    part = Part(spec, short(spec.title or spec.path))
    if data is None:
        return _wrong(part, f"there is no file {spec.path}", "Have it written")
    if not data:
        return _wrong(part, f"the file {spec.path} is empty", "Have it written anew")
    digest = hashlib.sha256(data).hexdigest()
    lines = [f"{spec.path}: {len(data):,} bytes", f"{DIGEST} {digest}", *_preview(data)]
    return replace(part, text="\n".join(lines))


def _preview(data: bytes) -> list[str]:
    try:
        text = data[:MAX_PREVIEW_CHARACTERS].decode("utf-8", "strict")
    except UnicodeDecodeError as error:
        if error.start < MAX_PREVIEW_CHARACTERS - 4 or error.reason != "unexpected end of data":
            return []
        text = data[: error.start].decode("utf-8")
    lines = clean(text).split("\n")
    more = len(data) > MAX_PREVIEW_CHARACTERS or len(lines) > MAX_PREVIEW_LINES
    return ["", *lines[:MAX_PREVIEW_LINES], *(["…"] if more else [])]


def _wrong(part: Part, what: str, remedy: str) -> Part:
    if part.spec.optional and not part.is_there:
        return part
    then = "submit again" if part.spec.kind == "file" else "save the notebook"
    return replace(part, problems=(f"{part.title}: {what}. {remedy}, then {then}.",))


def _doubted(part: Part, cell: Cell, doubt: str, remedy: str = "") -> Part:
    """Return a part with a note, unless it has one: what is read from it can be misread."""
    if part.notes or part.problems:
        return part
    remedy = remedy or "If it is not of the last run, run the cell {cell} again, then save."
    told = remedy.replace("{cell}", _under(cell, part.spec))
    return replace(part, notes=(f"{part.title}: {doubt}. {told}",))


def _empty(part: Part, cell: Cell, what: str, remedy: str = "Run") -> Part:
    errors = [output for output in cell.outputs if output.get("output_type") == "error"]
    under = _under(cell, part.spec)
    if errors:
        name = short(text_of(errors[-1].get("ename")))
        return _wrong(part, f"its cell ended with {name}", f"Get the cell {under} to run")
    return _wrong(part, what, f"{remedy} the cell {under}")


def _under(cell: Cell, spec: PartSpec) -> str:
    heading = short(cell.heading)
    return f"under “{heading}”" if heading else f"marked “{short(spec.cell or spec.name)}”"


def _data(cell: Cell) -> Iterable[Mapping[str, Any]]:
    for output in cell.outputs:
        data = output.get("data")
        if isinstance(data, Mapping):
            yield data
