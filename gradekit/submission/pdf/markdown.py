"""Reads an answer's Markdown into a tree of plain data, which the PDF's template draws.

Nothing in the tree is code: text stays text, HTML becomes what it stands for, and a formula comes
as math that was checked, or as its TeX in code letters where it cannot be typeset.
"""

import json
import re
from collections.abc import Iterator

from gradekit import bounds
from gradekit.errors import SubmissionError
from gradekit.submission.pdf.formulas import to_typst
from gradekit.submission.pdf.html import PandocNode, has_html, read_html
from gradekit.submission.pdf.pandoc import run_pandoc
from gradekit.submission.pdf.tex import Formula

# As Jupyter reads it. Nothing that could carry raw code, and no footnotes, which Jupyter does not
# have either and which, naming each other, grow without bounds.
READER = "commonmark-raw_html+tex_math_dollars+pipe_tables+strikeout+autolink_bare_uris"
MAX_DEPTH = 60
MAX_CHARACTERS = bounds.TEXT_CHARACTERS
MOST_BEFORE = 2000  # characters before a bare formula that are looked at for dollars

_MARK = re.compile(r"^(?P<fence>```|~~~)|(?P<which>\\begin|\\end)\{(?P<name>[a-z]+\*?)\}", re.M)


def read_answer(markdown: str) -> list[PandocNode]:
    """Return the blocks of a Markdown text, as pandoc names them, with formulas as `Formula` nodes.

    Raises SubmissionError where the text is too long or too deeply nested to be drawn, or too much
    for pandoc.
    """
    if len(markdown) > MAX_CHARACTERS:
        raise SubmissionError(f"the answer has more than {MAX_CHARACTERS:,} characters")
    try:
        tree = _blocks(with_dollars(markdown))
    except RecursionError as error:
        raise SubmissionError("the answer is nested too deeply") from error
    _check_depth(tree)
    nodes = _nodes_of(tree, "Math")
    formulas = [Formula(node["c"][1], node["c"][0]["t"] == "DisplayMath") for node in nodes]
    for node, formula, code in zip(nodes, formulas, to_typst(formulas), strict=True):
        node.update(_formula(formula, code))
    return list(tree)


def _blocks(markdown: str) -> list[PandocNode]:
    if has_html(markdown):
        return read_html(markdown, READER.replace("-raw_html", "+raw_html"))
    return list(json.loads(run_pandoc(markdown, READER, "json"))["blocks"])


def with_dollars(markdown: str) -> str:
    """Return a text with dollars around each bare \\begin{align}…\\end{align}.

    Jupyter takes those for formulas where they begin a line outside of code.
    """
    pieces, end = [], 0
    for begin, stop in _bare_formulas(markdown):
        if not _is_within_dollars(markdown[max(begin - MOST_BEFORE, end) : begin]):
            pieces += [markdown[end:begin], "$$", markdown[begin:stop], "$$"]
            end = stop
    return "".join([*pieces, markdown[end:]])


def _is_within_dollars(before: str) -> bool:
    """Whether a formula in dollars is open at the end of a text; none goes past an empty line."""
    line = before.rpartition("\n\n")[2]
    return line.count("$$") % 2 == 1 or line.replace("$$", "").count("$") % 2 == 1


def _bare_formulas(markdown: str) -> Iterator[tuple[int, int]]:
    """Yield where each piece from a \\begin at the start of a line to its \\end stands.

    Each mark is looked at once, so that the time grows with the text and not with its square.
    """
    marks = list(_MARK.finditer(markdown))
    closing: dict[int, int] = {}  # the number of the mark that closes another one
    next_of: dict[str, int] = {}
    for number in reversed(range(len(marks))):
        found = marks[number]
        if found["which"] != "\\end":
            closing[number] = next_of.get(found["fence"] or found["name"], -1)
        if found["which"] != "\\begin":
            next_of[found["fence"] or found["name"]] = number
    number = 0
    while number < len(marks):
        found, last = marks[number], closing.get(number, -1)
        first_of_line = found.start() == 0 or markdown[found.start() - 1] == "\n"
        if last >= 0 and found["which"] and first_of_line:
            yield found.start(), marks[last].end()
        opens = last >= 0 and (found["fence"] or first_of_line)
        number = last + 1 if opens else number + 1


def _formula(formula: Formula, code: str) -> PandocNode:
    if code:
        return {"t": "Formula", "c": {"math": code, "display": formula.display}}
    fence = "$$" if formula.display else "$"
    return {"t": "Code", "c": [["", [], []], f"{fence}{formula.tex}{fence}"]}


def images_of(tree: object) -> list[PandocNode]:
    """Return the nodes of all pictures in an answer's blocks."""
    return _nodes_of(tree, "Image")


def _nodes_of(tree: object, kind: str) -> list[PandocNode]:
    if isinstance(tree, dict):
        found = [tree] if tree.get("t") == kind else []
        return found or _nodes_of(tree.get("c"), kind)
    return (
        [node for part in tree for node in _nodes_of(part, kind)] if isinstance(tree, list) else []
    )


def _check_depth(tree: object, depth: int = 0) -> None:
    if depth > MAX_DEPTH:
        raise SubmissionError("the answer is nested too deeply")
    parts = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()
    for part in parts:
        _check_depth(part, depth + 1)
