"""The pages of feedback: nothing of a hand-in runs in a browser, and what should show shows."""

import re
import struct
import time
import zlib
from base64 import b64decode, b64encode
from io import BytesIO
from typing import Any

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from nbconvert.exporters import HTMLExporter
from nbconvert.filters.markdown_mistune import MarkdownWithMath
from nbformat.v4 import (
    new_code_cell,
    new_markdown_cell,
    new_notebook,
    new_output,
    new_raw_cell,
)
from nbgrader_steps import autograde, generate_feedback
from PIL import Image

from gradekit.gradebook import convert
from gradekit.gradebook.page.bounds import CUT, NOT_SHOWN, bounded, notebook_budget, plain_outputs
from gradekit.gradebook.page.mathml import ATTRIBUTES as MATHML
from gradekit.gradebook.page.mathml import ELEMENTS, render_formulas
from gradekit.gradebook.page.safe_html import (
    TAGS,
    clean_html,
    comment_to_safe_html,
    markdown_to_safe_html,
)
from gradekit.gradebook.steps.feedback import Shorten
from gradekit.submission.pdf.tex import Formula


def encoded_picture(kind: str = "PNG", side: int = 2) -> str:
    """Return a square picture in base64, of nothing in particular."""
    held = BytesIO()
    Image.effect_noise((side, side), 80).convert("RGB").save(held, kind)
    return b64encode(held.getvalue()).decode()


def huge_png(wide: int, high: int) -> str:
    """Return the head of a PNG of any size, in base64, with as few bytes as there can be."""
    head = b"IHDR" + struct.pack(">IIBBBBB", wide, high, 8, 0, 0, 0, 0)
    chunk = struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    data = b"IDAT" + zlib.compress(b"")
    rest = struct.pack(">I", len(data) - 4) + data + struct.pack(">I", zlib.crc32(data))
    return b64encode(b"\x89PNG\r\n\x1a\n" + chunk + rest).decode()


PNG = encoded_picture()
LONG_PNG = b64encode(b64decode(PNG) + bytes(1_500_000)).decode()

