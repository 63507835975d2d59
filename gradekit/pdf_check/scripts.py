"""Scripts whose letters a page shows joined, stacked or in another order than a text has them.

What a PDF says of such letters depends on the program that made it: pieces of ligatures get lost,
vowels stand before their consonants, lines run backwards. So their words cannot be held against a
text letter by letter; their consonants stay in order.
"""

import re
import unicodedata
from bisect import bisect_right
from itertools import groupby

# First and last codes, in order: the scripts of India and South-East Asia, Mongolian. Those that
# run from right to left are told by each letter itself.
_RANGES = (
    (0x0900, 0x109F),
    (0x1700, 0x1AFF),
    (0x1B00, 0x1C7F),
    (0xA800, 0xA82F),
    (0xA840, 0xAADF),
    (0xAAE0, 0xAAFF),
    (0xABC0, 0xABFF),
    (0x11000, 0x11FFF),
)
_STARTS = [first for first, _ in _RANGES]
# The vowels among the letters of Thai and Lao, which stand before, behind and around consonants.
_VOWELS = frozenset(map(chr, [*range(0x0E30, 0x0E34), *range(0x0E40, 0x0E47)])) | frozenset(
    map(chr, [*range(0x0EB0, 0x0EB4), *range(0x0EC0, 0x0EC7)])
)
_WORD = re.compile(r"\S+")


def is_reshaped(letter: str) -> bool:
    """Whether a letter is of a script that is joined, stacked or written from right to left."""
    number = bisect_right(_STARTS, ord(letter)) - 1
    within = number >= 0 and ord(letter) <= _RANGES[number][1]
    return within or is_right_to_left(letter)


def is_right_to_left(letter: str) -> bool:
    """Whether a letter is of a script that runs from right to left."""
    return unicodedata.bidirectional(letter) in ("R", "AL")


def without_reshaped(text: str, gap: str) -> str:
    """Return a text with a gap in the place of each word that has such letters."""
    wanted = frozenset(filter(is_reshaped, set(text)))
    return _WORD.sub(lambda word: gap if wanted.intersection(word[0]) else word[0], text)


def consonants(text: str) -> str:
    """Return the letters of such scripts in a text without vowels and marks, each once in a row."""
    wanted = frozenset(c for c in set(text) - _VOWELS if c.isalpha() and is_reshaped(c))
    return "".join(letter for letter, _ in groupby(filter(wanted.__contains__, text)))


def reshaped_scripts(text: str) -> list[str]:
    """Return the names of such scripts in a text, as Unicode has them."""
    letters = filter(is_reshaped, set(text))
    return sorted({unicodedata.name(c, "unknown").split()[0].title() for c in letters})
