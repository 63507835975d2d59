"""Turns a hand-in's Markdown into HTML that can run nothing in the browser of who reads it."""

import html
import re
from functools import lru_cache
from typing import Any

from bleach import Cleaner
from bleach.css_sanitizer import CSSSanitizer
from jinja2 import pass_context
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from gradekit.gradebook.bounds import bounded
from gradekit.gradebook.page import MOST_KEPT

TAGS = frozenset(
    re.findall(
        r"\w+",
        "a abbr b blockquote br caption center code col colgroup dd del details div dl dt em h1 h2 "
        "h3 h4 h5 h6 hr i img input ins kbd li mark ol p pre q s samp small span strike strong "
        "sub summary sup table tbody td tfoot th thead tr tt u ul var",
    )
)
PLAIN_ATTRIBUTES = frozenset(
    re.findall(r"\w+", "align alt checked colspan disabled height rowspan start style title width")
)
STYLES = ("color", "height", "text-align", "width", "vertical-align")
HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])

# What a Markdown page itself needs: highlighted code, anchors of headings, lists of tasks.
_CLASSES = re.compile(r"highlight|anchor-link|language-\w+|task-list-item(-checkbox)?|[a-z]\w?\w?")
_LINK = re.compile(r"https?:.*|mailto:.*|[^:]*|#.*", re.I | re.S)
_PICTURE = re.compile(r"https?:.*|data:image/(png|jpeg|gif);base64,[A-Za-z0-9+/=\s]*|[^:]*", re.I)


@pass_context
def markdown_to_safe_html(context: Any, source: str) -> str:
    """Return a cell's Markdown as HTML; a Jinja filter in the place of nbconvert's own.

    What is too long is cut with a note, and what cannot be rendered is shown as it was written.
    """
    attachments = context.get("cell", {}).get("attachments", {})
    text = bounded(source)
    return _page(text, attachments) if attachments else _page_without(text)


@lru_cache(MOST_KEPT)
def _page_without(text: str) -> str:
    return _page(text, {})


def _page(text: str, attachments: Any) -> str:
    renderer = IPythonRenderer(escape=False, attachments=attachments)
    try:
        page = MarkdownWithMath(renderer=renderer).render(text)
    except Exception:  # whatever odd Markdown makes the renderer raise
        page = f"<pre>{html.escape(text)}</pre>"
    return clean(page)


def clean(page: str) -> str:
    """Return HTML with only what shows something; other tags stand there as text."""
    cleaner = Cleaner(
        tags=TAGS,
        attributes=_allowed,
        protocols={"http", "https", "mailto", "data"},
        css_sanitizer=CSSSanitizer(allowed_css_properties=STYLES),
    )
    try:
        return str(cleaner.clean(page))
    except Exception:  # tags within tags without an end make the parser raise
        return f"<pre>{html.escape(page)}</pre>"


def _allowed(tag: str, name: str, value: str) -> bool:
    value = html.unescape(value).strip()
    if name == "class":
        return all(_CLASSES.fullmatch(one) for one in value.split())
    if name == "id":
        return tag in HEADINGS
    if name == "href":
        return tag == "a" and bool(_LINK.fullmatch(value))
    if name == "src":
        return tag == "img" and bool(_PICTURE.fullmatch(value))
    if name == "type":
        return tag == "input" and value == "checkbox"
    return name in PLAIN_ATTRIBUTES
