"""Turns a hand-in's Markdown into HTML that runs, fetches and claims nothing on the page it is on.

What is allowed is listed; all else stands there as text or goes. No id, name or class of a hand-in
reaches a page: formgrader finds its score boxes by them. What the kit itself makes of Markdown
(code in colours, formulas, pictures) is put in after the rest was cleaned.
"""

import html
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any
from xml.etree.ElementTree import Element

from bleach import Cleaner
from bleach.html5lib_shim import getTreeWalker
from jinja2 import pass_context
from nbconvert.filters.markdown_mistune import (
    IPythonRenderer,
    MarkdownWithMath,
    MathInlineParser,
)
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

from gradekit.gradebook.page.bounds import MOST_KEPT, bounded
from gradekit.gradebook.page.images import Pictures, lift_pictures, with_quoted_names
from gradekit.gradebook.page.mathml import prepare_formulas, render_formulas
from gradekit.submission.pdf.tex import Formula

TAGS = frozenset(
    re.findall(
        r"\w+",
        "a abbr b blockquote br caption center code col colgroup dd del details div dl dt em h1 h2 "
        "h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small span strike strong sub "
        "summary sup table tbody td tfoot th thead tr tt u ul var",
    )
)
# The attributes that a hand-in's tags may have, and what these may be.
ATTRIBUTES = {
    "align": r"left|right|center|justify",
    "alt": r".*",
    "colspan": r"\d{1,2}",
    "height": r"\d{1,4}(px|%)?",
    "rowspan": r"\d{1,2}",
    "start": r"\d{1,6}",
    "style": r"(text-align:\s*(left|right|center)|color:\s*([a-z]{3,20}|#[0-9a-f]{3,6}));?",
    "title": r".*",
    "width": r"\d{1,4}(px|%)?",
}
# A link opens elsewhere, and tells nothing of the page that it is on.
LINK = {"rel": "noopener noreferrer nofollow", "target": "_blank"}
# Those of which code is often shown; others are shown without colours.
LANGUAGES = ("bash", "console", "ipython", "json", "py", "pycon", "python", "python3", "sh")
IGNORED_BY_MATHJAX = "tex2jax_ignore"

_VALUES = {name: re.compile(pattern, re.I | re.S) for name, pattern in ATTRIBUTES.items()}
_MARK = re.compile("\uf8f0(?P<secret>[0-9a-f]{16}):(?P<number>[0-9]{1,9})\uf8f1")
_ADDRESS = re.compile(r"(https?://|mailto:)[^\s\x00-\x20]+", re.I)
_walker = getTreeWalker("etree")


@pass_context
def markdown_to_safe_html(context: Any, source: str) -> str:
    """Return a cell's Markdown as HTML; a Jinja filter in the place of nbconvert's own.

    What is too long is cut with a note, and what cannot be rendered is shown as it was written.
    """
    return safe_html(source, context.get("cell", {}).get("attachments", {}))


def safe_html(source: str, attachments: Mapping[str, Any]) -> str:
    """Return a cell's Markdown as HTML, with the pictures among its attachments."""
    return _page(source, attachments) if attachments else _page_without(source)


def as_it_is(page: str) -> str:
    """Return HTML unchanged; a filter in the place of one that rewrites addresses."""
    return page


def comment_to_safe_html(comment: str) -> str:
    """Return a person's comment as HTML: Markdown whose lines end where they were ended."""
    return _page(comment, {}, keeps_lines=True)


def prepare_cells(sources: list[str]) -> None:
    """Render the formulas of some cells in one go, before the cells themselves."""
    prepare_formulas([formula for source in sources for formula in _formulas_of(source)])


@lru_cache(MOST_KEPT)
def _page_without(source: str) -> str:
    return _page(source, {})


@lru_cache(MOST_KEPT)
def _formulas_of(source: str) -> tuple[Formula, ...]:
    if "$" not in source and "\\" not in source:
        return ()
    made = _Made()
    _rendered(bounded(lift_pictures(source)[0]), _Renderer(made, Pictures({}, {})), False)
    return tuple(made.formulas)


def _page(source: str, attachments: Mapping[str, Any], keeps_lines: bool = False) -> str:
    text, lifted = lift_pictures(with_quoted_names(source, attachments))
    pictures, made = Pictures(attachments, lifted), _Made()
    page = _rendered(bounded(text), _Renderer(made, pictures), keeps_lines)
    page = made.put_into(clean_html(page, pictures, made.is_free_of_marks))
    return f'<div class="{IGNORED_BY_MATHJAX}">{page}</div>'


def _rendered(text: str, renderer: IPythonRenderer, keeps_lines: bool) -> str:
    """Return Markdown as HTML; where that fails, of its paragraphs those for which it does not."""
    try:
        return _html(text, renderer, keeps_lines)
    except Exception:  # whatever odd Markdown makes the renderer raise
        return "".join(_paragraph(one, renderer, keeps_lines) for one in text.split("\n\n"))


def _paragraph(text: str, renderer: IPythonRenderer, keeps_lines: bool) -> str:
    try:
        return _html(text, renderer, keeps_lines)
    except Exception:
        return f"<pre>{html.escape(text)}</pre>"


def _html(text: str, renderer: IPythonRenderer, keeps_lines: bool) -> str:
    inline = MathInlineParser(hard_wrap=keeps_lines)
    return MarkdownWithMath(renderer=renderer, inline=inline).render(text)


