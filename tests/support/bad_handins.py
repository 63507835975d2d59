"""PDFs and notebooks that are wrong in many ways, or odd and right, and the line each one gets."""

import json
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import pdfs
import problem_2_parts

from gradekit.errors import GradekitError
from gradekit.model import PdfState
from gradekit.pdf_check.compare import colours_of, compare_pdf
from gradekit.pdf_check.reader import PdfReader
from gradekit.submission.pack import look
from gradekit.submission.parts.images import decode_image
from gradekit.submission.shown import digest

LSTM, RNN = pdfs.pixels(pdfs.LSTM), pdfs.pixels(pdfs.RNN)
OTHER_TEXT = (
    "once there was a little girl who lived in a house by the sea and had many things to say about "
    "the weather and the ships that came and went all day while nobody ever listened to her"
)
PIECES: tuple[Any, ...] = (LSTM, RNN, pdfs.SAMPLE, pdfs.ANSWER)
ALL_SAME = "all parts are the notebook's"
ALL_THERE = "nothing is missing"


@dataclass(frozen=True)
class BadPdf:
    """A PDF beside a notebook that is all right, and what the report says of it first."""

    what: str
    make: Callable[[], bytes]
    line: str


@dataclass(frozen=True)
class BadNotebook:
    """A notebook that is handed in with changes, and what `gradekit submit` says of it first.

    `noted` are the notes that its cells left: seconds from when it was saved, and the
    number of the run of its sample's cell.
    """

    what: str
    line: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    raw: str = ""
    noted: tuple[tuple[float, int], ...] = ()


def of(*pieces: Any, quality: int = 0) -> Callable[[], bytes]:
    """Return how a plain PDF of some pieces is made."""
    return lambda: pdfs.other_pdf(pieces, quality)


def opening(action: bytes) -> Callable[[], bytes]:
    """Return how a PDF is made that does something when it is opened."""
    return lambda: pdfs.other_pdf([pdfs.SAMPLE], catalogue=b"/OpenAction << %s >>" % action)


