"""Keeps the colours of TeX formulas on their way through pandoc, which drops them.

A piece in a colour becomes one that is crossed out, which pandoc writes; then that one gets its
colour. What is put into the math is made of numbers alone.
"""

import re
from dataclasses import dataclass, field

from PIL import ImageColor

RGB = tuple[int, int, int]

# The piece of typst's code that says a colour.
COLOR = re.compile(r"color: #\(\d{1,3}, \d{1,3}, \d{1,3}\)")

_STAND_IN, _WRITTEN, _END = "\\xcancel{", "cancel(", "cross: #true)"
_COLOR = (
    r"\\(?P<kind>textcolor|color)\s{0,9}(?:\[(?P<model>\w{1,9})\])?\s{0,9}\{(?P<name>[^{}]{1,40})\}"
)
_COLORED = re.compile(_COLOR)
_TOKEN = re.compile(
    rf"{_COLOR}\s{{0,9}}(?P<brace>\{{?)|(?P<open>\\(?:begin|left)(?![A-Za-z])|\{{)"
    r"|(?P<close>\\(?:end|right)(?![A-Za-z])|\})|(?P<next>\\\\|&)|\\.",
    re.S,
)


@dataclass
class _Level:
    """A group that is open: its own colour, and how many colours last until it ends."""

    own: RGB | None = None
    lasting: list[RGB] = field(default_factory=list)


def has_colors(tex: str) -> bool:
    """Whether a formula names a colour."""
    return bool(_COLORED.search(tex))


def without_colors(tex: str) -> str:
    """Return TeX without what names a colour."""
    return _COLORED.sub("", tex)


def stand_ins(tex: str) -> tuple[str, list[RGB]]:
    """Return TeX with stand-ins for pieces in a colour, and the colours, as the pieces end."""
    if "cancel" in tex or not has_colors(tex):
        return without_colors(tex), []
    pieces: list[str] = []
    ended: list[RGB] = []
    levels, place = [_Level()], 0
    for found in _TOKEN.finditer(tex):
        pieces.append(tex[place : found.start()])
        pieces.append(_step(found, levels, ended))
        place = found.end()
    pieces += [tex[place:], _end(levels[0], ended)]
    return "".join(pieces), ended


def _step(found: re.Match[str], levels: list[_Level], ended: list[RGB]) -> str:
    """Return what stands in the place of one token."""
    if found["kind"]:
        return _begin(found, levels)
    if found["open"]:
        levels.append(_Level())
    if found["next"]:
        return _end(levels[-1], ended) + found[0]
    if found["close"] and len(levels) > 1:
        level = levels.pop()
        closing = _end(level, ended)
        ended += [level.own] if level.own else []
        return closing + found[0]
    return found[0]


def _begin(found: re.Match[str], levels: list[_Level]) -> str:
    rgb = _rgb(found["name"].strip(), found["model"])
    if found["brace"]:
        levels.append(_Level(rgb))
        return _STAND_IN if rgb else "{"
    if not rgb or found["kind"] == "textcolor":
        return ""
    levels[-1].lasting.append(rgb)
    return _STAND_IN


def _end(level: _Level, ended: list[RGB]) -> str:
    """End the colours that last until here."""
    count = len(level.lasting)
    ended += level.lasting[::-1]
    level.lasting.clear()
    return "}" * count


def _rgb(name: str, model: str | None) -> RGB | None:
    """Return a colour as red, green and blue, 0 to 255; None where nobody knows it."""
    written = {"HTML": f"#{name}", "RGB": f"rgb({name})", None: name}.get(model, "")
    try:
        red, green, blue, *_ = ImageColor.getrgb(written)
    except ValueError:
        return None
    return red, green, blue


def colored(math: str, colors: list[RGB]) -> str:
    """Return the math that pandoc wrote, with colours in the place of their stand-ins.

    Nothing where it is not clear which piece has which colour.
    """
    if not colors:
        return math
    pieces = math.split(_END)
    if len(pieces) != len(colors) + 1 or math.count(_WRITTEN) != len(colors):
        return ""
    made = [f"{piece}color: #{color})" for piece, color in zip(pieces, colors, strict=False)]
    return "".join([*made, pieces[-1]]).replace(_WRITTEN, "shade(")
