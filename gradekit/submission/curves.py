"""Reads the accuracy that a plot of learning curves shows, from its pixels.

It is the height at which the first curve ends, in the right one of two axes whose scale is known,
as the assignment's own plots have them.
"""

from collections.abc import Sequence

import numpy as np

# As in the assignment's lib/plots.py: the first curve's colour, and the scale of the accuracy.
FIRST_COLOUR = (0x00, 0x72, 0xB2)
TOP_PERCENT = 102.0
# How far a pixel's red, green and blue may be from the curve's, and how dark a frame is, of 255.
COLOUR_DISTANCE, DARK = 59, 109
LOWEST = [max(channel - COLOUR_DISTANCE, 0) for channel in FIRST_COLOUR]
HIGHEST = [min(channel + COLOUR_DISTANCE, 255) for channel in FIRST_COLOUR]
# A frame's sides are at least so long, as shares of the picture.
LEAST_HEIGHT, LEAST_WIDTH = 0.45, 0.6
LAST_COLUMNS = 3
# What can be read is this exact, in percent: a pixel or two.
EXACT_PERCENT = 1.0
# Of a larger picture, or one with more long lines, nothing is read: it is no plot of two axes.
MAX_SIDE_PIXELS = 10_000
MAX_LINES = 8


def plotted_accuracy(pixels: np.ndarray) -> float | None:
    """Return the last accuracy (0 to 1) that a picture of curves shows; None where unclear.

    `pixels` are the colours (height, width, 3) of the picture on white, 0 to 255.
    """
    if max(pixels.shape[:2]) > MAX_SIDE_PIXELS:
        return None
    dark = _between(pixels, (0, 0, 0), (DARK, DARK, DARK))
    height, width = dark.shape
    columns = _groups(dark.sum(axis=0) > LEAST_HEIGHT * height)
    rows = _groups(dark.sum(axis=1) > LEAST_WIDTH * width)
    if len(columns) != 4 or len(rows) != 2:
        return None
    (left, right), (top, bottom) = columns[2:], rows
    inside = pixels[round(top) + 1 : round(bottom), round(left) + 2 : round(right) - 1]
    curve = _between(inside, LOWEST, HIGHEST)
    used = np.flatnonzero(curve.any(axis=0))
    if not used.size:
        return None
    ends = np.nonzero(curve[:, max(used[-1] - LAST_COLUMNS, 0) : used[-1] + 1])[0]
    y = round(top) + 1 + float(np.median(ends))
    return float(np.clip(TOP_PERCENT * (bottom - y) / (bottom - top) / 100, 0.0, 1.0))


def _between(pixels: np.ndarray, low: Sequence[int], high: Sequence[int]) -> np.ndarray:
    """Return which pixels' colours lie within bounds; a channel at a time, which is quickest."""
    found = np.ones(pixels.shape[:2], dtype=bool)
    for channel in range(3):
        values = pixels[:, :, channel]
        found &= (values >= low[channel]) & (values <= high[channel])
    return found


def _groups(marked: np.ndarray) -> list[float]:
    """Return the middles of the runs of neighbours that are marked; nothing where they are many."""
    places = np.flatnonzero(marked)
    breaks = np.flatnonzero(np.diff(places) > 1) + 1
    if not places.size or breaks.size >= MAX_LINES:
        return []
    return [float(run.mean()) for run in np.split(places, breaks)]
