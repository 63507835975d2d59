"""Rewrites TeX that pandoc cannot turn into typst's math, and mends what it writes.

Each pattern is linear, and what is put into the math is made of numbers alone.
"""

import re
from collections.abc import Sequence

# Pieces of typst's code that may stand in math: spaces, and the rules of a matrix.
SPACE = re.compile(r"#h\(\d(?:\.\d{1,4})?em\)")
RULES = re.compile(
    r"delim: #none, augment: #\(hline: \((?:\d\d?,){0,30}\), vline: \((?:\d\d?,){0,30}\)\)"
    r"|rows: #\((?:\d\d?,){0,30}\), columns: #\((?:\d\d?,){0,30}\)"
)

_SCALED = re.compile(r"#scale\(x: \d{1,3}%, y: \d{1,3}%\)\[(\\?[^\[\]\\]|\\[\[\]])\]")
_ARRAY = re.compile(r"\\begin\{array\}(?:\[[tbc]\])?\{([^{}]{0,60})\}|\\end\{array\}")
# Of all matrices this one is the least used: it stands for an array until pandoc has written it.
_STAND_IN, _WRITTEN = "Vmatrix", 'mat(delim: "||"'
_REWRITTEN = (
    (re.compile(r"\\label\{[^{}]{0,200}\}"), ""),
    (re.compile(r"(?<!\\)\\!"), ""),
    (re.compile(r"(?<!\\)\\[;:]"), r"\\,\\,"),
    (re.compile(r"\\(?:nonumber|notag|hfill|vfill|boxed)(?![A-Za-z])"), ""),
    (re.compile(r"\\[hv]space\*?\{[^{}]{0,40}\}"), r"\\quad "),
    (re.compile(r"\\tag\*?\{([^{}]{0,200})\}"), r"\\qquad\\text{(\1)}"),
    (re.compile(r"\\(?:eq)?ref\{([^{}]{0,200})\}"), r"\\text{(\1)}"),
    (re.compile(r"\\arg(max|min)(?![A-Za-z])"), r"\\operatorname*{arg\1}"),
    (
        re.compile(
            r"\\(?:tiny|scriptsize|footnotesize|small|normalsize|[lL]arge|LARGE|[hH]uge)(?![A-Za-z])"
        ),
        "",
    ),
)


def rewritten(tex: str) -> tuple[str, list[str]]:
    """Return TeX that pandoc reads, and the rules of the arrays in it, in their order."""
    for pattern, instead in _REWRITTEN:
        tex = pattern.sub(instead, tex)
    return (tex, []) if _STAND_IN in tex else _without_arrays(tex)


def rebuilt(math: str, rules: Sequence[str]) -> str:
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


def _without_arrays(tex: str) -> tuple[str, list[str]]:
    marks = list(_ARRAY.finditer(tex))
    opens = [mark[1] is not None for mark in marks]
    if opens != [True, False] * (len(marks) // 2):  # one within another
        return tex, []
    pieces, rules, end = [], [], 0
    for begin, close in zip(marks[::2], marks[1::2], strict=True):
        body, lines = _rows(tex[begin.end() : close.start()])
        made = f"\\begin{{{_STAND_IN}}}{body}\\end{{{_STAND_IN}}}"
        pieces += [tex[end : begin.start()], made]
        rules.append(_rules(lines, _columns(begin[1]), body.count("\\\\") + 1))
        end = close.end()
    return "".join([*pieces, tex[end:]]), rules


def _rows(body: str) -> tuple[str, list[int]]:
    """Return an array's rows without their rules, and before which rows those stand."""
    rows, lines = [], []
    for number, row in enumerate(body.split("\\\\")):
        if "\\hline" in row:
            lines.append(number)
        rows.append(row.replace("\\hline", "").strip())
    if not rows[-1]:
        rows.pop()
    return " \\\\ ".join(rows), lines


def _columns(spec: str) -> list[int]:
    """Return before which columns an array's specification has rules, and last how many it has."""
    count, lines = 0, []
    for letter in spec:
        count += letter in "clr"
        lines += [count] if letter == "|" else []
    return [*lines, count]


def _rules(rows: Sequence[int], columns: Sequence[int], row_count: int) -> str:
    """Return the rules of a matrix, which can have none around it, or of a framed array."""
    across = sorted({n for n in rows if n <= row_count})
    down = sorted(set(columns[:-1]))
    hlines, vlines = ("".join(f"{n}," for n in lines[:30]) for lines in (across, down))
    if {0, row_count}.intersection(across) or {0, columns[-1]}.intersection(down):
        return f"rows: #({hlines}), columns: #({vlines})"
    return f"delim: #none, augment: #(hline: ({hlines}), vline: ({vlines}))"
