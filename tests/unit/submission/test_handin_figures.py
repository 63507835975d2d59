"""Figures as notebooks hold them: PNG, JPEG, SVG and others, and what is no image at all."""

import base64
import io
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote as quote_url

import numpy as np
import pdfs
import pytest
from matplotlib.figure import Figure as Plot
from PIL import Image

from gradekit.pdf_check.reader import PdfReader
from gradekit.submission.parts.figures import MAX_IMAGE_BYTES, Figure, figure_of
from gradekit.submission.parts.images import decode_image

SVG = '<svg xmlns="http://www.w3.org/2000/svg" {size}><rect width="9" height="9"/></svg>'


def plot(kind: str) -> bytes:
    """Return a plot as Matplotlib saves it."""
    figure, stream = Plot(figsize=(4, 3)), io.BytesIO()
    figure.subplots().plot([1, 3, 2])
    figure.savefig(stream, format=kind, dpi=96)
    return stream.getvalue()


def output(kind: str) -> dict[str, Any]:
    """Return an output's data as notebooks hold a plot of some kind."""
    if kind == "svg+xml":
        return {"image/svg+xml": plot("svg").decode().splitlines(keepends=True)}
    return {f"image/{kind}": base64.b64encode(plot(kind)).decode(), "text/plain": "<Figure>"}


@pytest.fixture(scope="module")
def reader() -> Iterator[PdfReader]:
    """The reader that staff have, whose workers are confined."""
    opened = PdfReader()
    yield opened
    opened.close()


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp", "svg+xml"])
def test_every_kind_of_image_is_a_figure(kind: str, reader: PdfReader, tmp_path: Path) -> None:
    """PNG, JPEG, WebP and SVG show one plot, to students as in the confined worker of staff."""
    figure = figure_of(output(kind))
    assert figure is not None
    seen = decode_image(figure.image)
    assert seen is not None
    small = np.asarray(Image.fromarray(seen).resize((384, 288)).convert("L"), dtype=int)
    plain = np.asarray(Image.fromarray(pdfs.pixels(plot("png"))).convert("L"), dtype=int)
    assert np.abs(small - plain).mean() < 5
    pdf = tmp_path / "some.pdf"
    pdf.write_bytes(pdfs.of_pages(1))
    with reader.open(pdf) as opened:
        assert np.array_equal(opened.decode([figure.image])[figure.image], seen)


def test_an_svgs_letters_are_drawn(reader: PdfReader, tmp_path: Path) -> None:
    """Text of an SVG is shown in both places, by a font that Matplotlib brings along."""
    text = '<text x="5" y="30" font-family="Arial, serif" font-size="30">Loss</text>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="90" height="40">{text}</svg>'.encode()
    shown = decode_image(svg)
    assert shown is not None
    assert (shown < 99).any(axis=2).sum() > 500
    pdf = tmp_path / "some.pdf"
    pdf.write_bytes(pdfs.of_pages(1))
    with reader.open(pdf) as opened:
        assert np.array_equal(opened.decode([svg])[svg], shown)


@pytest.mark.parametrize(
    ("size", "shape"),
    [
        ('width="200" height="100"', (200, 400)),
        ('width="2in" height="1in"', (192, 384)),
        ('width="100%" viewBox="0 0 200 100"', (200, 400)),
        ('viewBox="0,0,200,100"', (200, 400)),
        ('width="1000000" height="500000"', (2000, 4000)),
        ('width="1e9" height="1"', None),
        ('width="20em" height="160"', (320, 640)),
        ('style="width: 200px; height: 100.0px"', (200, 400)),
        ('width="1e2" height="50.0"', (100, 200)),
        ("", (300, 600)),
    ],
)
def test_an_svg_is_drawn_at_its_size_within_bounds(
    size: str, shape: tuple[int, int] | None
) -> None:
    """Sizes in any unit are taken, a huge one is made smaller, and none at all is a browser's."""
    shown = decode_image(SVG.format(size=size).encode())
    assert (None if shown is None else shown.shape[:2]) == shape


