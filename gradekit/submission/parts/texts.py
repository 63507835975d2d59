"""Texts of a hand-in: cleaned, without markup, and their words counted."""

import re

from gradekit import bounds

MAX_TEXT_CHARACTERS = bounds.TEXT_CHARACTERS
MAX_TOLD_CHARACTERS = 80

_CONTROLS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# Han, Hiragana, Katakana and Bopomofo.
_CJK = re.compile(
    "[\u3005-\u3007\u3040-\u30ff\u3100-\u312f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_TARGET = re.compile(r"\]\([^\])\s]*\)")


def clean(text: str) -> str:
    """Return a text without terminal colours, control characters and halves of characters."""
    text = text.replace("\r\n", "\n").expandtabs(4)
    return _CONTROLS.sub("", text).encode("utf-8", "replace").decode("utf-8")


def short(text: str, most: int = MAX_TOLD_CHARACTERS) -> str:
    """Return a clean text, cut where it is longer than is told."""
    text = clean(text[: 2 * most])
    return text if len(text) <= most else f"{text[:most]}…"


def count_words(markdown: str) -> int:
    """Return how many words a text has: pieces between whitespace that hold a letter or a digit.

    So a dash or a bullet is no word, `don't` and `T=50` are one each, and a formula counts as many
    as it has pieces between whitespace. Chinese and Japanese have no spaces: there each character
    counts as a word, as word processors count it. HTML tags and addresses of pictures count for
    nothing.
    """
    text, characters = _CJK.subn(" ", without_markup(markdown))
    return characters + sum(any(map(str.isalnum, piece)) for piece in text.split())


def without_markup(markdown: str) -> str:
    """Return a text without the tags of HTML and the addresses of pictures and links."""
    return _TAG.sub(" ", _TARGET.sub("]", markdown))
