"""The page of feedback: what a student is told, and the notebook; it fetches and runs nothing."""

import html
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from markupsafe import Markup
from nbconvert.exporters import Exporter
from nbconvert.filters import Highlight2HTML, ansi2html
from nbformat import NotebookNode
from pygments.formatters import HtmlFormatter
from traitlets import default

from gradekit.gradebook.page.bounds import MOST_KEPT, PICTURES
from gradekit.gradebook.page.feedback import WORDS, Feedback, ItemFeedback
from gradekit.gradebook.page.feedback_text import late_lines
from gradekit.gradebook.page.refused import page_templates, read_template
from gradekit.gradebook.page.safe_html import comment_to_safe_html, safe_html
from gradekit.gradebook.steps.exporters import OneCopy
from gradekit.gradebook.steps.restore import grade_id_of

FEEDBACK = "gradekit_feedback"  # in nbconvert's resources

_highlight = Highlight2HTML(pygments_lexer="ipython3")


class FeedbackPage(OneCopy, Exporter):
    """Makes a page of a notebook, with what the steps have put into the resources for it."""

    export_from_notebook = "gradekit's feedback"
    output_mimetype = "text/html"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(  # type: ignore[override, unused-ignore]
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **_: Any
    ) -> tuple[str, dict[str, Any]]:
        """Return a notebook as HTML after all steps, and the resources."""
        nb, resources = self._preprocess(nb, self._init_resources(resources))
        name = resources.get("nbgrader", {}).get("notebook", "")
        return page_of(nb, resources.get(FEEDBACK), name), resources


@dataclass(frozen=True)
class Output:
    """One output as a page shows it: text as HTML, or the address that holds a picture.

    `kind` is "stderr" or "error" where it is that.
    """

    html: str = ""
    picture: str = ""
    kind: str = ""


@dataclass(frozen=True)
class ShownCell:
    """A cell as a page shows it; `item` where it is the one that an item is graded by."""

    number: int
    kind: str
    html: Markup
    outputs: tuple[Output, ...] = ()
    item: ItemFeedback | None = None


def page_of(nb: NotebookNode, feedback: Feedback | None, name: str = "") -> str:
    """Return a notebook's page; without feedback it shows the cells alone."""
    items = {one.item.cell or one.item.name: one for one in feedback.items} if feedback else {}
    cells = [_shown(number, cell, items) for number, cell in enumerate(nb.cells, start=1)]
    places = {cell.item.number: cell.number for cell in cells if cell.item}
    page = _template().render(
        feedback=feedback, cells=cells, places=places, words=WORDS, style=_style(), name=name
    )
    return str(page)


def _shown(number: int, cell: Any, items: dict[str, ItemFeedback]) -> ShownCell:
    item = items.get(grade_id_of(cell))
    if cell.cell_type != "code":
        text = safe_html(cell.source, cell.get("attachments", {}))
        return ShownCell(number, "text", Markup(text), item=item)
    # What a check's cell shows is the kit's, and stands above, with the item.
    outputs = () if item and not item.item.manual else tuple(_outputs(cell.outputs))
    return ShownCell(number, "code", Markup(highlighted(cell.source)), outputs, item)


def _outputs(outputs: list[Any]) -> Iterator[Output]:
    for one in outputs:
        if one.output_type == "stream":
            yield Output(_text(one.text), kind="stderr" if one.name == "stderr" else "")
        elif one.output_type == "error":
            trace = "\n".join(one.traceback) or f"{one.ename}: {one.evalue}"
            yield Output(_text(trace), kind="error")
        else:
            kind = next((kind for kind in PICTURES if kind in one.data), "")
            if kind:
                encoded = "".join(one.data[kind].split())
                yield Output(picture=f"data:{kind};base64,{encoded}")
            elif "text/plain" in one.data:
                yield Output(_text(one.data["text/plain"]))


def _text(text: str) -> Markup:
    return Markup(ansi2html(text))


@lru_cache(MOST_KEPT)
def highlighted(source: str) -> str:
    """Return a cell's code as highlighted HTML."""
    try:
        return str(_highlight(source))
    except Exception:  # whatever odd code makes the highlighter raise
        return f'<div class="highlight"><pre>{html.escape(source)}</pre></div>'


@cache
def _template() -> Any:
    environment = page_templates()
    environment.filters["comment"] = lambda text: Markup(comment_to_safe_html(text))
    environment.filters["lateness"] = late_lines
    return environment.get_template("feedback.html.j2")


@cache
def _style() -> Markup:
    colours = str(HtmlFormatter().get_style_defs(".highlight"))
    return Markup(f"{colours}\n{read_template('feedback.css')}")
