"""Notebooks and PDFs of a hand-in with all kinds of parts, right and wrong, made in no time."""

import base64
import io
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image
from pypdf import PdfWriter

from gradekit.assignment.parts import PartSpec, write_parts
from gradekit.assignment.spec import FILE, parse_spec
from gradekit.submission.parts import find as found_parts
from gradekit.submission.parts.find import Part
from gradekit.submission.parts.images import Decode, decode_image
from gradekit.submission.pdf.build import build_pdf

DECLARED = """\
[[part]]
name = "curves_rnn"
kind = "figure"
section = "Training curves"
title = "Training curves of the vanilla RNN"
called = "the curves"
after = "training_rnn"

[[part]]
name = "curves_lstm"
kind = "figure"
section = "Training curves"
title = "Training curves of the LSTM"
called = "the curves"
after = "training_lstm"

[[part]]
name = "sample"
kind = "printed"
title = "Sampled text"
called = "the sampled text"
match = 0.85

[[part]]
name = "answer"
kind = "answer"
title = "Answer to the inline question"
called = "the answer"
max_words = 150
match = 0.6
"""
SPECS = parse_spec(DECLARED.encode()).parts
ASKED = {"gradekit": {"parts": write_parts(SPECS)}}
MADE = datetime(2026, 6, 1, 12, tzinfo=UTC)
BLUE = "#0072B2"
SAMPLE = (
    "she found herself in a long low hall which was lit up by a row of lamps hanging from the roof "
    "there were doors all round the hall but they were all locked and when alice had been all"
)
LENGTH = len(SAMPLE.split())
ANSWER = (
    "The vanilla RNN forgets early words, since tanh rewrites all of its state at every step. The "
    "LSTM's cell keeps them, with $c_t = f c_{t-1} + i g$. Both memorise the chapter instead of "
    "learning English, and one wrong word leads greedy sampling astray for a long time."
)


def curves(
    end: float = 0.95, rate: float = 0.1, dpi: int = 100, title: str = "LSTM", kind: str = "png"
) -> bytes:
    """Return a PNG of learning curves, as the assignment's own plots are, that end at `end`."""
    epochs = np.arange(1, 51)
    losses = 380 * np.exp(-rate * np.arange(100) / 2) + 5
    figure = Figure(figsize=(11, 4), layout="constrained")
    left, right = figure.subplots(1, 2)
    left.plot(np.arange(100), losses, color=BLUE, label=title)
    right.plot(epochs, 100 * end * (1 - np.exp(-rate * epochs)) / (1 - np.exp(-rate * 50)), BLUE)
    for axes, name in ((left, "loss"), (right, "accuracy")):
        axes.set(title=f"Training {name}", xlabel="iteration", ylabel=name)
        axes.grid(alpha=0.3)
    right.set_ylim(0, 102)
    figure.suptitle(title)
    stream = io.BytesIO()
    figure.savefig(stream, format=kind, dpi=dpi, bbox_inches="tight")
    return stream.getvalue()


def pixels(png: bytes) -> np.ndarray:
    """Return a picture's colours (height, width, 3) on white."""
    image = Image.open(io.BytesIO(png)).convert("RGBA")
    paper = Image.new("RGBA", image.size, "white")
    return np.asarray(Image.alpha_composite(paper, image).convert("RGB"))


def png_of(picture: np.ndarray) -> bytes:
    """Return a picture as a PNG."""
    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, "PNG")
    return stream.getvalue()


def scaled(picture: np.ndarray, factor: float) -> np.ndarray:
    """Return a picture at another size."""
    size = round(picture.shape[1] * factor), round(picture.shape[0] * factor)
    return np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.LANCZOS))


def grey(picture: np.ndarray) -> np.ndarray:
    """Return a picture as it is printed without colours."""
    return np.asarray(Image.fromarray(picture).convert("L").convert("RGB"))


