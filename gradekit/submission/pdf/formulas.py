"""Turns TeX formulas into typst's math, and says which of them cannot be turned."""

import hashlib
import json
import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import typst

from gradekit import bounds
from gradekit.errors import SubmissionError
from gradekit.submission.pdf.colors import COLOR, colored, stand_ins, without_colors
from gradekit.submission.pdf.pandoc import run_pandoc
from gradekit.submission.pdf.tex import (
    MATRIX_RULES,
    SPACE,
    Formula,
    in_rows,
    rewritten,
    with_matrices,
)

MAX_LENGTH = bounds.FORMULA_CHARACTERS
MAX_FORMULAS = bounds.FORMULAS

# Names that pandoc writes and newer versions of typst no longer know; the characters always work.
SYMBOLS = {
    "bracket.l.double": "⟦",
    "bracket.r.double": "⟧",
    "dot.circle": "⊙",
    "dot.circle.big": "⨀",
    "minus.circle": "⊖",
    "parallel.circle": "⦷",
    "planck.reduce": "ħ",
    "sect": "∩",
    "sect.big": "⋂",
    "sect.double": "⋒",
    "sect.sq": "⊓",
    "times.circle": "⊗",
    "times.circle.big": "⨂",
}

_NAME = re.compile(r"(?<![\w.])[a-z]+(?:\.[a-z]+)*(?![\w.])")
# One that does not end goes on until the text does: so each " is looked at once.
_STRING = re.compile(r'("(?:[^"\\]|\\.)*"?)', re.S)
_INLINE_MATH = re.compile(r"\$(.+)\$", re.S)
_TOKENS = re.compile(r'(?P<string>"(?:[^"\\]|\\.)*")|(?P<escape>\\.)|(?P<other>.)', re.S)
# Outside of strings these could begin code, end the formula, or hide the rest of it in a comment.
_UNSAFE = re.compile(r'[#"$`]|//|/\*|std')


def to_typst(formulas: Sequence[Formula]) -> list[str]:
    """Return for each formula its math for typst, or "" where it cannot be typeset.

    What is returned compiles, and holds only symbols, strings and functions of typst's math.
    """
    short = [f if len(f.tex) <= MAX_LENGTH else Formula("", f.display) for f in formulas]
    kept = _typeset(short[:MAX_FORMULAS])
    # What does not work as it is may work without colours, or with its lines in a table.
    for other in (without_colors, lambda tex: in_rows(without_colors(tex))):
        again = [
            n for n, code in enumerate(kept) if not code and other(short[n].tex) != short[n].tex
        ]
        changed = [Formula(other(short[n].tex), short[n].display) for n in again]
        for number, code in zip(again, _typeset(changed), strict=True):
            kept[number] = code
    return kept + [""] * (len(formulas) - len(kept))


def _typeset(formulas: Sequence[Formula]) -> list[str]:
    colors = [stand_ins(formula.tex) for formula in formulas]
    read = [rewritten(tex) for tex, _ in colors]
    given = [Formula(tex, f.display) for (tex, _), f in zip(read, formulas, strict=True)]
    made = [
        colored(with_matrices(code, rules), rgb)
        for code, (_, rules), (_, rgb) in zip(_convert(given), read, colors, strict=True)
    ]
    return [code if is_only_math(code) and _compiles(code) else "" for code in made]


def is_only_math(code: str) -> bool:
    """Whether a text is typst math without any code, comment or way out of math.

    Spaces, colours, and the rules of a matrix, are made of numbers alone.
    """
    plain = COLOR.sub("", MATRIX_RULES.sub("", SPACE.sub("", code)))
    others = (m["other"] or (" " if m["escape"] else "0") for m in _TOKENS.finditer(plain))
    return not _UNSAFE.search("".join(others))


def _convert(formulas: Sequence[Formula]) -> list[str]:
    # All formulas in one go, with a word between them that cannot be in any of them.
    if not formulas:
        return []
    word = "x" + hashlib.sha256(repr(formulas).encode()).hexdigest()
    between = _paragraph({"t": "Str", "c": word})
    blocks = [block for formula in formulas for block in (_math(formula), between)]
    tree = {"pandoc-api-version": [1, 23, 1], "meta": {}, "blocks": blocks}
    pieces = run_pandoc(json.dumps(tree), "json", "typst").split(word)[:-1]
    if len(pieces) != len(formulas):
        raise SubmissionError("pandoc has lost a formula")
    return [_inner(piece.strip()) for piece in pieces]


def _paragraph(inline: Any) -> dict[str, Any]:
    return {"t": "Para", "c": [inline]}


def _math(formula: Formula) -> dict[str, Any]:
    kind = "DisplayMath" if formula.display else "InlineMath"
    return _paragraph({"t": "Math", "c": [{"t": kind}, formula.tex]})


def _inner(piece: str) -> str:
    # Pandoc gives `$math$`, or `\$TeX\$` where it cannot read the TeX.
    found = _INLINE_MATH.fullmatch(piece)
    return _modern(found[1].strip()) if found else ""


def _modern(code: str) -> str:
    pieces = _STRING.split(code)
    pieces[::2] = [_NAME.sub(lambda m: SYMBOLS.get(m[0], m[0]), piece) for piece in pieces[::2]]
    return "".join(pieces)


def _compiles(code: str) -> bool:
    if not code:
        return False
    math = json.dumps(code, ensure_ascii=False)
    source = f'{functions()}\n#eval({math}, mode: "math", scope: functions)'
    try:
        _compiler().compile(source.encode("utf-8"), format="svg")
    except Exception:  # whatever typst raises, the formula is of no use to it
        return False
    return True


@cache
def functions() -> str:
    """Return the source of the functions of ours that math may call."""
    return files("gradekit.submission.pdf").joinpath("templates", "formulas.typ").read_text("utf-8")


def _compiler() -> typst.Compiler:
    return typst.Compiler(ignore_system_fonts=True)
