"""Compares two pictures of one figure that may differ in size and in how they were packed."""

from io import BytesIO

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

# Two pictures have one shape where their widths differ by no more than this at one height.
SAME_SHAPE = 0.06
# Brightness is compared, a little blurred, at no more than so many pixels of width. These numbers
# keep apart two plots whose accuracy differs by 1 %, and take one for the same that was saved at
# half its size, in grey, or as a JPEG of quality 20: a test tries it (test_pdf_pictures.py).
MOST_WIDTH, BLUR_PIXELS = 900, 0.7
# What was found by searching a page's pixels has been laid anew, which blurs it: it is compared
# at fewer. A scanned page has noise and greys of its own, too: there two plots are kept apart whose
# accuracy differs by some 3 %.
FITTED_WIDTH = 660
# A pixel differs where it is so far off, of 255, from all that lie so near in the other picture.
FAR, NEAR_PIXELS = 24, 1
MOST_DIFFERING, MOST_DIFFERING_SCANNED = 0.0003, 0.0025  # of all pixels
# Paper and ink of a scan are made as bright as the figure's, where they are not too far from it.
PAPER, INK, MOST_STRETCHED = 0.9, 0.002, 1.6
HEIGHT, GAP, BAND = 420, 16, 28  # in pixels, of a picture that shows two side by side
WIDE = 2  # times as wide as high: then one stands below the other


def same_shape(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two pictures (height, width, 3) have sides of the same proportion."""
    ratios = [picture.shape[1] / picture.shape[0] for picture in (one, other)]
    return bool(max(ratios) / min(ratios) - 1 <= SAME_SHAPE)


def same_figure(
    one: np.ndarray,
    other: np.ndarray,
    most_width: int = MOST_WIDTH,
    most_differing: float = MOST_DIFFERING,
) -> bool:
    """Whether two pictures show the same figure."""
    return pixel_difference(one, other, most_width) <= most_differing


def pixel_difference(one: np.ndarray, other: np.ndarray, most_width: int = MOST_WIDTH) -> float:
    """Return the share (0 to 1) of pixels that differ; of pictures of other proportions it is 1.

    A difference in brightness counts, and one in colour alone does not: paper may be grey.
    """
    if not same_shape(one, other):
        return 1.0
    if one.shape == other.shape and np.array_equal(one, other):
        return 0.0
    width = min(most_width, one.shape[1], other.shape[1])
    size = width, max(1, round(width * one.shape[0] / one.shape[1]))
    first = _brightness(one, size)
    second = _levelled(_brightness(other, size), first)
    off = (_beyond(first, second) > FAR) | (_beyond(second, first) > FAR)
    return float(off.mean())


def _brightness(picture: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    image = Image.fromarray(picture.astype(np.uint8)).convert("L")
    image = image.resize(size, Image.Resampling.LANCZOS)
    return np.asarray(image.filter(ImageFilter.GaussianBlur(BLUR_PIXELS)), dtype=np.int16)


def _levelled(picture: np.ndarray, like: np.ndarray) -> np.ndarray:
    """Return a brightness with paper and ink as bright as another one's."""
    (ink, paper), (want_ink, want_paper) = (
        np.quantile(brightness, (INK, PAPER)) for brightness in (picture, like)
    )
    stretched = (want_paper - want_ink) / max(paper - ink, 1)
    if not 1 / MOST_STRETCHED <= stretched <= MOST_STRETCHED:
        return picture
    level = (picture - ink) * stretched + want_ink
    return np.asarray(level.clip(0, 255).astype(np.int16))


def _beyond(picture: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return how far each pixel lies outside the range of the other's pixels around it."""
    low, high = _around(other, np.minimum), _around(other, np.maximum)
    return np.asarray(np.maximum(np.maximum(low - picture, picture - high), 0))


def _around(picture: np.ndarray, choose: np.ufunc) -> np.ndarray:
    found = picture
    for axis in (0, 1):
        centre = found
        for step in range(1, NEAR_PIXELS + 1):
            for way in (step, -step):
                found = choose(found, np.roll(centre, way, axis=axis))
    return found


def side_by_side(one: np.ndarray, other: np.ndarray | None, names: tuple[str, str]) -> bytes:
    """Return a PNG of two pictures at one height, each under its name; of one where one is all.

    Wide ones stand one below the other, so that both can be seen on a screen.
    """
    shown = [picture for picture in (one, other) if picture is not None]
    sheets = [_under(name, picture) for picture, name in zip(shown, names, strict=False)]
    below = max(sheet.width for sheet in sheets) > WIDE * HEIGHT
    across, down = (max, sum) if below else (sum, max)
    size = across(sheet.width for sheet in sheets), down(sheet.height for sheet in sheets)
    paper, left, top = Image.new("RGB", size, "white"), 0, 0
    for sheet in sheets:
        paper.paste(sheet, (left, top))
        left, top = (left, top + sheet.height) if below else (left + sheet.width, top)
    buffer = BytesIO()
    paper.save(buffer, "PNG")
    return buffer.getvalue()


def _under(name: str, picture: np.ndarray) -> Image.Image:
    """Return a picture at HEIGHT, with its name above it and a white margin."""
    image = Image.fromarray(picture.astype(np.uint8))
    width = max(1, round(image.width * HEIGHT / image.height))
    sheet = Image.new("RGB", (width + 2 * GAP, HEIGHT + BAND + GAP), "white")
    ImageDraw.Draw(sheet).text((GAP, 5), name, fill="black", font=ImageFont.load_default(16))
    sheet.paste(image.resize((width, HEIGHT), Image.Resampling.LANCZOS), (GAP, BAND))
    return sheet
