"""Reads an answer in Markdown that holds HTML, such as <br>, <b>, tables and lists.

Pandoc reads the Markdown with its HTML kept, writes all as one page of HTML, and reads that page.
Formulas are taken out on the way and put back at the end. What is no tag of a text is dropped.
"""

import hashlib
import json
import re
from typing import Any

from gradekit.submission.pdf.pandoc import run_pandoc

_NAMES = (
    "br|b|i|em|strong|u|s|del|sub|sup|code|pre|kbd|mark|small|span|font|div|center|p|h[1-6]"
    "|hr|ul|ol|li|dl|dt|dd|table|thead|tbody|tr|td|th|img|a|blockquote|details|summary"
)
# Each attribute has a value, but for a few. Else `a <b and c> d` compares two numbers.
_ATTRIBUTES = (
    r"""(?>\s+(?>[\w:-]+\s*=\s*(?>"[^"<>]*"|'[^'<>]*'|[^\s"'<>=]+)|open|hidden|nowrap))*"""
)
_TAGS = re.compile(rf"<(?:/(?:{_NAMES})|(?:{_NAMES})\b{_ATTRIBUTES})\s*/?>", re.I)
_ANY_TAG = re.compile(rf"</?[A-Za-z][\w:-]*{_ATTRIBUTES}\s*/?>", re.I)

PandocNode = dict[str, Any]


def has_html(markdown: str) -> bool:
    """Whether a text has tags of HTML that format it."""
    return bool(_TAGS.search(markdown))


def read_html(markdown: str, reader: str) -> list[PandocNode]:
    """Return the blocks of Markdown with HTML, as pandoc names them; `reader` keeps raw HTML.

    Raises SubmissionError where it is too much for pandoc.
    """
    document = json.loads(run_pandoc(markdown, reader, "json"))
    formulas: list[PandocNode] = []
    word = "formula" + hashlib.sha256(markdown.encode("utf-8", "replace")).hexdigest()[:16]
    document["blocks"] = _taken_out(document["blocks"], word, formulas)
    page = run_pandoc(json.dumps(document), "json", "html")
    blocks = json.loads(run_pandoc(page, "html+tex_math_dollars", "json"))["blocks"]
    return list(_put_back(blocks, f"{word}x", formulas))


def _taken_out(tree: Any, word: str, formulas: list[PandocNode]) -> Any:
    """Return a tree with a word in the place of each formula, which go to a list."""
    if isinstance(tree, list):
        return [_taken_out(one, word, formulas) for one in tree]
    if not isinstance(tree, dict):
        return tree
    # Inline HTML comes as its format and its text.
    if tree.get("t") == "RawInline" and _is_comparison(tree["c"][1]):
        return {"t": "Str", "c": tree["c"][1]}
    if tree.get("t") == "Math":
        formulas.append(tree)
        return {"t": "Str", "c": f"{word}x{len(formulas) - 1}x"}
    return {key: _taken_out(value, word, formulas) for key, value in tree.items()}


def _is_comparison(html: str) -> bool:
    """Whether what Markdown takes for a tag is two numbers' comparisons, as in `a <b and c> d`."""
    return html.startswith("<") and html[1:2].isalpha() and not _ANY_TAG.fullmatch(html)


def _put_back(tree: Any, word: str, formulas: list[PandocNode]) -> Any:
    if isinstance(tree, list):
        return [one for given in tree for one in _one_or_more(given, word, formulas)]
    if isinstance(tree, dict):
        return {key: _put_back(value, word, formulas) for key, value in tree.items()}
    return tree


def _one_or_more(given: Any, word: str, formulas: list[PandocNode]) -> list[Any]:
    if not isinstance(given, dict) or given.get("t") != "Str":
        return [_put_back(given, word, formulas)]
    first, *others = given["c"].split(word)
    found: list[Any] = [{"t": "Str", "c": first}] if first else []
    for other in others:
        number, _, rest = other.partition("x")
        found += formulas[int(number) : int(number) + 1]
        found += [{"t": "Str", "c": rest}] if rest else []
    return found