def test_an_svg_fetches_no_file(tmp_path: Path) -> None:
    """A picture beside it, named by an SVG, is not drawn."""
    secret = tmp_path / "secret.png"
    secret.write_bytes(pdfs.png_of(np.zeros((9, 9, 3), dtype=np.uint8)))
    names = (str(secret), secret.as_uri())
    for attribute in ("href", "xlink:href"):
        for name in names:
            svg = (
                '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" '
                'xmlns:xlink="http://www.w3.org/1999/xlink">'
                f'<image width="9" height="9" {attribute} = "{name}"/></svg>'
            )
            shown = decode_image(svg.encode())
            assert shown is not None
            assert shown.min() == 255


@pytest.mark.parametrize(
    ("data", "what"),
    [
        ({"application/vnd.plotly.v1+json": {"data": []}}, "an interactive plotly figure"),
        ({"application/vnd.vegalite.v5+json": {}}, "an interactive altair figure"),
        ({"application/vnd.bokehjs_exec.v0+json": ""}, "an interactive bokeh figure"),
        ({"application/vnd.jupyter.widget-view+json": {}}, "an interactive widget"),
        ({"application/pdf": "JVBERi0="}, "a PDF"),
        (
            {"text/html": '<div id="a"></div><script>Plotly.newPlot("a")</script>'},
            "an interactive plotly figure",
        ),
        ({"text/html": '<div class="plotly-graph-div"></div>'}, "an interactive plotly figure"),
        ({"text/html": "<script>var VEGA_DEBUG</script>"}, "an interactive altair figure"),
        ({"text/html": "<iframe src='x'></iframe>"}, "an interactive figure"),
        ({"text/html": "<canvas id='x'></canvas>"}, "an interactive figure"),
        (
            {"text/html": "<IMG width=9 src = 'curves.png'>"},
            "in another file (curves.png), which is not handed in",
        ),
        ({"image/tiff": "SUkq"}, "an image of the kind tiff"),
        ({"image/png": "%%%"}, "damaged"),
        ({"image/png": "A" * (3 * MAX_IMAGE_BYTES)}, "larger than 8 MiB"),
    ],
)
def test_what_is_no_image_is_named(data: dict[str, Any], what: str) -> None:
    """Interactive figures, PDFs and what is too large are named, with what to change."""
    figure = figure_of(data)
    assert figure is not None
    assert (figure.image, figure.what) == (b"", what)
    assert figure.remedy or what == "damaged"


VIEW = "application/vnd.jupyter.widget-view+json"


# As the programs themselves leave them, without what is drawn.
@pytest.mark.parametrize(
    ("data", "what", "remedy"),
    [
        ({VIEW: {}, "text/plain": "FigureWidget({\n    'data': []"}, "plotly", 'show("png")'),
        (
            {VIEW: {}, "text/plain": "<altair.jupyter.JupyterChart object>"},
            "altair",
            'enable("png")',
        ),
        (
            {VIEW: {}, "text/plain": "interactive(children=(IntSlider()"},
            "widget",
            "without `interact`",
        ),
        ({VIEW: {}, "text/plain": "Output()"}, "widget", "without `Output()`"),
        ({VIEW: {}, "text/plain": "Canvas(toolbar=Toolbar())"}, "widget", "%matplotlib inline"),
        (
            {"text/html": '<iframe width="100%" src="iframe_figures/figure_0.html"></iframe>'},
            "plotly",
            'show("png")',
        ),
        (
            {"text/html": '<script>class Animation</script><div class="animation"><img id="a">'},
            "an animation",
            "one picture",
        ),
        (
            {"text/html": '<video controls><source src="data:video/mp4"></video>'},
            "animation",
            "one",
        ),
    ],
)
def test_what_moves_is_told_with_the_line_that_helps(
    data: dict[str, Any], what: str, remedy: str
) -> None:
    """Each program's widgets, pages and animations need another line to be a picture."""
    figure = figure_of(data)
    assert figure is not None
    assert what in figure.what
    assert remedy in figure.remedy


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"text/plain": "4"},
        {"text/html": "<b>4</b>"},
        {"text/html": "<table><tr><td>Vega, plotly and <i>svg</i></td></tr></table>"},
        {"image/png": " "},
        {"image/png": 4},
    ],
)
def test_what_is_no_figure_is_none(data: dict[str, Any]) -> None:
    """Texts, tables and empty images are no figures."""
    assert figure_of(data) is None