UNREADABLE = "it cannot be read: it is damaged, or unpacks to too much"
TOO_MANY_PAGES = "it has 1000000 pages, more than 100"
CURVES = "Training curves of the LSTM"
RNN_CURVES = "Training curves of the vanilla RNN"
PDFS = (
    BadPdf("an empty file", lambda: b"", UNREADABLE),
    BadPdf("a text file", lambda: b"My solution is in the notebook.\n", UNREADABLE),
    BadPdf("a picture with the PDF's name", lambda: pdfs.LSTM, UNREADABLE),
    BadPdf("the first half of a PDF", lambda: pdfs.kit_pdf()[:50_000], UNREADABLE),
    BadPdf("the second half of a PDF", lambda: pdfs.kit_pdf()[50_000:], UNREADABLE),
    BadPdf("a tree of pages without an end", pdfs.circle_of_pages, TOO_MANY_PAGES),
    BadPdf("a page whose text unpacks to a gigabyte", pdfs.text_bomb, UNREADABLE),
    BadPdf(
        "a picture that unpacks to gigabytes",
        pdfs.bomb,
        "page 1 has a picture of 900 million pixels",
    ),
    BadPdf("a thousand pages", lambda: pdfs.of_pages(1000), "it has 1000 pages, more than 100"),
    BadPdf("a password", lambda: pdfs.encrypted(pdfs.kit_pdf()), "it is encrypted"),
    BadPdf("an empty password", lambda: pdfs.encrypted(pdfs.kit_pdf(), ""), ALL_SAME),
    BadPdf(
        "a script that runs when it is opened",
        pdfs.with_javascript,
        "it runs something when it is read (JavaScript)",
    ),
    BadPdf(
        "a program that is started when it is opened",
        opening(b"/S /Launch /F (calc.exe)"),
        "it runs something when it is read (Launch)",
    ),
    BadPdf(
        "a script after another action",
        opening(b"/S /GoTo /D [0] /Next << /S /JavaScript /JS (app.alert(1)) >>"),
        "it runs something when it is read (JavaScript)",
    ),
    BadPdf(
        "a form that sends itself",
        opening(b"/S /SubmitForm /F (http://127.0.0.1/)"),
        "it runs something when it is read (SubmitForm)",
    ),
    BadPdf(
        "scripts under names",
        lambda: pdfs.other_pdf([pdfs.SAMPLE], catalogue=b"/Names << /JavaScript << >> >>"),
        "there is JavaScript in it",
    ),
    BadPdf(
        "empty pages",
        lambda: pdfs.of_pages(2),
        f"{RNN_CURVES}: the PDF has no figure like the notebook's",
    ),
    BadPdf(
        "texts and no figures",
        of(pdfs.SAMPLE, pdfs.ANSWER),
        f"{RNN_CURVES}: the PDF has no figure like the notebook's",
    ),
    BadPdf(
        "one figure twice, the other not at all",
        of(RNN, RNN, pdfs.SAMPLE, pdfs.ANSWER),
        f"{CURVES}: the PDF shows another figure than the notebook",
    ),
    BadPdf(
        "curves of an earlier training",
        of(pdfs.pixels(pdfs.curves(0.93)), RNN, pdfs.SAMPLE, pdfs.ANSWER),
        f"{CURVES}: the PDF shows another figure than the notebook",
    ),
    BadPdf(
        "curves that are one per cent better",
        of(pdfs.pixels(pdfs.curves(0.96)), RNN, pdfs.SAMPLE, pdfs.ANSWER),
        f"{CURVES}: the PDF shows another figure than the notebook",
    ),
    BadPdf(
        "curves with their sides cut off",
        of(LSTM[:, 200:-200], RNN, pdfs.SAMPLE, pdfs.ANSWER),
        f"{CURVES}: the PDF shows another figure than the notebook",
    ),
    BadPdf(
        "another sample", of(LSTM, RNN, OTHER_TEXT, pdfs.ANSWER), "Sampled text: not in the PDF"
    ),
    BadPdf(
        "a sample that goes on otherwise",
        of(LSTM, RNN, f"{pdfs.SAMPLE[:90]} {OTHER_TEXT}", pdfs.ANSWER),
        "Sampled text: the PDF has 33% of the notebook's text",
    ),
    BadPdf(
        "no answer",
        of(LSTM, RNN, pdfs.SAMPLE),
        "Answer to the inline question: not in the PDF",
    ),
    BadPdf(
        "the answer first",
        of(pdfs.ANSWER, LSTM, RNN, pdfs.SAMPLE),
        "Order of the PDF: the curves should stand before the answer",
    ),
    BadPdf(
        "the sample last",
        of(LSTM, RNN, pdfs.ANSWER, pdfs.SAMPLE),
        "Order of the PDF: the sampled text should stand before the answer",
    ),
    BadPdf("the kit's own", pdfs.kit_pdf, ALL_SAME),
    BadPdf("made by hand", of(*PIECES), ALL_SAME),
    BadPdf("the vanilla RNN's curves first", of(RNN, LSTM, *PIECES[2:]), ALL_SAME),
    BadPdf("printed in grey", of(pdfs.grey(LSTM), pdfs.grey(RNN), *PIECES[2:]), ALL_SAME),
    BadPdf(
        "figures at half their size, as JPEGs",
        of(pdfs.scaled(LSTM, 0.5), pdfs.scaled(RNN, 0.5), *PIECES[2:], quality=60),
        ALL_SAME,
    ),
    BadPdf(
        "figures at twice their size",
        of(pdfs.scaled(LSTM, 2), pdfs.scaled(RNN, 2), *PIECES[2:]),
        ALL_SAME,
    ),
    BadPdf(
        "other texts and pictures in between",
        of(OTHER_TEXT, LSTM, OTHER_TEXT, RNN, LSTM[:, ::-1], pdfs.SAMPLE, OTHER_TEXT, pdfs.ANSWER),
        ALL_SAME,
    ),
)

