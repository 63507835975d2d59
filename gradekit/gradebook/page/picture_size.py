"""Tells what raster picture some bytes are and how many pixels it has, by its head alone.

Nothing is decoded: whoever shows a picture decodes it, and a few bytes may stand for a page of
memory many gigabytes large.
"""

import warnings
from base64 import b64decode
from io import BytesIO

from PIL import Image

MOST_PIXELS, MOST_SIDE = 40_000_000, 20_000  # of a picture on a page
_HEADS = ("PNG", "JPEG", "GIF")  # Pillow reads these heads without decoding anything


def pixels_of(encoded: str) -> int:
    """Return how many pixels a picture in base64 has; 0 where it is none that a page shows.

    It is a PNG, JPEG, GIF or WebP, of at most MOST_PIXELS.
    """
    try:
        data = b64decode(encoded)
        wide, high = _webp_size(data) if _is_webp(data) else _size(data)
    except Exception:  # whatever damaged bytes make the reader raise
        return 0
    fits = 0 < wide <= MOST_SIDE and 0 < high <= MOST_SIDE and wide * high <= MOST_PIXELS
    return wide * high if fits else 0


def _size(data: bytes) -> tuple[int, int]:
    with warnings.catch_warnings():
        # Pillow only warns of an image that unpacks to far more than it takes.
        warnings.simplefilter("error")
        with Image.open(BytesIO(data), formats=_HEADS) as image:
            return image.size


def _is_webp(data: bytes) -> bool:
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP"


def _webp_size(data: bytes) -> tuple[int, int]:
    """Return the width and height in the first chunk of a WebP (RFC 9649), in pixels."""
    kind, number = data[12:16], int.from_bytes
    if kind == b"VP8X":
        return 1 + number(data[24:27], "little"), 1 + number(data[27:30], "little")
    if kind == b"VP8L":
        bits = number(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return number(data[26:28], "little") & 0x3FFF, number(data[28:30], "little") & 0x3FFF
