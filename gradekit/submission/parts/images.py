"""Decodes the figures of a notebook, on the computer of the student whose notebook it is."""

import importlib.util
import re
import warnings
from collections.abc import Callable, Mapping
from functools import cache
from io import BytesIO
from pathlib import Path

import numpy as np
import resvg_py
from PIL import Image

MAX_PIXELS = 40_000_000
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
# An SVG is drawn at twice its size on a screen, so that its lines are sharp on paper.
SVG_ZOOM, SVG_DPI = 2, 96
MAX_SVG_SIDE = 4000  # pixels
SVG_NAMESPACE = "http://www.w3.org/2000/svg"
# Of 255: the colours of a picture that differ by less show nothing. A JPEG's do that.
BLANK_RANGE = 8

# Whatever gives the colours (height, width, 3) of a figure on white, 0 to 255, or None where it is
# damaged or too large. Staff have this done in the sandbox.
Decode = Callable[[bytes], "np.ndarray | None"]

_ROOT = re.compile(r"<(?:\w{1,20}:)?svg\b[^<>]*>")
_SIZE = re.compile(r"""(?<![\w-])(width|height|viewBox)\s*=\s*["']([^"'<>]{1,100})["']""")
_STYLE = re.compile(r"""(?<![\w-])(width|height)\s*:\s*([^"'<>;]{1,100})""")
_NUMBER = re.compile(r"(\d{0,9}\.?\d{1,20}(?:[eE][+-]?\d)?)(px|pt|pc|in|cm|mm|r?em|ex)?")
_PIXELS_PER = {"px": 1.0, "pt": 96 / 72, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4}
_PIXELS_PER |= {"em": 16.0, "rem": 16.0, "ex": 8.0}
_UNSAID = 300.0, 150.0  # as browsers draw an SVG that does not say how large it is
# What an SVG may fetch: parts of its own, and data within it.
_ELSEWHERE = re.compile(r"""(\bhref\s*=\s*["'])(?!#|data:)""")


def decode_image(image: bytes) -> np.ndarray | None:
    """Return the colours (height, width, 3) of a PNG, JPEG, WebP, GIF or SVG on white.

    None where it is damaged or too large.
    """
    try:
        with warnings.catch_warnings():
            # Pillow only warns of an image that unpacks to far more than it takes.
            warnings.simplefilter("error")
            return np.asarray(on_white(open_image(image)))
    except Exception:  # whatever damaged bytes make the reader raise
        return None


def open_image(image: bytes) -> Image.Image:
    """Return a figure with its pixels, and its transparency where it has any.

    Raises what the readers of damaged images raise, ValueError where it has too many pixels.
    """
    pixels = svg_to_png(image) if is_svg(image) else image
    with Image.open(BytesIO(pixels), formats=FORMATS) as opened:
        if opened.width * opened.height > MAX_PIXELS:
            raise ValueError("the image has too many pixels")
        return opened.convert("RGBA")


def on_white(image: Image.Image) -> Image.Image:
    """Return a picture as white paper shows it, in 8-bit colours."""
    clear = image.convert("RGBA")
    if clear.getchannel("A").getextrema() == (255, 255):
        return clear.convert("RGB")
    paper = Image.new("RGBA", clear.size, "white")
    return Image.alpha_composite(paper, clear).convert("RGB")


def is_blank(pixels: np.ndarray) -> bool:
    """Whether a picture (height, width, 3) is of one colour throughout, as an empty figure is."""
    darkest, lightest = pixels.min(axis=(0, 1)), pixels.max(axis=(0, 1))
    return bool((lightest.astype(int) - darkest < BLANK_RANGE).all())


def is_svg(image: bytes) -> bool:
    """Whether an image is an SVG, by how it begins."""
    return image[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def svg_to_png(svg: bytes) -> bytes:
    """Return a PNG that shows an SVG, with DejaVu Sans for its letters; nothing is fetched for it.

    Raises ValueError where it cannot be drawn.
    """
    text = _ELSEWHERE.sub(r"\1#", svg.decode("utf-8", "replace"))
    if "xmlns" not in text:  # as it may stand within HTML
        text = text.replace("<svg", f'<svg xmlns="{SVG_NAMESPACE}"', 1)
    text, size = _with_size(text)
    zoom = min(SVG_ZOOM, MAX_SVG_SIDE / max(size))
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=text,
            zoom=zoom,
            dpi=SVG_DPI,
            skip_system_fonts=True,
            font_files=[str(path) for path in font_files()],
            font_family="DejaVu Sans",
            sans_serif_family="DejaVu Sans",
            serif_family="DejaVu Sans",
            monospace_family="DejaVu Sans",
        )
    )


@cache
def font_files() -> tuple[Path, ...]:
    """Return the fonts for the letters of an SVG, which Matplotlib brings along."""
    found = importlib.util.find_spec("matplotlib")
    if found is None or found.origin is None:
        return ()
    folder = Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"
    return (folder / "DejaVuSans.ttf", folder / "DejaVuSans-Bold.ttf")


def _with_size(text: str) -> tuple[str, tuple[float, float]]:
    """Return an SVG that says how wide and high it is, and that, in pixels of a screen."""
    root = _ROOT.search(text)
    if not root:
        raise ValueError("it is no SVG")
    said = dict(_SIZE.findall(root[0]))
    wide, high = _svg_size({**said, **dict(_STYLE.findall(root[0]))})
    missing = [f' {n}="{v}"' for n, v in (("width", wide), ("height", high)) if n not in said]
    start = root.end() - (2 if root[0].endswith("/>") else 1)
    return text[:start] + "".join(missing) + text[start:], (wide, high)


def _svg_size(named: Mapping[str, str]) -> tuple[float, float]:
    box = named.get("viewBox", "").replace(",", " ").split()
    wide, high = (
        _pixels(named.get(name, "")) or _pixels(box[place] if len(box) == 4 else "")
        for name, place in (("width", 2), ("height", 3))
    )
    return wide or _UNSAID[0], high or _UNSAID[1]


def _pixels(length: str) -> float:
    found = _NUMBER.fullmatch(length.strip())
    return float(found[1]) * _PIXELS_PER[found[2] or "px"] if found else 0.0
