"""Takes the figure out of a cell's output, or says why it is none that can be handed in.

A figure is kept as the notebook holds it: PNG, JPEG, WebP, GIF, or SVG, which is drawn where pixels
are wanted (`images.py`). Where an output has several, the first of these kinds is taken.
"""

import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

from gradekit import bounds
from gradekit.notebook.cells import text_of
from gradekit.text import one_line

MAX_IMAGE_BYTES = bounds.IMAGE_BYTES
PIXELS = ("image/png", "image/jpeg", "image/webp", "image/gif")
SVG = "image/svg+xml"
INLINE = "Put `%matplotlib inline` above it"
AS_PNG = 'Show it as a PNG (matplotlib: `%config InlineBackend.figure_formats = ["png"]` above it)'
OTHER_PROGRAM = ("an interactive figure", "Draw it with matplotlib")
WIDGET = "application/vnd.jupyter.widget"
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
    ("application/vnd.holoviews", *OTHER_PROGRAM),
    (WIDGET, "an interactive widget", INLINE),
    ("application/pdf", "a PDF", AS_PNG),
)
ANIMATION = ("an animation", "Draw one picture of it with matplotlib, without `HTML(…)`")
# Words in HTML that draws with a script, and what has each: what it is, and the line to change.
IN_HTML = (
    ("plotly", PROGRAMS[0][1:]),
    ("iframe_figures/", PROGRAMS[0][1:]),  # where plotly puts a page for each figure
    ("vega", PROGRAMS[1][1:]),
    ("altair", PROGRAMS[1][1:]),
    ("bokeh", PROGRAMS[2][1:]),
    ('class="animation"', ANIMATION),
    ("<video", ANIMATION),
)
# What text stands for a widget, and what it is of: each needs another line to be a picture.
WIDGETS = (
    ("FigureWidget(", PROGRAMS[0][1:]),
    ("<altair.", PROGRAMS[1][1:]),
    (
        "interactive(",
        ("an interactive widget", "Call the function that draws by itself, without `interact`"),
    ),
    ("Output(", ("an interactive widget", "Draw it without `Output()` of ipywidgets")),
)
_DRAWS = re.compile(r"<(?:script|iframe|canvas|embed|object|video)\b|class=.plotly", re.I)
# An image that stands in HTML, as `%matplotlib notebook` leaves it: what is before its address,
# and how an address begins that holds the image itself.
_IMAGE = re.compile(r"""<img\b[^<>]*?\bsrc\s*=\s*(["']?)""", re.I)
_UNQUOTED = re.compile(r"[^\s<>]*+")
_HELD = re.compile(r"data:(image/[a-z]{1,9}(?:\+xml)?)([^,<>\s]{0,40}),", re.I)
_SVG_TAG = re.compile(r"<(/?)svg\b[^<>]*>", re.I)
MAX_TOLD_CHARACTERS = 80


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
    in_html = _in_html(text_of(data.get("text/html")))
    if in_html and in_html.image:  # as what is interactive has it for where it cannot be
        return in_html
    widget = _widget(data)
    if widget:
        return widget
    for prefix, what, remedy in PROGRAMS:
        if any(str(kind).startswith(prefix) for kind in data):
            return Figure(what=what, remedy=remedy)
    other = [kind for kind in data if kind.startswith("image/") and kind not in (*PIXELS, SVG)]
    return in_html or (_other_kind(other[0]) if other else None)


def _widget(data: Mapping[str, Any]) -> Figure | None:
    """Return what a widget is, where the text that stands for it says that; else None."""
    if not any(str(kind).startswith(WIDGET) for kind in data):
        return None
    text = text_of(data.get("text/plain"))
    told = next((told for start, told in WIDGETS if text.startswith(start)), None)
    return Figure(what=told[0], remedy=told[1]) if told else None


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
    image = _IMAGE.search(html)
    if image:
        rest = html[image.end() :]
        unquoted = _UNQUOTED.match(rest) if not image[1] else None
        return _addressed(unquoted[0] if unquoted else rest.partition(image[1])[0])
    start = html[:MAX_IMAGE_BYTES]
    if _DRAWS.search(start):
        lower = start.lower()
        what, remedy = next((told for word, told in IN_HTML if word in lower), OTHER_PROGRAM)
        return Figure(what=what, remedy=remedy)
    svg = _first_svg(html)
    return _sized(svg.encode("utf-8", "replace")) if svg else None


def _addressed(address: str) -> Figure:
    """Return the image that the address of one holds, or says where else it is."""
    held = _HELD.match(address)
    if not held:
        name = one_line(address, MAX_TOLD_CHARACTERS)
        remedy = "Show the file by `Image(filename=…)` of IPython.display"
        return Figure(what=f"in another file ({name}), which is not handed in", remedy=remedy)
    kind, data = held[1].lower(), address[held.end() :]
    if kind not in (*PIXELS, SVG):
        return _other_kind(kind)
    if held[2].endswith(";base64"):
        return _pixels(data)
    return _sized(unquote_to_bytes(data)) if len(data) <= 3 * MAX_IMAGE_BYTES else _TOO_LARGE


def _other_kind(kind: str) -> Figure:
    return Figure(what=f"an image of the kind {one_line(kind[6:], 20)}", remedy=AS_PNG)


def _first_svg(html: str) -> str:
    """Return the first SVG that stands in HTML, from its first tag to its last; "" for none."""
    depth, start = 0, 0
    for tag in _SVG_TAG.finditer(html):
        start = tag.start() if not depth else start
        depth += -1 if tag[1] else not tag[0].endswith("/>")
        if depth <= 0:
            return "" if tag[1] and start == tag.start() else html[start : tag.end()]
    return ""
