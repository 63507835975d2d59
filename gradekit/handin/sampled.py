"""Rules for the sampled text: it does not go in circles, and is what the cell above it prints."""

import ast
import warnings
from typing import Any

# A text goes in circles where at most so many words come again and again, so many times in a row,
# and that makes up so large a share of it.
LONGEST_CIRCLE, LEAST_TIMES, LEAST_SHARE = 3, 4, 1 / 3
# Empty words, which a chapter has where lines are blank, cannot be counted in every printed text.
LEAST_WORDS = 0.8
# The cell has some ten lines; a longer one is not parsed.
MAX_SOURCE_CHARACTERS = 10_000
MAX_TOLD_CHARACTERS = 40


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
    """
    constants = _constants(source)
    first, length = constants.get("first_word"), constants.get("text_length")
    words = text.split()
    if isinstance(first, str) and first.strip() and words and words[0] != first.strip():
        return f"begins with “{_told(words[0])}”, while its cell says “{_told(first.strip())}”"
    if isinstance(length, int) and not _may_be(text, length):
        return f"has {len(words)} words, while its cell says {_told(length)}"
    return ""


def _may_be(text: str, length: int) -> bool:
    exact = len(text.replace("\n", " ").split(" ")) == length
    words = len(text.split())
    # The whole number may be too large for a float.
    return exact or (words <= length and LEAST_WORDS * min(length, 2 * words) <= words)


def _told(said: object) -> str:
    text = str(said)
    return text if len(text) <= MAX_TOLD_CHARACTERS else f"{text[:MAX_TOLD_CHARACTERS]}…"


def _constants(source: str) -> dict[str, Any]:
    """Return the names that a cell sets to constants; nothing where it is no Python, or long."""
    if len(source) > MAX_SOURCE_CHARACTERS:
        return {}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    return {
        target.id: node.value.value
        for node in body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