LSTM, RNN = curves(), curves(end=0.9, rate=0.05, title="Vanilla RNN")


def notebook(
    lstm: bytes | None = LSTM,
    rnn: bytes | None = RNN,
    sample: str = SAMPLE,
    answer: str = ANSWER,
    *,
    first_word: str = "she",
    length: int = LENGTH,
    printed: tuple[float, float] = (0.95, 0.9),
    counts: Sequence[int] = (1, 2, 3, 4, 5),
) -> Any:
    """Return a notebook with all parts of a hand-in; an argument that is empty leaves one out.

    `printed` are the accuracies that the two trainings print last, `counts` the numbers of the
    cells: LSTM trained and plotted, RNN trained and plotted, sample.
    """
    said = [f"(Epoch 50 / 50) Training Accuracy: {accuracy:.4f}\n" for accuracy in printed]
    source = f'first_word = "{first_word}"\ntext_length = {length}\nprint(text)'
    cells = [
        new_markdown_cell("# Problem 2"),
        _code("training_lstm", "train()", _stream(said[0]), counts[0]),
        _code("curves_lstm", "plot()", _picture(lstm), counts[1]),
        _code("training_rnn", "train()", _stream(said[1]), counts[2]),
        _code("curves_rnn", "plot()", _picture(rnn), counts[3]),
        _code("sample", source, _stream(sample), counts[4]),
        new_markdown_cell(f"**Answer**\n\n{answer}", metadata={"gradekit": {"handin": "answer"}}),
    ]
    return new_notebook(cells=cells, metadata=ASKED)


def _code(mark: str, source: str, outputs: list[Any], count: int) -> Any:
    metadata = {"gradekit": {"handin": mark, "caption": mark}}
    return new_code_cell(source, metadata=metadata, outputs=outputs, execution_count=count or None)


def _stream(text: str) -> list[Any]:
    return [new_output("stream", name="stdout", text=text)] if text else []


def _picture(png: bytes | None) -> list[Any]:
    if png is None:
        return []
    return [new_output("display_data", data={"image/png": base64.b64encode(png).decode()})]


def spec(name: str) -> PartSpec:
    """Return how the assignment declares one of its parts."""
    return next(one for one in SPECS if one.name == name)


def find_parts(notebook: Any, decode: Decode = decode_image) -> tuple[Part, ...]:
    """Return the parts of a notebook that are declared here."""
    return found_parts.find_parts(notebook, SPECS, decode)


def declare(source: Path) -> None:
    """Put the declaration into the source of an assignment."""
    source.mkdir(parents=True, exist_ok=True)
    (source / FILE).write_text(DECLARED, encoding="utf-8")


def parts(**changes: Any) -> tuple[Part, ...]:
    """Return the parts of such a notebook."""
    return find_parts(notebook(**changes))


def kit_pdf(**changes: Any) -> bytes:
    """Return the kit's own PDF of such a notebook."""
    return build_pdf(parts(**changes), "Problem 2", "ada", MADE)


def other_pdf(
    pieces: Sequence[str | np.ndarray], quality: int = 0, catalogue: bytes = b""
) -> bytes:
    """Return a plain PDF that shows texts and pictures in an order, one to a page.

    With a `quality` the pictures are JPEGs; `catalogue` is put into its catalogue. It is written by
    hand: no program that students use puts things as plainly, and none is needed.
    """
    objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalogue, b""]
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    pages = []
    for piece in pieces:
        shown, resources = text_page(piece) if isinstance(piece, str) else (b"", b"")
        if isinstance(piece, np.ndarray):
            objects.append(image_object(piece, quality))
            shown = b"q 500 0 0 200 50 400 cm /Im0 Do Q"
            resources = b"/XObject << /Im0 %d 0 R >>" % len(objects)
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(shown), shown))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents %d 0 R "
            b"/Resources << %s >> >>" % (len(objects), resources)
        )
        pages.append(len(objects))
    kids = b" ".join(b"%d 0 R" % number for number in pages)
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(pages))
    return file_of(objects)


