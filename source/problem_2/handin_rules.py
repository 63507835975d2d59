"""Rules of this assignment for what is handed in, beside those that every assignment has.

`gradekit submit` runs them on a student's computer and `gradekit grade` from the course's own copy,
on the same data: `gradekit.submission.rules` says what a rule gets and what it may return. Nothing
of it gives or costs points.
"""

import ast
import re
import string
import warnings
from bisect import bisect
from collections.abc import Sequence
from typing import Any

import numpy as np

from gradekit.submission.rules import Advice, Doubt, Found, FoundCell, Problem, unquoted

# --- curves: of the last training, and of one that is good enough ---------------------------------

# As in lib/plots.py: the first curve's colour, and the scale of the accuracy.
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

_EPOCH = re.compile(
    r"\(Epoch\s+\d+\s*/\s*\d+\)\s*Training Accuracy:\s*(?P<accuracy>[01]?\.\d{1,20}|[01])"
)


def shows_its_training(found: Found) -> Doubt | None:
    """Doubt curves that were drawn before the training, or that end at another accuracy."""
    training = found.after
    if training is None or not found.figures:
        return None
    if found.cell.ran and training.ran and found.cell.ran < training.ran:
        return Doubt("older than its training run")
    plotted, claimed = plotted_accuracy(found.figures[0]), claimed_accuracy(training)
    if plotted is None or claimed is None or abs(plotted - claimed) <= 1.5 * EXACT_PERCENT / 100:
        return None
    return Doubt(f"ends at {plotted:.0%}, while the training above it printed {claimed:.1%} last")


def training_is_good_enough(found: Found) -> Advice | None:
    """Advise to train on where the accuracy is not above what the training's cell asks for."""
    training = found.after
    wanted = training.facts.get("accuracy_above") if training else None
    reached = claimed_accuracy(training) if training else None
    if training is None or reached is None or not isinstance(wanted, int | float):
        return None
    if reached > wanted:
        return None
    return Advice(
        f"{training.heading or found.title}: the training ends at an accuracy of {reached:.1%}, "
        f"and the notebook asks for more than {wanted:.0%}. Train longer, or change the settings."
    )


def claimed_accuracy(training: FoundCell) -> float | None:
    """Return the last accuracy (0 to 1) that a training cell printed, or None."""
    found = _EPOCH.findall(training.printed)
    return float(found[-1]) if found else None


