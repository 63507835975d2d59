"""The text that a cell showed: what it printed, and strings, Markdown and HTML that it gave."""

import ast
import warnings
from collections.abc import Iterable, Mapping
from html.parser import HTMLParser
from typing import Any

from gradekit import bounds
from gradekit.notebook.cells import Cell, text_of
from gradekit.notebook.printed import as_shown

MAX_CHARACTERS = 2 * bounds.TEXT_CHARACTERS
QUOTES = ("'", '"')
# Tags of HTML whose text is not shown, and those that begin a line.
_HIDDEN = ("style", "script", "title")
_LINES = ("br", "p", "div", "li", "tr", "pre", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6")


def shown_text(cell: Cell) -> str:
    """Return what a cell printed, and below it the texts that it showed otherwise.

    A string that is its value counts, without quotes, and what it displays as Markdown or HTML.
    Where there is neither, the value of another kind does; the mere name of an object does not.
    Of a long text only the start is returned.
    """
    printed = as_shown(_joined(o.get("text") for o in cell.outputs if o.get("name") == "stdout"))
    values = [o["data"] for o in cell.outputs if isinstance(o.get("data"), Mapping)]
    texts = [printed.strip("\n"), *map(_text_in, values)]
    found = "\n".join(text for text in texts if text.strip())
    plain = _joined(data.get("text/plain") for data in values)
    return (found or _unless_a_name(plain))[:MAX_CHARACTERS]


def wrote_to_stderr(cell: Cell) -> bool:
    """Whether a cell wrote where warnings go."""
    return any(o.get("name") == "stderr" and text_of(o.get("text")).strip() for o in cell.outputs)


def unquoted(text: str) -> str:
    """Return the string that a text is as Python writes it, 'she was', or the text as it is.

    A list or a tuple of strings is one with a space between them.
    """
    value = _literal(text.strip())
    if isinstance(value, str):
        return value
    words = list(value) if isinstance(value, list | tuple) else []
    return " ".join(words) if words and all(isinstance(word, str) for word in words) else text


def _text_in(data: Mapping[str, Any]) -> str:
    markdown, html = text_of(data.get("text/markdown")), text_of(data.get("text/html"))
    if markdown.strip():
        return markdown[:MAX_CHARACTERS]
    if html.strip():
        return _text_of_html(html[:MAX_CHARACTERS])
    plain = text_of(data.get("text/plain"))[:MAX_CHARACTERS]
    value = _literal(plain.strip())
    return value if isinstance(value, str) else ""


def _joined(texts: Iterable[object]) -> str:
    """Return some texts one after another, as much of them as is looked at."""
    pieces, left = [], MAX_CHARACTERS
    for text in texts:
        pieces.append(text_of(text)[:left])
        left -= len(pieces[-1])
        if left <= 0:
            break
    return "".join(pieces)


def _unless_a_name(plain: str) -> str:
    """Return a value's text, or "" where it only names an object, such as <module 'sys'>."""
    text = plain.strip()
    return "" if text.startswith("<") and text.endswith(">") else plain


def _literal(text: str) -> object:
    """Return the string, list or tuple that a text is as Python writes it; None for any other."""
    if not text.startswith(("[", "(", *QUOTES)) or len(text) > MAX_CHARACTERS:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.literal_eval(text)
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        return None


class _Text(HTMLParser):
    """Collects the text of HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.hidden = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line, or pass over what is not shown; `attrs` change nothing."""
        del attrs
        self.hidden = self.hidden or (tag if tag in _HIDDEN else "")
        self.pieces += ["\n"] if tag in _LINES else []

    def handle_endtag(self, tag: str) -> None:
        """Go on behind what is not shown."""
        self.hidden = "" if tag == self.hidden else self.hidden

    def handle_data(self, data: str) -> None:
        """Keep what is shown."""
        self.pieces += [] if self.hidden else [data]


def _text_of_html(html: str) -> str:
    parser = _Text()
    parser.feed(html)
    parser.close()
    return "".join(parser.pieces).strip("\n")