HARMFUL = [
    "<script>alert('run')</script>",
    "<img src=x onerror=alert('run')>",
    "<svg onload=alert('run')><script>alert('run')</script></svg>",
    "<iframe src='javascript:alert(1)'></iframe><object data='x'></object><embed src=x>",
    "[click](javascript:alert('run'))",
    "[click](JaVaScRiPt:alert('run'))",
    "[click](java\tscript:alert('run'))",
    "[click](&#106;avascript:alert('run'))",
    "[click](data:text/html,<script>alert('run')</script>)",
    "[click](vbscript:run)",
    "<a href=' javascript:alert(1)'>x</a><a href=\"java&#x0A;script:alert(1)\">x</a>",
    "![x](javascript:alert('run'))",
    '<img src="data:text/html;base64,PHNjcmlwdD4=">',
    '<img src="data:image/svg+xml;base64,PHN2Zz4=">',
    "<div style='background:url(javascript:alert(1)); position:fixed; top:0'>x</div>",
    "<style>body { display: none }</style><link rel=stylesheet href=//x><meta http-equiv=refresh>",
    "<form action=//x><input type=password><button formaction=javascript:run>b</button></form>",
    "<base href='//evil.example'>",
    "<!--><script>alert('run')</script>-->",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert('run')>",
    '```mermaid\nclick A href "javascript:run"\n```',
    "```\"><script>alert('run')</script>\nx\n```",
    "# x <img src=x onerror=alert('run')>",
    "$<script>alert('run')</script>$ $$<img src=x onerror=alert('run')>$$",
    "<details ontoggle=alert('run') open>x</details>",
    "| a |\n|---|\n| <script>alert('run')</script> |",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<video><source onerror=alert('run')></video>",
    "<x" * 3000,
    "<div>" * 2000,
]
# What would be fetched from elsewhere, or take a name or a style of the page's own.
CLAIMING = [
    "# question\n\n## double\n\nrnn_forward\n===========",
    '<input class="score" id="double"><textarea id="question-comment" class="comment"></textarea>',
    '<div class="nbgrader_cell"><div id="double" class="score save-icon">x</div></div>',
    '<h1 id="double" name="double" class="score">x</h1> <a name="double" id=double>x</a>',
    '<label for="double" form="double">x</label><output for="double">x</output>',
    '<b data-link="x" data-id="double" aria-labelledby="double" usemap="#double" role=button>x</b>',
    '<map name="double"><area href="#x"></map><img usemap="#double" src="x">',
    "[to the top](#double) [x](#question-comment) <a href='#double'>x</a>",
    '<svg id="double"><g id="slope"/></svg><math><mi id="double" class="score">x</mi></math>',
    "$\\cssId{double}{x}$ $\\class{score}{x}$ $$\\style{color:red}{x}$$ $\\href{#double}{x}$",
    "&#36;\\cssId{double}{x}&#36; \\\\(\\class{score}{y}\\\\)",
    "- [x] done\n- [ ] not\n\nTerm\n: what it is\n\n| a | b |\n|:--|--:|\n| 1 | 2 |",
    "<details id=double class=nbgrader_cell open><summary id=slope>x</summary>x</details>",
    '<p style="text-align:left" class="a b hll btn nav">x</p><style>.score{}</style>',
    '```python\nx = "<b id=double>"\n```\n```{.score #double}\nx\n```\n~~~html id=double\n<b>\n~~~',
]
FETCHING = [
    "![](http://elsewhere.example/a.png) ![](//elsewhere.example/a.png) ![](/logout) ![](a.png)",
    "![x][1]\n\n[1]: http://elsewhere.example/a.png",
    "<img src=http://elsewhere.example/a.png> <img src='/logout'> <img src='../x'>",
    "<img srcset='http://elsewhere.example/a.png 2x' src='data:image/png;base64,aGk='>",
    "<img src='&#104;ttp://elsewhere.example/a.png'><img src='data:image/svg+xml;base64,aGk='>",
    "<picture><source srcset=http://elsewhere.example/a><img src=x></picture>",
    "<b style='background:url(http://elsewhere.example/a)'>x</b>",
    "<b style='color:red;background-image:image-set(\"http://elsewhere.example/a\" 1x)'>x</b>",
    "<style>@import 'http://elsewhere.example/a.css';</style>",
    "<link rel=prefetch href=http://elsewhere.example/a><link rel=stylesheet href=/logout>",
    "<meta http-equiv=refresh content='0;url=http://elsewhere.example/'>",
    "<video poster=http://elsewhere.example/a src=/logout></video><audio src=/logout></audio>",
    "<iframe src=/logout></iframe><object data=/logout></object><embed src=/logout>",
    "<svg><image href='http://elsewhere.example/a'/><use href='/logout#x'/></svg>",
    "<table background=http://elsewhere.example/a><tr><td background=/logout>x</table>",
    "<body background=http://elsewhere.example/a><input type=image src=/logout>",
    "<a ping=http://elsewhere.example/ href=https://example.org>x</a>",
    "<q cite=http://elsewhere.example/>x</q><script src=http://elsewhere.example/a></script>",
    "<img src='data:image/png,http://elsewhere.example/'> ![](data:text/html;base64,aGk=)",
]
LINK = re.compile(r"(https?://|mailto:)")
EMBEDDED = re.compile(r"data:image/(png|jpeg|gif|webp|jpg);base64,[A-Za-z0-9+/=]+")
ATTRIBUTES = {"rel", "target", "href", "src", "alt", "title", "style", "align", "width", "height"}
ATTRIBUTES |= {"colspan", "rowspan", "start"}
# What the kit itself makes: code in colours, and formulas.
OURS = re.compile(r"highlight|[a-z]\w?\w?|tex2jax_ignore|missing")


def harmless(page: str) -> None:
    """Hold that nothing in a page's HTML can run, be fetched, or take a name on the page."""
    for tag in BeautifulSoup(page, "html.parser").find_all(True):
        assert tag.name in TAGS | ELEMENTS, tag
        for one in tag.attrs.pop("class", []):
            assert OURS.fullmatch(one), tag
            assert tag.name in ("div", "span"), tag
        for name, value in {name: str(tag[name]) for name in tag.attrs}.items():
            assert name in (MATHML if tag.name in ELEMENTS else ATTRIBUTES), tag
            if name == "href":
                assert LINK.match(value), tag
                assert "noopener" in tag["rel"], tag
            if name == "src":
                assert EMBEDDED.fullmatch(value), tag
            if name == "style":
                assert not re.search(r"url|position|expression|image", value), tag


def page_of(markdown: str, **cell: object) -> str:
    """Return a cell's Markdown as HTML."""
    return markdown_to_safe_html({"cell": cell}, markdown)