def plotted_accuracy(pixels: np.ndarray) -> float | None:
    """Return the last accuracy (0 to 1) that a picture of curves shows; None where unclear.

    `pixels` are the colours (height, width, 3) of the picture on white, 0 to 255. The accuracy is
    the height at which the first curve ends, in the right one of two axes.
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


# --- the sampled text: goes in no circle, and is what its cell says that it prints ----------------

# A text goes in circles where at most so many words come again and again, so many times in a row,
# and that makes up so large a share of it.
LONGEST_CIRCLE, LEAST_TIMES, LEAST_SHARE = 3, 4, 1 / 3
# Empty words, which a chapter has where lines are blank, cannot be counted in every printed text.
LEAST_WORDS = 0.8
# The cell has some ten lines; a longer one is not parsed.
MAX_SOURCE_CHARACTERS = 10_000
MAX_TOLD_CHARACTERS = 40
MAX_TOLD_BITS = 128
# Where a sample is looked for: among the first words, and at so many starts of lines.
NEAR_WORDS, MOST_PLACES = 8, 20

# What may stand around a word that is the same one.
_AROUND = string.punctuation + string.whitespace + "“”„‘’‚«»‹›…–—"


def goes_in_no_circle(found: Found) -> Problem | None:
    """Refuse a text that repeats one to three words over and over."""
    again = circle(found.text)
    remedy = "Train longer, or change the settings {cell} and run it again"
    return Problem(f"repeats “{again}” over and over", remedy) if again else None


def is_as_its_cell_says(found: Found) -> Doubt | None:
    """Doubt a text that begins otherwise, or is longer or shorter, than its cell sets."""
    differs = unlike_cell(found.text, found.cell.source) if found.text else ""
    remedy = "If you changed the cell {cell} after it ran, run it again, then save."
    return Doubt(differs, remedy) if differs else None


def circle(text: str) -> str:
    """Return the one to three words that a text repeats over and over, or nothing."""
    words = text.lower().split()
    for size in range(1, LONGEST_CIRCLE + 1):
        start, length = _longest_run(words, size)
        if length >= LEAST_TIMES * size and length >= LEAST_SHARE * len(words):
            return " ".join(_told(word) for word in words[start : start + size])
    return ""


def _longest_run(words: list[str], size: int) -> tuple[int, int]:
    """Return where the longest piece begins in which each word comes again `size` words on."""
    best, start = (0, 0), 0
    for place in range(size, len(words) + 1):
        if place == len(words) or words[place] != words[place - size]:
            best = max(best, (place - start, -start))
            start = place - size + 1
    return -best[1], best[0]


def unlike_cell(text: str, source: str) -> str:
    """Return how a text differs from what its cell says it prints, or nothing.

    The cell says the first word and the length; where they are no plain constants, nothing is said.
    Something else may be printed as well: a heading, another sample.
    """
    firsts, lengths = _settings(source)
    words, found = _pieces(text, firsts, lengths)
    if firsts and words and not found:
        return f"begins with “{_told(words[0])}”, while its cell says “{_told(firsts[-1])}”"
    fits = any(_may_be(end - start, length) for start, end in found for length in lengths)
    if lengths and not fits and len(text.replace("\n", " ").split(" ")) not in lengths:
        return f"has {len(words)} words, while its cell says {_told(lengths[-1])}"
    return ""


def _pieces(
    text: str, firsts: list[str], lengths: list[int]
) -> tuple[list[str], list[tuple[int, int]]]:
    """Return the words of a text, and from which to which of them a sample may go."""
    words: list[str] = []
    lines: list[int] = []
    for line in unquoted(text).split("\n"):
        lines.append(len(words))
        words += line.split()
    ends = sorted({*lines, len(words)})
    alike = {*firsts, *map(_bare, firsts)} - {""}
    starts = [n for n, word in enumerate(words) if word in alike or _bare(word) in alike]
    places = sorted({*lines, *range(NEAR_WORDS)} & set(starts)) if firsts else sorted(set(lines))
    found = _to_line_ends([place for place in places if place < len(words)], ends)
    if found or not firsts:
        return words, found
    behind = _to_line_ends(starts, ends)
    return words, [(start, end) for start, end in behind if end - start in lengths]


def _to_line_ends(starts: list[int], ends: list[int]) -> list[tuple[int, int]]:
    """Return the pieces from the first of some places to each of the next ends of lines."""
    later = [[*ends[bisect(ends, n) :][:MOST_PLACES], ends[-1]] for n in starts[:MOST_PLACES]]
    return [(start, end) for start, found in zip(starts, later, strict=False) for end in found]


def _bare(word: str) -> str:
    return word.strip(_AROUND).casefold()


def _may_be(words: int, length: int) -> bool:
    # The whole number may be too large for a float.
    return words <= length and LEAST_WORDS * min(length, 2 * words) <= words


def _settings(source: str) -> tuple[list[str], list[int]]:
    """Return the first words and the lengths that a cell sets, one after another."""
    constants = _constants(source)
    firsts = [one for name, one in constants if name == "first_word" and isinstance(one, str)]
    lengths = [one for name, one in constants if name == "text_length" and type(one) is int]
    return [first.strip() for first in firsts if first.strip()], lengths


def _told(said: object) -> str:
    # Python writes out no number of more than some thousand digits.
    huge = isinstance(said, int) and said.bit_length() > MAX_TOLD_BITS
    text = "a huge number" if huge else str(said)
    return text if len(text) <= MAX_TOLD_CHARACTERS else f"{text[:MAX_TOLD_CHARACTERS]}…"


def _constants(source: str) -> list[tuple[str, Any]]:
    """Return the names that a cell sets to constants; nothing where it is no Python, or long."""
    if len(source) > MAX_SOURCE_CHARACTERS:
        return []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    return [
        (target.id, node.value.value)
        for node in body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    ]
