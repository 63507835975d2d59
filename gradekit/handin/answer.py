"""Reads an answer's Markdown into a tree of plain data, which the PDF's template draws.

Nothing in the tree is code: text stays text, raw HTML and pictures become text, and a formula comes
as math that was checked, or as its TeX in code letters where it cannot be typeset.
"""

import json
import re
from typing import Any

from gradekit.handin.formulas import Formula, to_typst
from gradekit.handin.pandoc import run_pandoc
from gradekit.report import HandinError

# As Jupyter reads it. Nothing that could carry raw code, and no footnotes, which Jupyter does not
# have either and which, naming each other, grow without bounds.
READER = "commonmark-raw_html+tex_math_dollars+pipe_tables+strikeout+autolink_bare_uris"
MAX_DEPTH = 60

_CODE_OR_BARE = re.compile(
    r"^(?P<fence>```|~~~).*?^(?P=fence)|^\\begin\{(?P<name>[a-z]+\*?)\}.*?\\end\{(?P=name)\}",
    re.M | re.S,
)

Node = dict[str, Any]


def read_answer(markdown: str) -> list[Node]:
    """Return the blocks of a Markdown text, as pandoc names them, with formulas as `Formula` nodes.

    Raises HandinError where the text is too deeply nested to be drawn, or too much for pandoc.
    """
    try:
        tree = json.loads(run_pandoc(_with_dollars(markdown), READER, "json"))["blocks"]
    except RecursionError as error:
        raise HandinError("the answer is nested too deeply") from error
    _check_depth(tree)
    nodes = _math_nodes(tree)
    formulas = [Formula(node["c"][1], node["c"][0]["t"] == "DisplayMath") for node in nodes]
    for node, formula, code in zip(nodes, formulas, to_typst(formulas), strict=True):
        node.update(_formula(formula, code))
    return list(tree)


def _with_dollars(markdown: str) -> str:
    # Jupyter also takes a bare \begin{align}…\end{align} for a formula.
    def fenced(match: re.Match[str]) -> str:
        bare = match["name"] and not markdown[: match.start()].rstrip().endswith("$")
        return f"$${match[0]}$$" if bare else match[0]

    return _CODE_OR_BARE.sub(fenced, markdown)


def _formula(formula: Formula, code: str) -> Node:
    if code:
        return {"t": "Formula", "c": {"math": code, "display": formula.display}}
    fence = "$$" if formula.display else "$"
    return {"t": "Code", "c": [["", [], []], f"{fence}{formula.tex}{fence}"]}


def _math_nodes(tree: object) -> list[Node]:
    if isinstance(tree, dict):
        return [tree] if tree.get("t") == "Math" else _math_nodes(tree.get("c"))
    return [node for part in tree for node in _math_nodes(part)] if isinstance(tree, list) else []


def _check_depth(tree: object, depth: int = 0) -> None:
    if depth > MAX_DEPTH:
        raise HandinError("the answer is nested too deeply")
    parts = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()
    for part in parts:
        _check_depth(part, depth + 1)
