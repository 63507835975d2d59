"""Rules for the sampled text: it does not go in circles, and is what the cell above it prints."""

import ast
from typing import Any

# A text goes in circles where at most so many words come again and again, so many times in a row,
# and that makes up so large a share of it.
LONGEST_CIRCLE, LEAST_TIMES, LEAST_SHARE = 3, 4, 1 / 3
# Empty words, which a chapter has where lines are blank, cannot be counted in every printed text.
LEAST_WORDS = 0.8


def circle(text: str) -> str:
    """Return the one to three words that a text repeats over and over, or nothing."""
    words = text.lower().split()
    for size in range(1, LONGEST_CIRCLE + 1):
        start, length = _longest_run(words, size)
        if length >= LEAST_TIMES * size and length >= LEAST_SHARE * len(words):
            return " ".join(words[start : start + size])
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
        return f"begins with “{words[0]}”, while its cell says “{first.strip()}”"
    if isinstance(length, int) and not _may_be(text, length):
        return f"has {len(words)} words, while its cell says {length}"
    return ""


def _may_be(text: str, length: int) -> bool:
    exact = len(text.replace("\n", " ").split(" ")) == length
    return exact or LEAST_WORDS * length <= len(text.split()) <= length


def _constants(source: str) -> dict[str, Any]:
    """Return the names that a cell sets to constants; nothing where it is no Python."""
    try:
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
