"""Rewrites TeX that pandoc cannot turn into typst's math, and mends what it writes.

Each pattern is linear, and what is put into the math is made of numbers alone.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

# Pieces of typst's code that may stand in math: spaces, and the rules of a matrix.
SPACE = re.compile(r"#h\(\d(?:\.\d{1,4})?em\)")
MATRIX_RULES = re.compile(
    r"delim: #none, augment: #\(hline: \((?:\d\d?,){0,30}\), vline: \((?:\d\d?,){0,30}\)\)"
    r"|rows: #\((?:\d\d?,){0,30}\), columns: #\((?:\d\d?,){0,30}\)"
)

_SCALED = re.compile(r"#scale\(x: \d{1,3}%, y: \d{1,3}%\)\[(\\?[^\[\]\\]|\\[\[\]])\]")
# What an array says of its columns, in which braces may stand: `|l|p{3cm}|`, `@{}c*{3}{r}`.
_ARRAY = re.compile(
    r"\\begin\{array\}(?:\[[tbc]\])?\{((?:[^{}]|\{[^{}]{0,20}\}){0,60})\}|\\end\{array\}"
)
_REPEATED = re.compile(r"\*\{(\d)\}\{([clr|]{1,9})\}")
_WIDE = re.compile(r"[pmb]\{[^{}]{0,20}\}")
_BETWEEN = re.compile(r"[@!<>]\{[^{}]{0,20}\}")
# A matrix in double bars stands for an array until pandoc has written it: a student's own one is
# written otherwise before that.
_STAND_IN, _WRITTEN = "Vmatrix", 'mat(delim: "||"'

_END = r"(?![A-Za-z])"
_GROUP = r"\s{0,9}\{((?:[^{}]|\{[^{}]{0,100}\}){0,200})\}"
_LENGTH = r"\s{0,9}-?[\d.]{1,9}\s{0,9}(?:mu|pt|em|ex|cm|mm|in|px)"
_FONTS = r"\\(rm|bf|it|sf|tt|cal|frak)" + _END
_SIZES = r"\\(?:tiny|scriptsize|footnotesize|small|normalsize|[lL]arge|LARGE|[hH]uge)" + _END
_NOTHING = "nonumber notag hfill vfill boxed smash strut mathstrut negthinspace mathnormal"
_NAMES = {
    r"\\,": "thinspace",
    r"\\,\\,": "enspace medspace thickspace",
    r"\\binom": "dbinom tbinom",
    r"\\cancel": "bcancel",
    r"\\mathbb": "Bbb mathbbm",
    r"\\mathbf": "bold",
    r"\\text": "fbox",
    r"{}^{\\circ}": "degree",
    r"\\\\ ": "newline",
    "": _NOTHING,
}
_REWRITTEN = (
    *(
        (re.compile(rf"\\(?:{'|'.join(names.split())}){_END}"), made)
        for made, names in _NAMES.items()
    ),
    (re.compile(r"\\label\{[^{}]{0,200}\}|\\(?:require|href)\{[^{}]{0,300}\}"), ""),
    (re.compile(r"(?<!\\)\\!"), ""),
    (re.compile(r"(?<!\\)\\[;:]"), r"\\,\\,"),
    (re.compile(rf"\\(?:m?kern|[hm]skip){_LENGTH}"), r"\\,"),
    (re.compile(r"\\vphantom\{[^{}]{0,200}\}|\\rule(?:\[[^\]]{0,9}\])?(?:\{[^{}]{0,20}\}){2}"), ""),
    (re.compile(r"\\(?:h?phantom\{[^{}]{0,200}\}|[hv]space\*?\{[^{}]{0,40}\})"), r"\\quad "),
    (re.compile(r"\\tag\*?\{([^{}]{0,200})\}"), r"\\qquad\\text{(\1)}"),
    (re.compile(r"\\(?:(?:eq)?ref|cite)\{([^{}]{0,200})\}"), r"(\1)"),
    (re.compile(rf"\\arg(max|min){_END}"), r"\\operatorname*{arg\1}"),
    (re.compile(rf"\\cfrac(?:\[[lrc]\])?{_END}"), r"\\frac"),
    (re.compile(rf"\{{\s{{0,9}}{_FONTS}([^{{}}]{{0,200}})\}}"), r"{\\math\1{\2}}"),
    (re.compile(rf"{_FONTS}(?=\s{{0,9}}\{{)"), r"\\math\1"),
    (re.compile(_FONTS), ""),
    (re.compile(rf"\{{([^{{}}]{{0,200}})\\over{_END}([^{{}}]{{0,200}})\}}"), r"{\\frac{\1}{\2}}"),
    (re.compile(rf"\\bra{_GROUP}"), r"\\langle \1 |"),
    (re.compile(rf"\\ket{_GROUP}"), r"| \1 \\rangle "),
    (re.compile(rf"\\braket{_GROUP}"), r"\\langle \1 \\rangle "),
    (re.compile(rf"\\(?:short)?intertext{_GROUP}"), r"\\\\ \\text{\1} \\\\ "),
    (re.compile(r"\\(begin|end)\{dcases\*?\}"), r"\\\1{cases}"),
    (re.compile(r"\\begin\{d?rcases\}"), r"\\left.\\begin{array}{ll}"),
    (re.compile(r"\\end\{d?rcases\}"), r"\\end{array}\\right\\}"),
    (re.compile(r"\\begin\{vmatrix\}"), r"\\left|\\begin{matrix}"),
    (re.compile(r"\\end\{vmatrix\}"), r"\\end{matrix}\\right|"),
    (re.compile(r"\\begin\{Vmatrix\}"), r"\\lVert\\begin{array}{c}"),
    (re.compile(r"\\end\{Vmatrix\}"), r"\\end{array}\\rVert "),
    (re.compile(_SIZES), ""),
)
_COMMENT = re.compile(r"(?<!\\)%[^\n]*")


@dataclass(frozen=True)
class Formula:
    """A formula as TeX, without delimiters; `display` where it stands on a line of its own."""

    tex: str
    display: bool


def without_comments(tex: str) -> str:
    """Return TeX without its comments, which must not swallow what stands below them."""
    return _COMMENT.sub("", tex)


def in_rows(tex: str) -> str:
    r"""Return TeX as lines below each other, where it breaks lines by `\\` outside of a table."""
    return f"\\begin{{aligned}}{tex}\\end{{aligned}}" if "\\\\" in tex else tex


def simplified(tex: str) -> str:
    """Return TeX without what pandoc does not read, and that looks about the same."""
    tex = without_comments(tex)
    for pattern, instead in _REWRITTEN:
        tex = pattern.sub(instead, tex)
    return tex


def without_rules(tex: str) -> str:
    """Return TeX whose arrays say no more of a column than where its text stands."""
    plain = _ARRAY.sub(_plain_array, tex)
    return plain.replace("\\hline", "") if plain != tex else tex


def _plain_array(found: re.Match[str]) -> str:
    if found[1] is None:
        return found[0]
    letters = [letter for letter in _plain_columns(found[1]) if letter in "clr"]
    return f"\\begin{{array}}{{{''.join(letters)}}}"


def rewritten(tex: str) -> tuple[str, list[str]]:
    """Return TeX that pandoc reads, and the rules of the arrays in it, in their order."""
    return _without_arrays(simplified(tex))


def with_matrices(math: str, rules: Sequence[str]) -> str:
    """Return the math that pandoc wrote, with arrays as matrices that have these rules.

    Nothing where it is not clear which matrix is which array.
    """
    math = _SCALED.sub(r"\1", math)
    if not rules:
        return math
    pieces = math.split(f"{_WRITTEN},")
    if len(pieces) != len(rules) + 1:
        return ""
    joined = [pieces[0]]
    for rule, piece in zip(rules, pieces[1:], strict=True):
        joined += [f"{'framed' if rule.startswith('rows') else 'mat'}({rule},", piece]
    return "".join(joined)


@dataclass(frozen=True)
class TexArray:
    """An array between two places of a text: its rows without rules, and where it has rules.

    `across` are the rows before which there is one, `down` the columns, by numbers from 0; one
    behind the last is that number of rows, or of columns.
    """

    start: int
    end: int
    body: str
    letters: str
    across: tuple[int, ...]
    down: tuple[int, ...]

    @property
    def row_count(self) -> int:
        """How many rows there are."""
        return self.body.count("\\\\") + 1


def find_arrays(tex: str) -> list[TexArray]:
    """Return the arrays in TeX, in their order; none where one stands within another."""
    marks = list(_ARRAY.finditer(tex))
    opens = [mark[1] is not None for mark in marks]
    if opens != [True, False] * (len(marks) // 2):
        return []
    found = []
    for begin, close in zip(marks[::2], marks[1::2], strict=True):
        body, across = _rows(tex[begin.end() : close.start()])
        spec = _plain_columns(begin[1])
        letters = "".join(letter for letter in spec if letter in "clr")
        down = (sum(one in "clr" for one in spec[:n]) for n, one in enumerate(spec) if one == "|")
        found.append(TexArray(begin.start(), close.end(), body, letters, across, tuple(down)))
    return found


def _without_arrays(tex: str) -> tuple[str, list[str]]:
    pieces, rules, end = [], [], 0
    for one in find_arrays(tex):
        made = f"\\begin{{{_STAND_IN}}}{one.body}\\end{{{_STAND_IN}}}"
        pieces += [tex[end : one.start], made]
        rules.append(_rules(one))
        end = one.end
    return "".join([*pieces, tex[end:]]), rules


def _rows(body: str) -> tuple[str, tuple[int, ...]]:
    """Return an array's rows without their rules, and before which rows those stand."""
    rows, lines = [], []
    for number, row in enumerate(body.split("\\\\")):
        if "\\hline" in row:
            lines.append(number)
        rows.append(row.replace("\\hline", "").strip())
    if not rows[-1]:
        rows.pop()
    return " \\\\ ".join(rows), tuple(lines)


def _plain_columns(spec: str) -> str:
    """Return an array's specification in single letters: a column of some width is a left one."""
    spec = _REPEATED.sub(lambda found: found[2] * int(found[1]), spec)
    return _BETWEEN.sub("", _WIDE.sub("l", spec))


def _rules(array: TexArray) -> str:
    """Return the rules of a matrix, which can have none around it, or of a framed array."""
    across = sorted({n for n in array.across if n <= array.row_count})
    down = sorted(set(array.down))
    hlines, vlines = ("".join(f"{n}," for n in lines[:30]) for lines in (across, down))
    if {0, array.row_count}.intersection(across) or {0, len(array.letters)}.intersection(down):
        return f"rows: #({hlines}), columns: #({vlines})"
    return f"delim: #none, augment: #(hline: ({hlines}), vline: ({vlines}))"