@pytest.mark.parametrize("markdown", [*HARMFUL, *CLAIMING, *FETCHING])
def test_markdown_does_nothing(markdown: str) -> None:
    """What could run in a browser, be fetched by it or take a name there becomes text or goes."""
    harmless(page_of(markdown))


@pytest.mark.parametrize("markdown", FETCHING)
def test_what_is_not_fetched_is_named(markdown: str) -> None:
    """Who reads the page still reads where a picture, a film or a style should have come from."""
    text = BeautifulSoup(page_of(markdown), "html.parser").get_text()
    where = re.compile(r"elsewhere\.example|/logout|not in the notebook")
    quiet = ("background", "ping", "cite", "srcset", "base64", "style=")
    assert where.search(text) or any(word in markdown for word in quiet)


PIECES = [*"<>/'\"=& \n[]()!`#$:", *HARMFUL[:20], *CLAIMING, *FETCHING]


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_any_markdown_does_nothing(markdown: str) -> None:
    """Nor does any mixture of such pieces."""
    harmless(page_of(markdown))


KEPT = {
    "$a < b$": "<mi>a</mi><mo>&lt;</mo><mi>b</mi>",
    "$$\\begin{align}x &= 1 \\\\ y &> 2\\end{align}$$": "<mo>=</mo><mn>1</mn>",
    "a line $\\nosuch{x}<b>$ of text": "<code>$\\nosuch{x}&lt;b&gt;$</code> of text",
    r"$$a \qquad b \tag{7}\label{eq:a}$$": ">(7)</mtext>",
    r"$\textcolor{blue}{w} + \color{red}{y}\!z$": "<mi>w</mi>",
    "![svg](data:image/svg+xml;base64,PHN2Zz4=)": "[picture not shown, for it is no PNG, JPEG, GIF",
    "> quoted": "<blockquote>",
    "| a | b |\n|:--|--:|\n| 1 | 2 |": '<td style="text-align:right">2</td>',
    "![plot](https://example.org/a.png)": "not in the notebook: https://example.org/a.png]",
    "![my plot](attachment:my plot.png)": f'<img src="data:image/png;base64,{PNG}" alt="my plot">',
    "![x $y$](attachment:my%20plot.png)": f'<img src="data:image/png;base64,{PNG}" alt="x y">',
    "<img src='attachment:a.png' width='30'>": 'width="30"',
    "![a](attachment:a.png)": f'<img src="data:image/png;base64,{PNG}" alt="a">',
    f'<img src="data:image/png;base64,{PNG}" width="30">': 'width="30"',
    "[link](https://example.org/?a=1&b=2)": 'href="https://example.org/?a=1&amp;b=2"',
    "[mail](mailto:a@example.org)": 'href="mailto:a@example.org"',
    "```python\nx = 1\n```": '<div class="highlight">',
    "**bold** `code` ~~gone~~ <br> <sub>i</sub>": "<sub>i</sub>",
    "- [x] done\n- [ ] not": "<li>☑ done</li>\n<li>☐ not</li>",
    "# Title": "<h1>Title</h1>",
    "![gone](attachment:gone.png) **bold**": "<strong>bold</strong>",
    "1 < 2 and 3 > 2": "1 &lt; 2 and 3 &gt; 2",
    '<p align="center">x</p>': '<p align="center">x</p>',
}


@pytest.mark.parametrize("markdown", KEPT)
def test_what_shows_something_stays(markdown: str) -> None:
    """Math, tables, pictures, links and code look as they did."""
    attachments = {name: {"image/png": PNG} for name in ("a.png", "my plot.png")}
    assert KEPT[markdown] in page_of(markdown, attachments=attachments)


def test_a_picture_that_is_not_attached_is_named() -> None:
    """The rest of the answer is rendered, with the pictures that are there."""
    page = page_of("![x](attachment:gone%20one.png) *b*", attachments={"a": {"image/png": "x"}})
    text = BeautifulSoup(page, "html.parser").get_text()
    assert text.strip() == "[picture 'gone one.png': it is not in the notebook] b"
    assert "<em>b</em>" in page


