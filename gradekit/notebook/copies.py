"""The one rule for which copy of a cell counts, where a notebook has several, and what is written.

For the grade, for the PDF and for what students are told alike.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence

ANSWER_STUB = "YOUR ANSWER HERE"
_LABEL = re.compile(r"\W*(?:answer|ans)\W*", re.I)


def place_of_counting(copies: Sequence[str], released: str, is_answer: bool) -> int:
    """Return which of the copies' texts counts, by its place among them.

    It is the last one; of an answer the last one that somebody has written in, if there is one.
    `released` is the text that was given.
    """
    if is_answer:
        return last_filled(len(copies), lambda place: is_written(copies[place], released))
    return len(copies) - 1


def last_filled(count: int, is_filled: Callable[[int], object]) -> int:
    """Return the place of the last of some copies that holds something, else that of the last."""
    return next(filter(is_filled, reversed(range(count))), count - 1)


def is_written(text: str, released: str) -> bool:
    """Whether a text says something beyond what was given and a label.

    Letters, digits, and signs as ∇ and ✓ do; dashes, and what Markdown is written with, do not.
    """
    if _squashed(text) in ("", _squashed(released)):
        return False
    return any(map(_says, without_label(without_given(text, released))))


def without_given(text: str, released: str) -> str:
    """Return a text without what was given: the whole, or else what stands around the stub."""
    own = text.replace(released.strip(), "", 1)
    if own == text and ANSWER_STUB in released:
        for piece in filter(None, map(str.strip, released.split(ANSWER_STUB))):
            own = own.replace(piece, "", 1)
    return own.replace(ANSWER_STUB, "", 1)


def without_label(text: str) -> str:
    """Return a text without its first line that says no more than “Answer”."""
    lines = text.split("\n")
    labels = (n for n, line in enumerate(lines) if _LABEL.fullmatch(line))
    label = next(labels, len(lines))
    return "\n".join([*lines[:label], *lines[label + 1 :]])


def _says(letter: str) -> bool:
    is_sign = not letter.isascii() and unicodedata.category(letter).startswith("S")
    return letter.isalnum() or is_sign


def _squashed(text: str) -> str:
    return "".join(text.split())
