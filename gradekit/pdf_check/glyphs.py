"""Tells whether letters look like what a file says that they are.

A PDF names its letters itself, so that one text can be shown under the names of another's letters.
Here the ink of letters is held against Latin letters and digits in several typefaces. How many of
the others are more like it than what it is named for says little of one letter, and enough of a
line of them.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from gradekit.submission.parts.images import font_files

KNOWN = "abcdefghijklmnopqrstuvwxyz0123456789"
# Matplotlib's, which lie beside the fonts that SVGs are drawn with.
FACES = (
    "DejaVuSans",
    "DejaVuSans-Bold",
    "DejaVuSans-Oblique",
    "DejaVuSansMono",
    "DejaVuSerif",
    "STIXGeneral",
    "STIXGeneralBol",
    "STIXGeneralItalic",
    "cmr10",
    "cmss10",
    "cmtt10",
)
SIDE, PROPORTIONS = 12, 0.5  # pixels of a letter as it is compared; the weight of its proportions
DRAWN_PIXELS = 48
# So many letters are looked at together, each once, and are wrong where so many others are more
# like half of them. Of right letters it is 0 or 1, of letters named by chance 7 and more.
TOGETHER, LOOKED_AT, MOST_ALIKE, FEWEST = 48, 24, 4, 10


def look_as_named(inks: Sequence[np.ndarray], names: Sequence[str]) -> np.ndarray:
    """Return which letters look like their names, given each one's ink (height, width), upright.

    What is no Latin letter or digit, or stands among few different ones, is taken as it is named.
    """
    right = np.ones(len(names), dtype=bool)
    if not len(font_files()):
        return right
    for start in range(0, len(names), TOGETHER):
        window = range(start, min(start + TOGETHER, len(names)))
        # Each name once: one 0 that looks like an O says as much as a row of them.
        known = {
            names[n]: n for n in window if names[n] and names[n] in KNOWN and min(inks[n].shape) > 0
        }
        chosen = list(known.values())[:LOOKED_AT]
        if len(chosen) >= FEWEST:
            ranks = _ranks([inks[n] for n in chosen], [names[n] for n in chosen])
            right[window.start : window.stop] = np.median(ranks) <= MOST_ALIKE
    return right


def _ranks(inks: Sequence[np.ndarray], names: Sequence[str]) -> np.ndarray:
    """Return for each letter how many others are more like its ink than what it is named for."""
    looks = np.array([_look(ink) for ink in inks])
    templates, starts = typefaces()
    # Both have norm 1 but for the proportions: what is far is not alike.
    far = ((templates**2).sum(axis=1) - 2 * looks @ templates.T) + (looks**2).sum(axis=1)[:, None]
    nearest = np.minimum.reduceat(far, starts, axis=1)
    own = nearest[np.arange(len(names)), [KNOWN.index(name) for name in names]]
    return np.asarray((nearest < own[:, None]).sum(axis=1))


@cache
def typefaces() -> tuple[np.ndarray, np.ndarray]:
    """Return the looks (count, features) of all known letters, and where each letter's begin."""
    folder = font_files()[0].parent
    paths = [folder / f"{face}.ttf" for face in FACES]
    fonts = [ImageFont.truetype(str(path), DRAWN_PIXELS) for path in paths if path.is_file()]
    looks: list[np.ndarray] = []
    starts = []
    for letter in KNOWN:
        starts.append(len(looks))
        forms = sorted({letter, letter.upper()})
        looks += [_look(_drawn(form, font)) for font in fonts for form in forms]
    return np.array(looks), np.array(starts)


def _drawn(letter: str, font: ImageFont.FreeTypeFont) -> np.ndarray:
    image = Image.new("L", (2 * DRAWN_PIXELS, 2 * DRAWN_PIXELS))
    place = DRAWN_PIXELS // 2, DRAWN_PIXELS // 4
    ImageDraw.Draw(image).text(place, letter, fill=255, font=font)
    return np.asarray(image.crop(image.getbbox()))


def _look(ink: np.ndarray) -> np.ndarray:
    """Return the look of a letter: its ink at one size, centred, of norm 1, and its proportions."""
    high, wide = ink.shape
    small = Image.fromarray(ink.astype(np.uint8)).resize((SIDE, SIDE), Image.Resampling.BILINEAR)
    pixels = np.asarray(small, dtype=float).ravel()
    pixels -= pixels.mean()
    pixels /= float(np.linalg.norm(pixels)) or 1.0
    return np.append(pixels, PROPORTIONS * np.log(wide / high))
