"""The page of feedback, as nbconvert makes it; what is the same for a whole class is made once."""

import html
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from nbconvert.exporters import HTMLExporter
from nbconvert.exporters.templateexporter import TemplateExporter
from nbconvert.filters import Highlight2HTML
from nbconvert.filters.widgetsdatatypefilter import WidgetsDataTypeFilter
from nbformat import NotebookNode

from gradekit.gradebook.notebook_file import OneCopy

# Most cells of a class are those of the release.
MOST_KEPT = 1024
NO_TEXT = re.compile(r"<img (?![^<>]*\balt=)")
# What nbgrader puts before the notebook: a list of cells that are graded, each by its kind alone.
KINDS = "Test cell|Coding free-response|Written response"
LISTED = re.compile(rf'(<a href="#([\w-]+)">)(?:{KINDS})(</a>)')
AFTER_LIST = '<div class="panel-body">'
TITLES = "gradekit_titles"  # in nbconvert's resources: the items' titles by their names
ALTERNATIVE = '<img alt="No description has been provided for this image" '

_highlight = Highlight2HTML(pygments_lexer="ipython3")


class FeedbackPage(OneCopy, HTMLExporter):
    """nbconvert's HTML page, without the second parse of all of it that gives pictures a text."""

    def from_notebook_node(  # type: ignore[override, unused-ignore]
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Return a notebook as HTML, and the resources."""
        resources = self._init_resources(resources)
        widgets = WidgetsDataTypeFilter(
            notebook_metadata=self._nb_metadata, parent=self, resources=resources
        )
        self.register_filter("highlight_code", highlighted)
        self.register_filter("filter_data_type", widgets)
        page, resources = TemplateExporter.from_notebook_node(self, nb, resources, **kw)
        page = with_titles(page, resources.get(TITLES, {}))
        return NO_TEXT.sub(ALTERNATIVE, page), resources


def with_titles(page: str, titles: Mapping[str, str]) -> str:
    """Return a page whose list of graded cells gives their items' titles, where there are any."""
    listed, mark, rest = page.partition(AFTER_LIST)

    def titled(found: re.Match[str]) -> str:
        before, name, after = found.groups()
        title = titles.get(name)
        return f"{before}{html.escape(title)}{after}" if title else found[0]

    return LISTED.sub(titled, listed) + mark + rest


def highlighted(source: str, language: str | None = None, metadata: object = None) -> str:  # noqa: ARG001
    """Return a cell's code as highlighted HTML; a Jinja filter in the place of nbconvert's own."""
    return _highlighted(source)


@lru_cache(MOST_KEPT)
def _highlighted(source: str) -> str:
    return str(_highlight(source))
