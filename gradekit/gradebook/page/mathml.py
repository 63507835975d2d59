"""Renders formulas as MathML when a page is made, so that a page fetches nothing to show them.

Pandoc reads the TeX, bounded in time and memory; of what it writes only MathML's own elements reach
a page. A formula that it cannot read is shown as it was typed.
"""

import html
import json
import re
from collections.abc import Callable, Iterable

from gradekit import bounds
from gradekit.errors import SubmissionError
from gradekit.gradebook.page.math_marks import Marked, unmarked, with_marked_arrays, with_marks
from gradekit.submission.pdf.colors import stand_ins, without_colors
from gradekit.submission.pdf.pandoc import run_pandoc
from gradekit.submission.pdf.tex import (
    Formula,
    in_rows,
    simplified,
    without_comments,
    without_rules,
)

MOST_KEPT = 20_000
ELEMENTS = frozenset(
    re.findall(
        r"\w+",
        "math menclose merror mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts "
        "mroot mrow ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder "
        "munderover none",
    )
)
# What an element may have, and what that may be.
ATTRIBUTES = {
    "accent": r"true|false",
    "accentunder": r"true|false",
    "columnalign": r"left|right|center",
    "display": r"block|inline",
    "displaystyle": r"true|false",
    "form": r"prefix|infix|postfix",
    "height": r"[-+]?[\d.]{1,6}(em|ex|px|%)?",
    "largeop": r"true|false",
    "linethickness": r"[\d.]{1,6}(em|ex|px)?",
    "mathvariant": r"[a-z-]{1,30}",
    "maxsize": r"[\d.]{1,6}(em|ex|px|%)?",
    "minsize": r"[\d.]{1,6}(em|ex|px|%)?",
    "notation": r"[a-z ]{1,40}",
    "scriptlevel": r"[+-]?\d",
    "stretchy": r"true|false",
    "style": r"text-align: (left|right|center)(; padding-(left|right): 0)?",
    "width": r"[-+]?[\d.]{1,6}(em|ex|px|%)?",
}

_ALLOWED = {name: re.compile(pattern) for name, pattern in ATTRIBUTES.items()}
_TAG = re.compile(r"<(/?)([a-z]++)([^<>]*+)>")
_ATTRIBUTE = re.compile(r'(?<![a-z])([a-z]++)="([^"]*)"')
_API = [1, 23]  # of pandoc's JSON, the same for all its versions 3


_made: dict[Formula, str] = {}


def render_formulas(formulas: Iterable[Formula]) -> list[str]:
    """Return formulas as HTML, each as MathML or, where that cannot be, as it was typed."""
    wanted = list(formulas)
    prepare_formulas(wanted)
    return [_made.get(formula) or _typed(formula) for formula in wanted]


def prepare_formulas(formulas: Iterable[Formula]) -> None:
    """Render formulas that are needed soon, all in one go: to start pandoc takes a while."""
    new = [one for one in dict.fromkeys(formulas) if one not in _made]
    if not new:
        return
    if len(_made) + len(new) > MOST_KEPT:
        _made.clear()
    made = [""] * len(new)
    for way in (_as_typed, _as_in_pdf, _plain):
        again = [n for n, element in enumerate(made) if not element and _may_be(new[n], way)]
        given = [way(new[number].tex) for number in again]
        rendered = _rendered(given, [new[number].display for number in again])
        for number, element in zip(again, rendered, strict=True):
            made[number] = element
    _made.update(zip(new, made, strict=True))


def _may_be(formula: Formula, way: Callable[[str], Marked]) -> bool:
    """Whether a formula is rewritten so: a long one is only read as it is."""
    return way is _as_typed or len(formula.tex) <= bounds.FORMULA_CHARACTERS


def _as_typed(tex: str) -> Marked:
    """Return TeX with marks alone, and without where it is long."""
    return with_marks(tex) if len(tex) <= bounds.FORMULA_CHARACTERS else Marked(tex)


def _as_in_pdf(tex: str) -> Marked:
    """Return TeX rewritten as for the PDF, which works where pandoc does not read it."""
    plain, colors = stand_ins(tex)
    return with_marked_arrays(in_rows(simplified(plain)), colors)


def _plain(tex: str) -> Marked:
    """Return TeX rewritten as for the PDF without colours and rules."""
    return Marked(in_rows(without_rules(simplified(without_colors(tex)))))


def _rendered(given: list[Marked], displays: list[bool]) -> list[str]:
    """Return the MathML of formulas rewritten so, "" for each of which there is none."""
    written = [Formula(one.tex, shown) for one, shown in zip(given, displays, strict=True)]
    lines = _converted(written) if written else []
    return [unmarked(_element(line), one) for line, one in zip(lines, given, strict=True)]


def _converted(formulas: list[Formula]) -> list[str]:
    """Return what pandoc makes of formulas, a line for each; nothing where it fails."""
    kinds = {True: {"t": "DisplayMath"}, False: {"t": "InlineMath"}}
    blocks = [
        {"t": "Para", "c": [{"t": "Math", "c": [kinds[one.display], _one_line(one.tex)]}]}
        for one in formulas
    ]
    given = json.dumps({"pandoc-api-version": _API, "meta": {}, "blocks": blocks})
    try:
        made = run_pandoc(given, "json", "html5", "--mathml")
    except SubmissionError:
        return [""] * len(formulas)
    lines = [f"<p>{one}" for one in made.split("<p>")[1:]]
    return lines if len(lines) == len(formulas) else [""] * len(formulas)


def _one_line(tex: str) -> str:
    return " ".join(without_comments(tex).split())


def _element(line: str) -> str:
    """Return the MathML in a line of pandoc's, of allowed elements alone, or ""."""
    _, start, rest = line.partition("<math ")
    body, end, _ = rest.partition("</math>")
    if not start or not end:
        return ""
    body = body.replace("<semantics>", "", 1)
    body, _, _ = body.partition("<annotation ")
    return _TAG.sub(_plain_tag, f"<math {body}</math>")


def _plain_tag(found: re.Match[str]) -> str:
    end, name, rest = found.groups()
    if name not in ELEMENTS:
        return ""
    kept = "".join(
        f' {key}="{value}"'
        for key, value in _ATTRIBUTE.findall(rest)
        if key in _ALLOWED and _ALLOWED[key].fullmatch(value)
    )
    return f"<{end}{name}{'' if end else kept}>"


def _typed(formula: Formula) -> str:
    sign = "$$" if formula.display else "$"
    return f"<code>{html.escape(f'{sign}{formula.tex}{sign}')}</code>"
