"""The pictures of a hand-in that a page may show: those that came with the notebook, as pixels.

A picture from elsewhere would be fetched by who reads the page, from wherever the hand-in says; it
is named in its place. A drawing such as SVG can fetch and run things itself.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote

from gradekit.gradebook.page.picture_size import pixels_of

KINDS = ("png", "jpeg", "gif", "webp", "jpg")
MOST_PIXELS_OF_CELL = 80_000_000  # of all pictures that one cell's text shows
# Characters of all pictures that are written into the text of one cell, and of all cells.
MOST_ENCODED, MOST_ENCODED_OF_NOTEBOOK = 5_000_000, 20_000_000
ATTACHMENT = "attachment:"
MOST_SHOWN = 120  # characters of an address that is named

_HEAD = rf"data:image/(?:{'|'.join(KINDS)});base64,"
# In quotes, as HTML has it, the lines may be broken.
_EMBEDDED = re.compile(
    rf"""(?<=["']){_HEAD}[A-Za-z0-9+/=\s]++(?=["'])|{_HEAD}[A-Za-z0-9+/=]++""", re.I
)
_STAND_IN = "data:gradekit,"
_STANDS_IN = re.compile(rf"{_STAND_IN}\d+")
_WHOLE = re.compile(rf"{_HEAD}([A-Za-z0-9+/=\s]++)", re.I)


def lift_pictures(text: str, most: int = MOST_ENCODED) -> tuple[str, dict[str, str]]:
    """Return a text with short stand-ins for the pictures that are written into it, and these.

    Those that are more than `most` characters together, or MOST_ENCODED, are cut.
    """
    lifted: dict[str, str] = {}
    room = min(most, MOST_ENCODED)

    def stand_in(found: re.Match[str]) -> str:
        nonlocal room
        room -= len(found[0])
        if room < 0:
            return f"{found[0][:30]}…"
        name = f"{_STAND_IN}{len(lifted)}"
        lifted[name] = found[0]
        return name

    return _EMBEDDED.sub(stand_in, text), lifted


def put_back(text: str, lifted: Mapping[str, str]) -> str:
    """Return a text with the pictures themselves where their stand-ins are."""
    return _STANDS_IN.sub(lambda found: lifted.get(found[0], found[0]), text)


def with_quoted_names(text: str, attachments: Mapping[str, Any]) -> str:
    """Return Markdown in which the names of attachments have no characters that end an address."""
    for name in attachments:
        if quote(name) != name:
            text = text.replace(f"]({ATTACHMENT}{name})", f"]({ATTACHMENT}{quote(name)})")
    return text


class Pictures:
    """The pictures that one cell has: its attachments, and those that its text holds."""

    def __init__(self, attachments: Mapping[str, Any], lifted: Mapping[str, str]) -> None:
        self._attached = {unquote(name): bundle for name, bundle in attachments.items()}
        self._lifted = lifted
        self._room = MOST_PIXELS_OF_CELL

    def address(self, source: str) -> str:
        """Return the picture behind an address as one that holds it, or nothing."""
        held = self._held(source.strip())
        found = _WHOLE.fullmatch(held)
        pixels = pixels_of(found[1]) if found else 0
        if not 0 < pixels <= self._room:
            return ""
        self._room -= pixels
        return "".join(held.split())

    def _held(self, source: str) -> str:
        """Return the address that holds the picture which another one names, or that one."""
        if not source.lower().startswith(ATTACHMENT):
            return self._lifted.get(source, source)
        bundle = self._attached.get(unquote(source[len(ATTACHMENT) :]), {})
        for kind in KINDS:
            encoded = bundle.get(f"image/{kind}") if isinstance(bundle, Mapping) else None
            if isinstance(encoded, str):
                return f"data:image/{kind};base64,{encoded}"
        return ""

    def placeholder(self, source: str) -> str:
        """Return the words that stand where a picture is not shown."""
        if _WHOLE.fullmatch(self._held(source.strip())):
            return "[picture not shown, for it is damaged or too large]"
        source = " ".join(source.split())
        if source.lower().startswith("data:image/"):
            return "[picture not shown, for it is no PNG, JPEG, GIF or WebP]"
        if source.lower().startswith(ATTACHMENT):
            name = unquote(source[len(ATTACHMENT) :])
            return f"[picture {name[:MOST_SHOWN]!r}: it is not in the notebook]"
        shown = source if len(source) <= MOST_SHOWN else f"{source[:MOST_SHOWN]}…"
        return f"[picture not shown, for it is not in the notebook: {shown}]"
