"""Rules for the sampled text: it does not go in circles, and is what the cell above it prints."""

import ast
import string
import warnings
from bisect import bisect
from collections.abc import Iterator
from typing import Any

from gradekit import bounds
from gradekit.submission.shown_text import unquoted

# A text goes in circles where at most so many words come again and again, so many times in a row,
# and that makes up so large a share of it.
LONGEST_CIRCLE, LEAST_TIMES, LEAST_SHARE = 3, 4, 1 / 3
# Empty words, which a chapter has where lines are blank, cannot be counted in every printed text.
LEAST_WORDS = 0.8
# The cell has some ten lines; a longer one is not parsed.
MAX_SOURCE_CHARACTERS = bounds.SAMPLE_SOURCE_CHARACTERS
MAX_TOLD_CHARACTERS = 40
MAX_TOLD_BITS = 128
# Where a sample is looked for: among the first words, and at so many starts of lines.
NEAR_WORDS, MOST_PLACES = 8, 20

# What may stand around a word that is the same one.
_AROUND = string.punctuation + string.whitespace + "“”„‘’‚«»‹›…–—"


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


def samples_in(text: str, source: str) -> Iterator[str]:
    """Yield the pieces of what a cell printed that may be samples, with single spaces.

    A sample begins with a first word that the cell sets, at the start of a line or near that of the
    text, and goes on to the end of a line or of the text. Behind a longer heading it has the length
    that the cell sets.
    """
    words, found = _pieces(text, *_settings(source))
    return (" ".join(words[start:end]) for start, end in found)


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