def test_what_breaks_the_renderer_is_shown_as_far_as_it_goes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of an answer in which one paragraph cannot be rendered, the others are."""
    render = MarkdownWithMath.render

    def broken(self: MarkdownWithMath, text: str) -> str:
        if "odd" in text:
            raise ValueError(text)
        return render(self, text)

    monkeypatch.setattr(MarkdownWithMath, "render", broken)
    page = page_of("**one**\n\nodd <b>\n\n**two**")
    assert "<strong>one</strong>" in page
    assert "<pre>odd &lt;b&gt;</pre>" in page
    assert "<strong>two</strong>" in page


def test_a_large_picture_in_a_text_is_shown_whole() -> None:
    """A picture that is written into an answer is not cut with the text, nor counted with it."""
    encoded = encoded_picture(side=120)
    page = page_of(f"before ![plot](data:image/png;base64,{encoded}) after")
    assert f'<img src="data:image/png;base64,{encoded}" alt="plot"> after' in page
    assert CUT not in page


def test_text_behind_pictures_is_not_cut() -> None:
    """What a cell's text may have is counted without the pictures in it; these are bounded, too."""
    address = f"data:image/png;base64,{encoded_picture(side=120)}"
    cell = new_markdown_cell(f"![a]({address})\n\n![b]({address})\n\nthe end")
    long = new_markdown_cell("x" * 20_000)
    many = f"![a](data:image/png;base64,{LONG_PNG}) " * 4 + "the end"
    cells = [cell, long, *(new_markdown_cell(many) for _ in range(12))]
    kept, _ = Shorten().preprocess(new_notebook(cells=cells), {})
    assert kept.cells[0].source == f"![a]({address})\n\n![b]({address})\n\nthe end"
    assert kept.cells[1].source.endswith(f"{CUT}\n")
    assert all("the end" in one.source for one in kept.cells[2:])
    assert sum(len(one.source) for one in kept.cells) < 21_000_000


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_pictures_of_each_kind_in_a_text_are_shown(kind: str) -> None:
    """Whether a picture is written into Markdown or into HTML, with lines or without."""
    head, encoded = f"data:image/{kind.lower()};base64,", encoded_picture(kind, 40)
    broken = "\n".join(encoded[start : start + 76] for start in range(0, len(encoded), 76))
    page = page_of(f"![a]({head}{encoded})\n\n<img alt='b' src='{head}{broken}'>")
    harmless(page)
    assert page.count(f'src="{head}{encoded}"') == 2


TOO_LARGE = {
    "high and wide": huge_png(30_000, 30_000),
    "a line": huge_png(1, 39_000_000),
    "beyond all bounds": huge_png(2**31 - 1, 2**31 - 1),
    "of no width": huge_png(0, 10),
    "a large WebP": b64encode(b"RIFF\0\0\0\0WEBPVP8X" + b"\0" * 8 + b"\xff" * 6).decode(),
    "another thing": b64encode(b"<svg xmlns='http://www.w3.org/2000/svg'/>").decode(),
    "no base64": "a",
}


@pytest.mark.parametrize("name", TOO_LARGE)
def test_what_unpacks_to_too_much_is_named_instead(name: str) -> None:
    """Few bytes may be a picture of gigabytes: neither an answer nor an output shows it."""
    address = f"data:image/png;base64,{TOO_LARGE[name]}"
    attached = {"a.png": {"image/png": TOO_LARGE[name]}}
    text = f"![x]({address}) <img src='{address}'> ![y](attachment:a.png)"
    page = page_of(text, attachments=attached)
    assert "<img" not in page
    assert page.count("[picture not shown, for it is damaged or too large]") == 3
    shown = new_output(
        "display_data", data={"image/png": TOO_LARGE[name], "text/plain": "<Figure>"}
    )
    (plain,) = plain_outputs([shown], notebook_budget())
    assert plain.data == {"text/plain": f"<Figure>\n{NOT_SHOWN}"}


def test_many_pictures_together_are_bounded() -> None:
    """Each may be shown alone, and a page of them would fill any memory."""
    large = huge_png(6000, 6000)
    page = page_of(f"![x](data:image/png;base64,{large})\n" * 50)
    assert page.count("<img") == 2
    shown = new_output("display_data", data={"image/png": large})
    kept = plain_outputs([shown] * 50, notebook_budget())
    assert sum("image/png" in one.get("data", {}) for one in kept) == 2


def test_a_drawing_among_outputs_is_named() -> None:
    """An SVG may fetch and run things, so it is not shown, which is told."""
    drawn = new_output("display_data", data={"image/svg+xml": "<svg/>", "text/plain": "<Figure>"})
    (plain,) = plain_outputs([drawn], notebook_budget())
    assert plain.data == {"text/plain": f"<Figure>\n{NOT_SHOWN}"}


