"""Hand-ins that go for the pages of staff: each changes a notebook, to take over items' boxes.

They are graded beside an honest one, and looked at in the real formgrader in a real browser.
"""

from collections.abc import Callable
from typing import Any

from nbformat.v4 import new_code_cell, new_markdown_cell, new_output, new_raw_cell

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

ELSEWHERE = "http://forged.invalid/x"
RUNS = "window.forged=1"
# What a page may fetch, send, run or be changed by, as HTML has it.
TAGS = f"""
<base href="{ELSEWHERE}/"><meta http-equiv="refresh" content="0;url={ELSEWHERE}">
<link rel="stylesheet" href="{ELSEWHERE}.css"><style>@import "{ELSEWHERE}.css";
.score {{ display: none; background: url({ELSEWHERE}.png) }}</style>
<form id="double" action="{ELSEWHERE}"><input name="attributes" autofocus onfocus="{RUNS}">
<button formaction="javascript:{RUNS}" form="double">x</button></form><label for="double">
<object data="{ELSEWHERE}.svg"></object><embed src="{ELSEWHERE}.svg"><applet code="{ELSEWHERE}">
<iframe srcdoc="<script>parent.{RUNS}</script>" src="{ELSEWHERE}"></iframe>
<img src=x onerror="{RUNS}" srcset="{ELSEWHERE}.png 1x"><img src="{ELSEWHERE}.png">
<picture><source srcset="{ELSEWHERE}.webp"><img src="{ELSEWHERE}.jpg"></picture>
<video poster="{ELSEWHERE}.png" src="{ELSEWHERE}.mp4" autoplay><track src="{ELSEWHERE}"></video>
<audio src="{ELSEWHERE}.mp3" autoplay></audio><body background="{ELSEWHERE}.png" onload="{RUNS}">
<table background="{ELSEWHERE}.png"><tr><td background="{ELSEWHERE}.png">x</td></tr></table>
<p style="background-image: url({ELSEWHERE}.png)">x</p><p style="position: fixed; top: 0">x</p>
<svg onload="{RUNS}"><use href="{ELSEWHERE}.svg#x"/><image href="{ELSEWHERE}.png"/><style>.score
{{ display: none }}</style><animate onbegin="{RUNS}" attributeName="x" dur="1s"/></svg>
<math><maction actiontype="statusline" xlink:href="javascript:{RUNS}">x</maction><mglyph
src="{ELSEWHERE}.png"/></math><details open ontoggle="{RUNS}">x</details><marquee onstart="{RUNS}">
<template shadowrootmode="open"><slot name="double"></slot></template><map name="double"></map>
<noscript><p title="</noscript><img src=x onerror={RUNS}>"></noscript><xmp><p id="double"></xmp>
<a href="javascript:{RUNS}" ping="{ELSEWHERE}">x</a><a href="data:text/html,<script>">x</a>
<script>{RUNS}</script><script src="{ELSEWHERE}.js"></script><scr<script>ipt>{RUNS}</script>
"""
MARKDOWN = f"""
# double {{#double .score}}

[x](javascript:{RUNS}) <javascript:{RUNS}> ![x]({ELSEWHERE}.png) ![x][double] [^double]

[double]: {ELSEWHERE}.png "double"
[^double]: x

![x](attachment:a.svg) ![x](attachment:"onerror="{RUNS}) ![x](attachment:b.png)

$\\href{{javascript:{RUNS}}}{{x}} \\htmlId{{double}}{{x}} \\style{{background:url(/x)}}{{x}}$
$$\\require{{html}} \\includegraphics{{{ELSEWHERE}.png}} \\text{{<b id="double">}}$$

```{{=html}}
<b id="double">x</b>
```

```"><script>{RUNS}</script>
x
```
"""
ATTACHED = {
    "a.svg": {"image/svg+xml": TAGS},
    f'"onerror="{RUNS}': {"image/png": f'x" onerror="{RUNS}'},
    "b.png": {"text/html": TAGS, "image/png": f'AAAA"><script>{RUNS}</script>'},
}
MIMES = """
text/html text/markdown text/latex text/plain image/svg+xml image/png image/jpeg application/pdf
application/javascript application/json application/vnd.jupyter.widget-view+json
application/vnd.plotly.v1+json application/vnd.vegalite.v5+json application/geo+json text/x-forged
"""
ESCAPES = "\x1b[31m" + TAGS + "\x1b]8;;javascript:window.forged=1\x07x\x1b]8;;\x07\x1b[0;38;5;1m"


def of_every_kind(name: str) -> Any:
    """Return an output that has all kinds of contents, which are all HTML, and odd metadata."""
    data = dict.fromkeys(MIMES.split(), TAGS)
    odd = {"isolated": True, "tags": ["score"], "filenames": dict.fromkeys(data, ELSEWHERE)}
    metadata = {**odd, "image/png": {"width": f'1" onload="{RUNS}', "unconfined": True}}
    return new_output(name, data=data, metadata=metadata)


def with_outputs(notebook: Any, answer: Any) -> None:
    """Put outputs of all kinds below the cells of items too, and forge what surrounds them."""
    answer.source = "It is adding."
    kinds = [of_every_kind("display_data"), of_every_kind("execute_result")]
    kinds += [new_output("stream", name=name, text=ESCAPES) for name in ("stdout", "stderr")]
    kinds += [new_output("error", ename=TAGS, evalue=TAGS, traceback=[ESCAPES, TAGS])]
    notebook.cells[:0] = [new_code_cell(TAGS, outputs=kinds)]
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = kinds


def with_words(notebook: Any, answer: Any) -> None:
    """Write Markdown of all kinds into the answer and beside it, with attachments; raw cells."""
    answer.source, answer.attachments = MARKDOWN + TAGS, ATTACHED
    beside = new_markdown_cell(MARKDOWN, attachments=ATTACHED)
    raw = [new_raw_cell(TAGS, metadata={"format": kind}) for kind in ("text/html", "text/latex")]
    notebook.cells[:0] = [beside, *raw, new_raw_cell(TAGS, attachments=ATTACHED)]


def with_metadata(notebook: Any, answer: Any) -> None:
    """Forge what a notebook says of itself: its title, language and widgets; cells do, too."""
    answer.source = "It is adding."
    state = {"double": {"model_name": TAGS, "model_module": ELSEWHERE, "state": {"value": TAGS}}}
    widgets = {"application/vnd.jupyter.widget-state+json": {"state": state, "version_major": 2}}
    language = {"name": TAGS, "pygments_lexer": "html", "mimetype": TAGS, "file_extension": TAGS}
    notebook.metadata.update(title=TAGS, authors=[{"name": TAGS}], widgets=widgets, toc=TAGS)
    notebook.metadata.language_info = language
    notebook.metadata.kernelspec = {"name": TAGS, "display_name": TAGS, "language": "html"}
    for cell in notebook.cells:
        cell.metadata.update(
            jupyter={"source_hidden": True}, **{TAGS: TAGS}, lines_to_next_cell=TAGS
        )


HOSTILE |= {
    "outputs of every kind": with_outputs,
    "words of every kind": with_words,
    "metadata of the notebook": with_metadata,
}
