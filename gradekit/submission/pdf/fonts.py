"""The fonts of a hand-in's PDF: typst's own, and Noto fonts from wheels for other scripts.

No font of the computer is used, so that the same hand-in looks the same everywhere. Letters that no
font has are known, and told.
"""

import importlib.util
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from matplotlib.ft2font import FT2Font

PACKAGES = ("manimgx_fonts", "manimgx_fonts_cjk")
SERIFS, MONO = ("Libertinus Serif", "New Computer Modern"), "DejaVu Sans Mono"
TYPST = (*SERIFS, MONO)
# The letters of these scripts that the monospaced font has are harder to read. So are Arabic's, but
# what Noto's Arabic font draws, letter and dots apart, cannot be read back from a PDF.
BEFORE_MONO = ("Noto Sans Armenian", "Noto Sans Georgian", "Noto Sans Lao")
# Of one letter Chinese, Japanese and Korean have their own forms.
CHINESE, JAPANESE, KOREAN = "Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans CJK KR"
MOST_TOLD = 12  # letters


def has_other_scripts(text: str) -> bool:
    """Whether a text has letters that typst's own fonts may lack.

    They have Latin, Greek, Cyrillic, punctuation, arrows and mathematics.
    """
    return any(map(_is_other, text))


def families(text: str) -> list[str]:
    """Return the fonts for a text, in the order in which each letter is looked for in them."""
    if not has_other_scripts(text):
        return list(TYPST)
    return [*SERIFS, *BEFORE_MONO, MONO, _east_asian(text)]


def _east_asian(text: str) -> str:
    if any("\u3040" <= c < "\u3100" for c in text):
        return JAPANESE
    hangul = any("\uac00" <= c < "\ud7b0" or "\u1100" <= c < "\u1200" for c in text)
    return KOREAN if hangul else CHINESE


def folders() -> list[Path]:
    """Return the folders of the Noto fonts."""
    found = (importlib.util.find_spec(name) for name in PACKAGES)
    return [Path(spec.origin).parent for spec in found if spec and spec.origin]


def not_shown(text: str) -> set[str]:
    """Return the letters of a text that no font has."""
    wanted = {c for c in set(text) if _is_other(c) and _is_drawn(c)}
    return {c for c in wanted if ord(c) not in _known()} if wanted else set()


def named(letters: Iterable[str]) -> str:
    """Return letters as one reads of them, with their scripts as Unicode names these."""
    told = sorted(letters)
    scripts = sorted({unicodedata.name(c, "unknown").split()[0].title() for c in told})
    shown = " ".join(told[:MOST_TOLD]) + (" …" if len(told) > MOST_TOLD else "")
    return f"{shown} ({', '.join(scripts[:3])})"


def _is_other(c: str) -> bool:
    return "\u0530" <= c < "\u1e00" or "\u2600" <= c < "\U0001d400" or c >= "\U0001d800"


def _is_drawn(c: str) -> bool:
    """Whether a character has a look of its own: it joins, selects and spaces nothing."""
    return unicodedata.category(c)[0] in "LNPS" or unicodedata.category(c) in ("Co", "Cn")


@cache
def _known() -> frozenset[int]:
    """Return the codes of all characters that the fonts have, but for typst's own serifs."""
    files = [path for folder in folders() for path in folder.glob("Noto*.tt[fc]")]
    found = importlib.util.find_spec("matplotlib")
    if found and found.origin:
        fonts = Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"
        files.append(fonts / "DejaVuSansMono.ttf")  # typst has the same
    return frozenset(code for file in files for code in FT2Font(str(file)).get_charmap())