def test_the_lines_of_a_comment_stay() -> None:
    """What a person wrote below one another stands below one another."""
    page = comment_to_safe_html("Good start.\nBut $x$?\n\n- one\n- two <script>")
    assert "Good start.<br>\nBut <math" in page
    assert "<li>two &lt;script&gt;" in page
    harmless(page)


@pytest.mark.parametrize(
    "piece", ["[", "*", "![", "\\\\[", "<", "`", "$", "\\begin{a}", "> ", "- ", "|"]
)
def test_a_pathological_cell_takes_seconds_at_most(piece: str) -> None:
    """Whatever is repeated for half a megabyte is cut with a note before it is read."""
    started = time.monotonic()
    assert CUT in page_of(piece * (500_000 // len(piece)))
    assert time.monotonic() - started < 20


def test_text_is_cut_visibly() -> None:
    """What is short stays as it is, what is long ends with the note."""
    assert bounded("x" * 10, 10) == "x" * 10
    assert bounded("x" * 11, 10) == f"{'x' * 10}\n\n{CUT}\n"


def printed(text: str, name: str = "stdout") -> Any:
    """Return the output of something printed."""
    return new_output("stream", name=name, text=text)


def test_outputs_are_plain() -> None:
    """Texts and pictures stay, of the others and of a picture that is none nothing is left."""
    data = {"text/plain": "x", "text/html": "<b>", "image/svg+xml": "<svg>"}
    rich = new_output("display_data", data={**data, "image/png": 'x" onerror="run'})
    rich.metadata = {"filenames": {"image/png": '"run'}}
    picture = new_output("display_data", data={"image/png": f"{PNG}\n"})
    assert plain_outputs([rich, printed("hello", '"><script>'), picture], notebook_budget()) == [
        new_output("display_data", data={"text/plain": f"x\n{NOT_SHOWN}"}),
        printed("hello"),
        picture,
    ]


@pytest.mark.parametrize(
    ("output", "kept"),
    [
        (printed("y" * 30_000), 1),
        (new_output("error", ename="E", evalue="e", traceback=["z" * 10_000] * 2), 3),
        (new_output("display_data", data={"image/png": LONG_PNG}), 3),
        (new_output("display_data", data={"text/plain": "y"}), 101),
    ],
)
def test_outputs_are_bounded(output: Any, kept: int) -> None:
    """What is too much for a cell is cut, with a note at the end."""
    outputs = plain_outputs([output] * 500, notebook_budget())
    assert len(outputs) == kept
    assert outputs[-1].text.endswith(f"{CUT}\n")


def test_the_outputs_of_all_cells_are_bounded() -> None:
    """Many cells with many outputs share what a page can show."""
    whole = notebook_budget()
    one = new_output("display_data", data={"text/plain": "y"})
    shown = [plain_outputs([one] * 50, whole) for _ in range(100)]
    assert sum(map(len, shown)) < 1_200
    assert [output.text.strip() for output in shown[-1]] == [CUT]


def test_very_many_colours_go() -> None:
    """A few colours stay; thousands would keep nbconvert busy for minutes."""
    few, many = "\x1b[31mred\x1b[0m", "\x1b[31mred\x1b[0m" * 1000
    (calm,) = plain_outputs([printed(many)], notebook_budget())
    assert calm.text == "red" * 1000
    assert plain_outputs([printed(few)], notebook_budget()) == [printed(few)]


def test_html_without_an_end_is_shown() -> None:
    """Tags within tags, as many as a cell can hold, give a page."""
    harmless(clean_html("<b>" * 3_000))


def harmful(notebook: Any) -> None:
    """Put what could run into every place of a notebook."""
    run = "<script>alert('run')</script>"
    notebook.metadata.language_info = {"name": run, "pygments_lexer": f'"{run}'}
    notebook.metadata.title = run
    shown = {"text/html": run, "text/plain": run, "application/javascript": "alert('run')"}
    outputs = [
        new_output("display_data", data={**shown, "image/png": f'"{run}'}),
        new_output("stream", name=f'"{run}', text=f"\x1b[31m{run}"),
        new_output("error", ename=run, evalue=run, traceback=[run]),
    ]
    tags = {"tags": [f'"{run}'], "alt": f'"{run}', "magics_language": run}
    raw = new_raw_cell(run, metadata={"raw_mimetype": "text/html"})
    notebook.cells += [
        new_code_cell(run, outputs=outputs, metadata=tags),
        new_code_cell(f"%%html\n{run}", metadata=tags),
        new_markdown_cell("\n\n".join([*HARMFUL[:24], "![x](attachment:x)"]), metadata=tags),
        raw,
        new_raw_cell(f"```\n{run}\n````"),
    ]


@pytest.mark.slow
def test_whatever_page_the_course_makes_is_safe(released_tiny: Any) -> None:
    """Formgrader makes its pages with the course's configuration, and so they are safe as well."""
    exporter = HTMLExporter(config=convert.course_config(released_tiny.root))
    cells = [new_markdown_cell("<script>alert('run')</script>\n\n**bold**")]
    page, _ = exporter.from_notebook_node(new_notebook(cells=cells))
    assert "<script>alert" not in page
    assert "<strong>bold</strong>" in page


@pytest.mark.slow
def test_feedback_runs_nothing_of_a_hand_in(tiny_handins: Any, notebooks: Any) -> None:
    """The page has no script but its own, no handlers, and no harmful addresses."""
    assignment = tiny_handins.assignment
    for student in ("ada", "plain"):
        tiny_handins.add_solved(student)
    notebooks.change(assignment.submission("ada") / "tiny.ipynb", harmful)
    pages = []
    for student in ("ada", "plain"):
        autograde(assignment, student)
        generate_feedback(assignment, student)
        text = (assignment.feedback(student) / "tiny.html").read_text(encoding="utf-8")
        pages.append(BeautifulSoup(text, "html.parser"))
    ada, plain = pages
    assert ada.find_all("script") == []
    assert "alert('run')" in ada.get_text()
    names = {tag.name for tag in ada.find_all(True)} - {tag.name for tag in plain.find_all(True)}
    assert names <= TAGS | ELEMENTS
    for tag in ada.find_all(True):
        assert not [name for name in tag.attrs if name.lower().startswith("on")], tag


@pytest.mark.parametrize(
    ("tex", "words"),
    [
        (r"\begin{dcases} 17 & x \\ 23 & y \end{dcases}", "{17x23y"),
        (r"\begin{array}{|l|p{2cm}|} \hline 17 & 23 \\ \hline \end{array}", "1723"),
        (r"a = 17 \\ b = 23", "a=17b=23"),
        ("17 % a comment\n + 23", "17+23"),
        (r"{\rm ab} + \bold{x}", "ab+𝒙"),
    ],
)
def test_formulas_that_the_pdf_shows_are_shown_here_too(tex: str, words: str) -> None:
    """What pandoc does not read is rewritten as for the PDF, and nothing of it gets lost."""
    (made,) = render_formulas([Formula(tex, display=True)])
    assert made.startswith("<math ")
    assert BeautifulSoup(made, "html.parser").get_text() == words


def test_colours_and_rules_of_formulas_are_kept() -> None:
    """Browsers draw no rules of MathML's own: cells have borders; a colour is a style's."""
    texs = [
        r"\begin{array}{|l|p{2cm}} \hline 1 & 2 \\ 3 & 4 \\ \hline \end{array}"
        r" + \begin{matrix} 5 \end{matrix}",
        r"{\color{red} x} + \textcolor{#0000ff}{y \textcolor{green}{z}}",
        r"\color{blue} a = b \tag{1} \begin{array}{c|c} 1 & 2 \end{array}",
        r"\begin{array}{c|c} 1 & \begin{array}{c} 2 \end{array} \end{array}",
    ]
    made = [
        BeautifulSoup(one, "html.parser")
        for one in render_formulas([Formula(tex, display=True) for tex in texs])
    ]
    borders = [
        {part.split(":")[0] for part in str(cell["style"]).split("; ") if part.startswith("border")}
        for cell in made[0].find_all("mtd")
    ]
    left, both = {"border-left", "border-top"}, {"border-left", "border-bottom"}
    assert borders == [left, left, both, both, set()]
    assert made[0].get_text() == "1234+5"
    assert [(one["mathcolor"], one.get_text()) for one in made[1].find_all("mstyle")] == [
        ("#ff0000", "x"),
        ("#0000ff", "yz"),
        ("#008000", "z"),
    ]
    assert made[2].find("mstyle", mathcolor="#0000ff")
    assert "border-left" in str(made[2])
    assert made[3].get_text() == "12"