def text_page(text: str) -> tuple[bytes, bytes]:
    """Return the content of a page with a text, and its resources."""
    words, lines = text.split(), []
    for start in range(0, len(words), 10):
        line = " ".join(words[start : start + 10]).encode("latin-1", "replace")
        escaped = line.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
        lines.append(b"(" + escaped + b") Tj T*")
    return b"BT /F1 10 Tf 14 TL 50 700 Td " + b" ".join(lines) + b" ET", b"/Font << /F1 3 0 R >>"


def image_object(picture: np.ndarray, quality: int) -> bytes:
    """Return a picture as an object of a PDF, a JPEG where a quality is given."""
    height, width, _ = picture.shape
    if quality:
        stream = io.BytesIO()
        Image.fromarray(picture).save(stream, "JPEG", quality=quality)
        data, packed = stream.getvalue(), b"/DCTDecode"
    else:
        data, packed = zlib.compress(picture.tobytes()), b"/FlateDecode"
    return b"%s\nstream\n%s\nendstream" % (image_head(width, height, len(data), packed), data)


def image_head(width: int, height: int, length: int, packed: bytes = b"/FlateDecode") -> bytes:
    """Return the dictionary of a PDF's picture."""
    return (
        b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceRGB "
        b"/BitsPerComponent 8 /Filter %s /Length %d >>" % (width, height, packed, length)
    )


def file_of(objects: Sequence[bytes]) -> bytes:
    """Return a PDF of some objects, of which the first is the catalogue."""
    out, places = bytearray(b"%PDF-1.5\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return bytes(out + trailer % (len(objects) + 1, start))


def bomb(width: int = 30_000, height: int = 30_000) -> bytes:
    """Return a small PDF whose one picture unpacks to gigabytes."""
    packer, chunk = zlib.compressobj(9), bytes(2**20)
    data = b"".join(packer.compress(chunk) for _ in range(600)) + packer.flush()
    shown = b"q 500 0 0 200 50 400 cm /Im0 Do Q"
    image = b"%s\nstream\n%s\nendstream" % (image_head(width, height, len(data)), data)
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R "
        b"/Resources << /XObject << /Im0 3 0 R >> >> >>"
    )
    contents = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(shown), shown)
    tree = b"<< /Type /Pages /Kids [5 0 R] /Count 1 >>"
    return file_of([b"<< /Type /Catalog /Pages 2 0 R >>", tree, image, contents, page])


def text_bomb() -> bytes:
    """Return a small PDF whose one page of text unpacks to a gigabyte."""
    packer, chunk = zlib.compressobj(9), b"(a) Tj " * 2**17
    data = b"".join(packer.compress(chunk) for _ in range(1100)) + packer.flush()
    contents = b"<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(data), data)
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 3 0 R >>"
    tree = b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>"
    return file_of([b"<< /Type /Catalog /Pages 2 0 R >>", tree, contents, page])


def circle_of_pages() -> bytes:
    """Return a PDF whose tree of pages has no end."""
    tree = b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 1000000 >>"
    return file_of([b"<< /Type /Catalog /Pages 2 0 R >>", tree])


def with_javascript() -> bytes:
    """Return a PDF that runs a script when it is opened."""
    return other_pdf([SAMPLE], catalogue=b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>")


def encrypted(pdf: bytes, password: str = "secret") -> bytes:
    """Return a PDF that opens with a password only."""
    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    writer.encrypt(password, algorithm="RC4-128")
    return _written(writer)


def of_pages(count: int) -> bytes:
    """Return a PDF of many empty pages."""
    writer = PdfWriter()
    for _ in range(count):
        writer.add_blank_page(300, 300)
    return _written(writer)


def _written(writer: PdfWriter) -> bytes:
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()