def test_the_image_in_html_is_taken() -> None:
    """What `%matplotlib notebook` leaves behind is an image in HTML."""
    png = plot("png")
    html = f'<img src="data:image/png;base64,{base64.b64encode(png).decode()}" width="640">'
    assert figure_of({"text/html": html}) == Figure(png)


def test_the_image_that_an_interactive_figure_has_besides_is_taken() -> None:
    """What `%matplotlib widget` saves shows its image where nothing can be interactive."""
    png = plot("png")
    address = f"data:image/png;base64,{base64.b64encode(png).decode()}"
    widget = {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}}
    assert figure_of({**widget, "text/html": f"<div><img src={address} width=9></div>"}) == Figure(
        png
    )


@pytest.mark.parametrize("quote", ["'", '"'])
@pytest.mark.parametrize("before", ["", "width=400 alt='she' ", "\n"])
def test_an_image_in_html_is_taken_however_it_is_written(before: str, quote: str) -> None:
    """Other attributes and either kind of quotes change nothing, for an SVG in it as well."""
    png, svg = plot("png"), SVG.format(size="width='9' height='9'").encode()
    packed = ("png", png, base64.b64encode(png)), ("svg+xml", svg, base64.b64encode(svg))
    for kind, image, data in packed:
        address = f"data:image/{kind};base64,{data.decode()}"
        html = f"<div><img {before}src={quote}{address}{quote}/></div>"
        assert figure_of({"text/html": html}) == Figure(image)
    plain = quote_url(svg.decode())
    html = f"<img {before}src={quote}data:image/svg+xml;utf8,{plain}{quote}>"
    assert figure_of({"text/html": html}) == Figure(svg)


def test_an_svg_that_stands_in_html_is_taken() -> None:
    """What is drawn in a page is a figure, with what else stands beside it left out."""
    svg = plot("svg").decode()
    svg = svg[svg.index("<svg") :].strip()
    nested = svg.replace("</svg>", "<svg width='1' height='1'></svg></svg>")
    for drawn in (svg, nested):
        assert figure_of({"text/html": f"<div><p>Loss</p>{drawn}<p>x</p></div>"}) == Figure(
            drawn.encode()
        )
    bare = svg.replace(' xmlns="http://www.w3.org/2000/svg"', "")
    assert bare != svg
    shown, whole = decode_image(bare.encode()), decode_image(svg.encode())
    assert shown is not None
    assert whole is not None
    assert np.array_equal(shown, whole)


@pytest.mark.parametrize("piece", ["<svg ", "href ", "href=", "width=", "width = '", "<", "a" * 9])
def test_odd_svgs_take_no_time(piece: str) -> None:
    """Whatever repeats in a damaged SVG, it is refused within a moment."""
    started = time.process_time()
    assert decode_image(f"<{piece * (MAX_IMAGE_BYTES // len(piece))}".encode()) is None
    assert time.process_time() - started < 5


def test_damaged_images_are_none() -> None:
    """Bytes that no reader can make anything of give no colours."""
    for image in (b"", b"no image", plot("png")[:900], plot("jpeg")[:90], plot("svg")[:900]):
        assert decode_image(image) is None
