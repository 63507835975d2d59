"""Hand-ins that go for the pages of staff: each changes a notebook, to take over items' boxes.

They are graded beside an honest one, and looked at in the real formgrader in a real browser.
"""

from collections.abc import Callable
from typing import Any

from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

Change = Callable[[Any, Any], object]
ITEMS = ("double", "slope", "question")
MARKS = "score tabbable nbgrader_cell comment extra-credit needs_manual_grade"


def to_the_top(text: str) -> Change:
    """Return what moves the answer to the top of a notebook, with another text."""

    def change(notebook: Any, answer: Any) -> None:
        answer.source = text
        notebook.cells.remove(answer)
        notebook.cells.insert(0, answer)

    return change


def beside(*cells: Any) -> Change:
    """Return what writes an answer and puts more cells at the top of a notebook."""

    def change(notebook: Any, answer: Any) -> None:
        answer.source = "It is adding."
        notebook.cells[:0] = cells

    return change


def tagged(notebook: Any, answer: Any) -> None:
    """Give cells the names of items as ids, tags and whatever metadata a page might show."""
    answer.source = "It is adding."
    forged = {"tags": [*ITEMS, *MARKS.split()], "id": "double", "name": "double", "alt": "double"}
    for cell, name in zip(notebook.cells, ITEMS, strict=False):
        cell.id = name
        cell.metadata.update(forged, slideshow={"slide_type": "double"}, collapsed=True)


def every(template: str) -> str:
    """Return a text once for each item's name."""
    return "\n\n".join(template.format(name, marks=MARKS) for name in ITEMS)


HTML = '<div class="nbgrader_cell"><input class="{marks}" id="{0}" name="{0}" value="1"></div>'
RICH = {
    "text/html": every(HTML),
    "image/svg+xml": '<svg xmlns="http://www.w3.org/2000/svg" id="double" class="score"/>',
    "application/javascript": "document.body.id = 'double'",
    "text/latex": r"$\cssId{double}{x}$",
    "text/markdown": every("# {0}"),
    "application/vnd.jupyter.widget-view+json": {"model_id": "double"},
    "text/plain": every(HTML),
}
HOSTILE: dict[str, Change] = {
    "headings": to_the_top(every("# {0}")),
    "headings of other kinds": to_the_top(every("{0}\n===\n\n###### {0}\n\n<h2>{0}</h2>")),
    "fields": to_the_top(every(HTML)),
    "elements with the names": to_the_top(
        every('<b id="{0}" class="{marks}">x</b> <a name="{0}" id="{0}_extra_credit">y</a>')
    ),
    "boxes of comments": to_the_top(
        every('<div class="nbgrader_cell"><textarea id="{0}-comment" class="comment"></textarea>')
    ),
    "formulas with names": to_the_top(every(r"$\cssId{{{0}}}{{x}}$ $$\class{{score}}{{x}}$$")),
    "drawings": to_the_top(every('<svg id="{0}"><g class="score" id="{0}"/></svg><math id="{0}">')),
    "unclosed": to_the_top(every('</div></div></div><div id="{0}" class="nbgrader_cell">')),
    "cells beside it": beside(new_markdown_cell(every(HTML)), new_markdown_cell(every("# {0}"))),
    "outputs": beside(
        new_code_cell("1", outputs=[new_output("display_data", data=RICH)]),
        new_code_cell("%%html\n" + every(HTML)),
    ),
    "ids, tags and metadata": tagged,
}
