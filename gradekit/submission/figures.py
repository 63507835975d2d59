"""Takes the figure out of a cell's output, or says why it is none that can be handed in.

A figure is kept as the notebook holds it: PNG, JPEG, WebP, GIF, or SVG, which is drawn where pixels
are wanted (`gradekit.submission.images`). Where an output has several, the first of these kinds is
taken.
"""

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gradekit import bounds
from gradekit.notebook.cells import text_of

MAX_IMAGE_BYTES = bounds.IMAGE_BYTES
PIXELS = ("image/png", "image/jpeg", "image/webp", "image/gif")
SVG = "image/svg+xml"
# An image that stands in HTML, as `%matplotlib notebook` leaves it: what is before its bytes.
EMBEDDED = tuple(f'src="data:{kind};base64,' for kind in PIXELS)
INLINE = "Put `%matplotlib inline` above it"
# What shows figures that are no images: how its kind of output is named, and the line to change.
PROGRAMS = (
    (
        "application/vnd.plotly",
        "an interactive plotly figure",
        'Install kaleido (`pip install kaleido`), show it by `fig.show("png")`',
    ),
    (
        "application/vnd.vega",
        "an interactive altair figure",
        "Install vl-convert-python (`pip install vl-convert-python`), put "
        '`alt.renderers.enable("png")` above it',
    ),
    ("application/vnd.bokeh", "an interactive bokeh figure", "Draw it with matplotlib"),
    ("application/vnd.holoviews", "an interactive figure", "Draw it with matplotlib"),
    ("application/vnd.jupyter.widget", "an interactive widget", INLINE),
    ("application/pdf", "a PDF", 'Put `%config InlineBackend.figure_formats = ["png"]` above it'),
)
IN_HTML = (
    ("plotly", 0),
    ("Plotly", 0),
    ("vega", 1),
    ("bokeh", 2),
)  # words in HTML, and the program of each


@dataclass(frozen=True)
class Figure:
    """The image of an output as the notebook holds it; or what it is instead, and what to do.

    `what` follows "its figure is" and `remedy` begins a sentence, both without a full stop.
    """

    image: bytes = b""
    what: str = ""
    remedy: str = ""


_DAMAGED = Figure(what="damaged")
_TOO_LARGE = Figure(
    what=f"larger than {MAX_IMAGE_BYTES // 2**20} MiB",
    remedy="Draw it with fewer dots per inch (`dpi`)",
)


def figure_of(data: Mapping[str, Any]) -> Figure | None:
    """Return the figure in an output's `data`; None where the output is no figure at all.

    Nothing is decoded: whether an image is damaged is told by who draws it.
    """
    for kind in PIXELS:
        text = text_of(data.get(kind))
        if text.strip():
            return _pixels(text)
    svg = text_of(data.get(SVG))
    if svg.strip():
        return _sized(svg.encode("utf-8", "replace"))
    for prefix, what, remedy in PROGRAMS:
        if any(str(kind).startswith(prefix) for kind in data):
            return Figure(what=what, remedy=remedy)
    return _in_html(text_of(data.get("text/html")))


def _pixels(text: str) -> Figure:
    if len(text) > 2 * MAX_IMAGE_BYTES:
        return _TOO_LARGE
    try:
        return _sized(b64decode(text))
    except ValueError:
        return _DAMAGED


def _sized(image: bytes) -> Figure:
    if not image:
        return _DAMAGED
    return Figure(image) if len(image) <= MAX_IMAGE_BYTES else _TOO_LARGE


def _in_html(html: str) -> Figure | None:
    for before in EMBEDDED:
        after = html.partition(before)[2]
        if after:
            return _pixels(after.partition('"')[0])
    start = html[:MAX_IMAGE_BYTES]
    for word, number in IN_HTML:
        if word in start:
            return Figure(what=PROGRAMS[number][1], remedy=PROGRAMS[number][2])
    return None
