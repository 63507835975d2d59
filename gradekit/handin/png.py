"""Decodes the figures of a notebook, on the computer of the student whose notebook it is."""

import warnings
from collections.abc import Callable
from io import BytesIO

import numpy as np
from PIL import Image

MAX_PIXELS = 40_000_000

# Whatever gives the colours (height, width, 3) of a PNG on white, 0 to 255, or None where it is
# damaged or too large. Staff have this done in the sandbox.
Decode = Callable[[bytes], "np.ndarray | None"]


def decode_png(png: bytes) -> np.ndarray | None:
    """Return a PNG's colours (height, width, 3) on white; None where it is damaged or too large."""
    try:
        with warnings.catch_warnings():
            # Pillow only warns of an image that unpacks to far more than it takes.
            warnings.simplefilter("error")
            with Image.open(BytesIO(png), formats=["PNG"]) as image:
                small = image.width * image.height <= MAX_PIXELS
                return np.asarray(on_white(image)) if small else None
    except Exception:  # whatever damaged bytes make the reader raise
        return None


def on_white(image: Image.Image) -> Image.Image:
    """Return a picture as white paper shows it, in 8-bit colours."""
    clear = image.convert("RGBA")
    if clear.getchannel("A").getextrema() == (255, 255):
        return clear.convert("RGB")
    paper = Image.new("RGBA", clear.size, "white")
    return Image.alpha_composite(paper, clear).convert("RGB")