UNDER = ", then save the notebook."
LONG = " ".join(["word"] * 151)
NOTEBOOKS = (
    BadNotebook("no JSON", "problem_2.ipynb is damaged: it is no JSON", raw="{cells: []}"),
    BadNotebook("no cells", "problem_2.ipynb is damaged: it has no list of cells", raw="{}"),
    BadNotebook("a figure is missing", f"{CURVES}: its cell ran and drew no", {"lstm": None}),
    BadNotebook("a damaged figure", f"{CURVES}: its figure is damaged.", {"lstm": b"no picture"}),
    BadNotebook(
        "trained again after the curves were drawn",
        f"{CURVES}: older than its training run. If it is not of the last run, run the cell",
        {"counts": (7, 2, 3, 4, 5)},
    ),
    BadNotebook(
        "curves of another training run",
        f"{CURVES}: ends at 95%, while the training above it printed 99.1% last.",
        {"printed": (0.991, 0.9)},
    ),
    BadNotebook("no sample", "Sampled text: its cell ran and printed nothing.", {"sample": ""}),
    BadNotebook(
        "one word over and over",
        "Sampled text: repeats “the” over and over.",
        {"sample": "she said the " + "the " * 40},
    ),
    BadNotebook(
        "three words over and over",
        "Sampled text: repeats “went down and” over and over.",
        {"sample": "she " + "went down and " * 13},
    ),
    BadNotebook(
        "a first word that the cell does not have",
        "Sampled text: begins with “she”, while its cell says “alice”.",
        {"first_word": "alice"},
    ),
    BadNotebook(
        "a length that the cell does not have",
        f"Sampled text: has {pdfs.LENGTH} words, while its cell says 80.",
        {"length": 80},
    ),
    BadNotebook(
        "a sample of an earlier run",
        "Sampled text: not what its cell showed last.",
        noted=((-60.0, 9),),
    ),
    BadNotebook(
        "run and not saved",
        "problem_2.ipynb seems to be saved before its cells were run last.",
        noted=((60.0, 5),),
    ),
    BadNotebook("no answer", "Answer to the inline question: not written yet.", {"answer": ""}),
    BadNotebook(
        "the answer is still the stub",
        "Answer to the inline question: not written yet.",
        {"answer": "YOUR ANSWER HERE"},
    ),
    BadNotebook(
        "an answer of 151 words",
        "Answer to the inline question: 151 words are too many. Shorten it by 1 to 150",
        {"answer": LONG},
    ),
    BadNotebook("nothing wrong", ALL_THERE, noted=((-60.0, 5),)),
)


def pdf_line(reader: PdfReader, case: BadPdf) -> str:
    """Return what the report says first of a PDF."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "problem_2_solution.pdf"
        path.write_bytes(case.make())
        with reader.open(path) as opened:
            content = opened.read(colours_of(pdfs.parts(), decode_image))
    found = [one.finding for one in compare_pdf(content, pdfs.parts(), decode_image)]
    wrong = [one.what for one in found if one.state is not PdfState.SAME]
    return wrong[0] if wrong else ALL_SAME


def notebook_line(case: BadNotebook) -> str:
    """Return what `gradekit submit` says first of a notebook."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "lib").mkdir()
        (folder / "lib" / "layer.py").write_text("")
        made = problem_2_parts.notebook(**case.changes)
        text = case.raw or nbformat.writes(made)
        (folder / "problem_2.ipynb").write_text(text)
        problem_2_parts.declare(folder)
        _note(folder, case, made.cells[5].source)
        try:
            found = look(folder)
        except GradekitError as error:
            return str(error)
    return [*found.missing, *found.notes, ALL_THERE][0]


def _note(folder: Path, case: BadNotebook, source: str) -> None:
    notes = [
        {"kind": "cell", "sha256": digest(source), "seconds": time.time() + seconds, "ran": ran}
        for seconds, ran in case.noted
    ]
    if notes:
        (folder / ".gradekit").mkdir()
        (folder / ".gradekit" / "shown.json").write_text(json.dumps(notes))