class _Made:
    """What the kit makes of parts of a cell's Markdown, and the marks that stand for it.

    A mark is text that nobody can know beforehand, so that none can be forged.
    """

    def __init__(self) -> None:
        self._secret = secrets.token_hex(8)
        self._made: list[str | Formula] = []

    @property
    def formulas(self) -> Iterator[Formula]:
        """The formulas among what was made."""
        return (one for one in self._made if isinstance(one, Formula))

    def mark(self, one: str | Formula) -> str:
        """Return a mark for some HTML or a formula."""
        self._made.append(one)
        return f"\uf8f0{self._secret}:{len(self._made) - 1}\uf8f1"

    def is_free_of_marks(self, text: str) -> bool:
        """Whether a text holds none: within a tag nothing may be put in."""
        return self._secret not in text

    def without_marks(self, text: str) -> str:
        """Return a text with the formulas that are marked in it as they were typed."""

        return self._replaced(text, lambda one: one.tex if isinstance(one, Formula) else "")

    def put_into(self, page: str) -> str:
        """Return a clean page with what the marks in it stand for."""
        formulas = list(self.formulas)
        rendered = dict(zip(formulas, render_formulas(formulas), strict=True))

        def html_of(one: str | Formula) -> str:
            return rendered[one] if isinstance(one, Formula) else one

        return self._replaced(page, html_of)

    def _replaced(self, text: str, shown: Callable[[str | Formula], str]) -> str:
        def replaced(found: re.Match[str]) -> str:
            ours = found["secret"] == self._secret
            return shown(self._made[int(found["number"])]) if ours else found[0]

        return _MARK.sub(replaced, text)


class _Renderer(IPythonRenderer):
    """nbconvert's renderer without ids and anchors, and with what `_Made` keeps."""

    def __init__(self, made: _Made, pictures: Pictures) -> None:
        super().__init__(escape=False)
        self._made, self._pictures = made, pictures

    def heading(self, text: str, level: int, **_: Any) -> str:
        """Return a heading, which has no name."""
        return f"<h{level}>{text}</h{level}>\n"

    def block_code(self, code: str, info: str | None = None) -> str:
        """Return code, in colours where its language is one of a few."""
        language = ((info or "").split() or [""])[0].lower()
        if language in LANGUAGES:
            shown = str(highlight(code, get_lexer_by_name(language), HtmlFormatter()))
        else:
            shown = f"<pre><code>{html.escape(code)}</code></pre>"
        return f"{self._made.mark(shown)}\n"

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """Return a picture that came with the notebook, or words in its place."""
        address = self._pictures.address(url)
        if not address:
            words = html.escape(self._pictures.placeholder(url))
            return self._made.mark(f'<span class="missing">{words}</span>')
        alt = html.escape(self._made.without_marks(html.unescape(text)))
        titled = f' title="{html.escape(title)}"' if title else ""
        return self._made.mark(f'<img src="{address}" alt="{alt}"{titled}>')

    def task_list_item(self, text: str, checked: bool = False) -> str:
        """Return an item of a list of tasks; a box that one can tick would be a field."""
        return f"<li>{'☑' if checked else '☐'} {text}</li>\n"

    def inline_math(self, body: str) -> str:
        """Return the mark of a formula within a line."""
        return self._made.mark(Formula(body, display=False))

    def block_math(self, body: str) -> str:
        """Return the mark of a formula on a line of its own."""
        return self._made.mark(Formula(body, display=True))

    def latex_environment(self, name: str, body: str) -> str:
        """Return the mark of a formula that is an environment, such as align."""
        return self._made.mark(Formula(f"\\begin{{{name}}}{body}\\end{{{name}}}", display=True))


def clean_html(
    page: str,
    pictures: Pictures | None = None,
    is_allowed: Callable[[str], bool] = lambda _: True,
) -> str:
    """Return HTML with only what shows something; other tags stand there as text.

    `pictures` are those that it may show; `is_allowed` says which values an attribute may have
    besides.
    """
    known = pictures or Pictures({}, {})

    def allowed(tag: str, name: str, value: str) -> bool:
        value = html.unescape(value).strip()
        return is_allowed(value) and _is_allowed(tag, name, value)

    cleaner = Cleaner(
        tags=TAGS,
        attributes=allowed,
        protocols={"http", "https", "mailto", "data"},
        css_sanitizer=_Style(),
    )
    cleaner.walker = lambda dom: _walker(_settled(dom, known))
    try:
        return str(cleaner.clean(page))
    except Exception:  # tags within tags without an end make the parser raise
        return f"<pre>{html.escape(page)}</pre>"


class _Style:
    """What Cleaner asks about a style, of which only whole ones that are known have come so far."""

    def sanitize_css(self, style: str) -> str:
        """Return a style as it is."""
        return style


def _is_allowed(tag: str, name: str, value: str) -> bool:
    if name == "href":
        return tag == "a" and bool(_ADDRESS.fullmatch(value))
    if name in LINK:
        return tag == "a" and value == LINK[name]
    if name == "src":
        return tag == "img" and value.startswith("data:image/")
    return name in _VALUES and bool(_VALUES[name].fullmatch(value))


def _settled(dom: Element, pictures: Pictures) -> Element:
    """Return a parsed page in which pictures are those of the notebook, and links tell nothing."""
    for element in dom.iter():
        if element.tag == "a":
            for name, value in LINK.items():
                element.set(name, value)
        elif element.tag == "img":
            source = html.unescape(str(element.get("src") or element.get("srcset") or ""))
            address = pictures.address(source)
            if address:
                element.set("src", address)
            else:
                tail, words = element.tail, pictures.placeholder(source)
                element.clear()
                element.tag, element.text, element.tail = "span", html.escape(words), tail
    return dom
