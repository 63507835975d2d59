"""The PDF: it shows what the student wrote, pixel for pixel and letter by letter; nothing runs."""

import os
import pickle
import random
import re
import subprocess
import sys
from base64 import b64encode, encodebytes
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import numpy as np
import pdfs
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from gradekit.assignment.parts import PartSpec
from gradekit.errors import SubmissionError
from gradekit.model import PdfState
from gradekit.pdf_check.compare import PdfContent, PdfPage, ShownSpot, compare_pdf
from gradekit.pdf_check.document import Document
from gradekit.pdf_check.letters import as_text, visible_letters
from gradekit.submission.parts.find import Part
from gradekit.submission.parts.images import decode_image
from gradekit.submission.parts.texts import clean, count_words
from gradekit.submission.pdf import build as pdf
from gradekit.submission.pdf import fonts, formulas, pandoc
from gradekit.submission.pdf import markdown as answer
from gradekit.submission.pdf.build import build_pdf, made_at, not_in_pdf
from gradekit.submission.pdf.formulas import is_only_math, to_typst
from gradekit.submission.pdf.proofread import proofread
from gradekit.submission.pdf.tex import Formula

MADE = datetime(2025, 11, 24, 10, 12, tzinfo=UTC)
SECRET = "the-secret-in-a-file"

NASTY = [
    '#import "@preview/cetz:0.3.1": *',
    '#read("secret.txt") #panic("ran") #(1+1)',
    '```{=typst}\n#panic("ran")\n```',
    "`#panic()`{=typst} and `\\input{x}`{=latex}",
    "a $ b, $$ c, $x and \\$5, costs $5 and $6",
    "*bold* _emph_ **x* __ ***",
    "@cite [@cite] <label> #ref(<x>)",
    "back\\slash \\n \\u{41} \\\\ \\",
    '<script>alert(1)</script> <img src="file:///etc/passwd"> <!-- gone -->',
    "![secret](secret.txt) ![](/etc/passwd) ![x](http://example.org/x.png)",
    "[link](javascript:alert) [a](file:///etc/passwd) [b](https://example.org) []() <x:y>",
    "| a | b |\n|---|---|\n| *1* | `2` |\n| #x |",
    "text[^1] and [^1]\n\n[^1]: note [^1]",
    "````\n```\n#panic()\n````\n~~~\nunclosed",
    "> quote\n> - list\n>   1. deeper\n\n---\n# Title {#id}\nSetext\n===",
    "'quoted' \"quoted\" -- --- ... // no comment /* nor this */",
    "&amp; &#35; &nbsp; &lt;b&gt;",
    "\\begin{align}\na &= b \\\\\nc &= d\n\\end{align}",
    '$\\text{#panic()}$ $\\operatorname{std}$ $\\mathrm{"}$ $#panic()$ $\\unknown{x}$ $\\frac{1}{$',
    "$" + "{" * 400 + "x" + "}" * 400 + "$",
    "> " * 500 + "deep",
    "x" * 3000,
    "\u202eright to left\u202c e\u0301 \U0001f600 中文 \ufffe",
]


def sample(words: str) -> Part:
    """Return the part of the sampled text."""
    return Part(pdfs.spec("sample"), "Sampled text", "From a model", text=clean(words))


def written(markdown: str) -> Part:
    """Return the part of the answer."""
    return Part(PartSpec("answer", "answer"), "Answer", "To the question", text=clean(markdown))


def curves(*figures: bytes, mark: str = "curves_rnn") -> Part:
    """Return a part with figures."""
    return Part(pdfs.spec(mark), "Training curves", "Loss and accuracy", figures=figures)


def png(mode: str = "RGB", size: tuple[int, int] = (37, 23), seed: int = 1) -> bytes:
    """Return a PNG full of random pixels."""
    channels = {"L": 1, "LA": 2, "P": 1, "RGB": 3, "RGBA": 4, "I;16": 2}[mode]
    pixels = random.Random(seed).randbytes(size[0] * size[1] * channels)
    image, buffer = Image.frombytes(mode, size, pixels), BytesIO()
    if mode == "P":
        image.putpalette(random.Random(2).randbytes(768))
    image.save(buffer, "PNG")
    return buffer.getvalue()


def build(*parts: Part) -> bytes:
    """Return the PDF of some parts, made at a fixed time."""
    return build_pdf(parts, "A problem", "ada", MADE)


def words_in(document: bytes) -> str:
    """Return the text of a PDF without any whitespace, and without all but the last footer."""
    pages = PdfReader(BytesIO(document)).pages
    shown = "".join("".join(page.extract_text() for page in pages).split()).replace("\u200b", "")
    return re.sub(r"Aproblem·adapage(\d+)of(?!\1)\d+", "", shown)


def text_in(tree: object) -> str:
    """Return the text in an answer's tree, in order and without what marks it up."""
    if isinstance(tree, list):
        return "".join(map(text_in, tree))
    if not isinstance(tree, dict) or tree["t"] == "Formula":
        return ""
    if tree["t"] in ("Str", "Code", "CodeBlock"):
        return str(tree["c"] if tree["t"] == "Str" else tree["c"][1])
    return text_in(tree.get("c"))


def stands_in(text: str, shown: str) -> bool:
    """Whether all letters of a text are shown in their order, whatever is between them."""
    rest = iter(shown)
    return all(letter in rest for letter in text)


@pytest.fixture
def bait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current folder with a file whose words must never get into a PDF."""
    (tmp_path / "secret.txt").write_text(SECRET)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_figures_come_back_pixel_for_pixel() -> None:
    """pypdf takes the very pixels of the notebook's figures out of the PDF."""
    figures = [png(seed=1), png(seed=2)]
    pages = PdfReader(BytesIO(build(curves(*figures)))).pages
    images = [file.image for page in pages for file in page.images]
    found = [image.convert("RGB").tobytes() for image in images if image]
    assert found == [Image.open(BytesIO(figure)).tobytes() for figure in figures]


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_comes_back(mode: str) -> None:
    """Grey, coloured, transparent and 16-bit images are all shown as they are."""
    part = curves(png(mode))
    assert proofread(build(part), [part]) == []


@pytest.mark.parametrize("size", [(1, 1), (1, 2000), (2000, 1), (1080, 864)])
def test_every_shape_of_figure_fits(size: tuple[int, int]) -> None:
    """A figure of any shape is drawn whole on one page."""
    part = curves(png(size=size))
    document = build(part)
    assert proofread(document, [part]) == []
    assert len(PdfReader(BytesIO(document)).pages) <= 2


def test_another_figure_in_the_pdf_is_noticed() -> None:
    """A PDF with another figure than the notebook's gives a line; a damaged PDF is an error."""
    line = "Training curves: the PDF does not show the notebook's figure"
    assert proofread(build(curves(png(seed=1))), [curves(png(seed=2))]) == [line]
    with pytest.raises(SubmissionError, match="the PDF cannot be read"):
        proofread(b"%PDF-1.7 damaged", [])


def test_a_document_has_title_student_date_and_page_numbers() -> None:
    """All that tells one hand-in from another is on paper and in the PDF's properties."""
    document = build(curves(png()), sample("she was"), written("It *learns*: $h_t$."))
    shown = words_in(document)
    for expected in ("Aproblem", "ada", "24November2025,10:12UTC", "page1of1", "Figure1.Loss"):
        assert expected in shown
    assert shown.index("1Trainingcurves") < shown.index("2Sampledtext") < shown.index("3Answer")
    about = PdfReader(BytesIO(document)).metadata
    assert about is not None
    assert (about.title, about.author) == ("A problem", "ada")
    assert pdf.MADE_BY.encode() in document


def test_the_same_input_gives_the_same_bytes() -> None:
    """Two builds are equal byte for byte, in this process and in another one."""
    parts = [curves(png()), sample("she was"), written("It *learns*: $h_t$.")]
    again = (
        "import sys, pickle; from gradekit.submission.pdf.build import build_pdf\n"
        "parts, made = pickle.load(sys.stdin.buffer)\n"
        "sys.stdout.buffer.write(build_pdf(parts, 'A problem', 'ada', made))"
    )
    given = pickle.dumps((parts, MADE))
    done = subprocess.run(
        [sys.executable, "-c", again], input=given, capture_output=True, check=True
    )
    assert build(*parts) == build(*parts) == done.stdout


def test_another_time_or_student_gives_another_document() -> None:
    """Time and student are shown, so they matter."""
    parts = [sample("she was")]
    later = datetime(2025, 11, 24, 10, 13, tzinfo=UTC)
    assert len({build_pdf(parts, "t", s, m) for s in ("a", "b") for m in (MADE, later)}) == 4


def test_what_is_missing_is_said_in_its_place() -> None:
    """In the place of a missing part stands what is missing, without what to do about it."""
    problem = "Sampled text: nothing printed yet. Run the cell, then save the notebook."
    shown = words_in(build(Part(pdfs.spec("sample"), "Sampled text", problems=(problem,))))
    assert "Missing.Sampledtext:nothingprintedyet." in shown
    assert "Runthecell" not in shown


@pytest.mark.usefixtures("bait")
@pytest.mark.parametrize("nasty", NASTY)
def test_nasty_text_is_shown_as_it_is(nasty: str) -> None:
    """A sample's text is never read as code: every letter of it is in the PDF."""
    shown = words_in(build(sample(nasty)))
    plain = "".join(clean(nasty).split())
    if plain.isascii():
        assert plain in shown


@pytest.mark.usefixtures("bait")
@pytest.mark.parametrize("nasty", NASTY)
def test_nasty_answers_are_drawn(nasty: str) -> None:
    """Whatever stands in an answer, there is a PDF, nothing ran, and no file was read."""
    shown = words_in(build(written(f"{nasty}\n\nlast words")))
    assert "lastwords" in shown
    assert SECRET not in shown
    assert "root:" not in shown


ALPHABET = st.sampled_from(list("#$*_`@<>\\[](){}/\"'~=-+!|:;,.&%^ \nabx1é")) | st.sampled_from(
    ["#read(", "#panic(", "```", "{=typst}", "$$", "\\frac", "\\text{", "](", "![", "//", "/*"]
)
SOURCES = st.lists(ALPHABET, max_size=60).map("".join)


@given(SOURCES)
@example("#")
def test_any_sample_is_shown_letter_by_letter(source: str) -> None:
    """Random mixtures of typst's and Markdown's signs are shown, and never obeyed."""
    assert "".join(source.split()) in words_in(build(sample(source)))


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.too_slow])
@given(SOURCES.filter(lambda source: source.strip()))
@example("$x$ `#` $\\text{#}$")
def test_any_answer_is_drawn_as_pandoc_reads_it(source: str) -> None:
    """What pandoc takes for text is in the PDF, whatever signs it is made of."""
    tree = answer.read_answer(source)
    shown = words_in(build(written(source)))
    assert stands_in("".join(text_in(tree).split()), shown)


@pytest.mark.slow
@given(st.text(max_size=200))
def test_any_text_gives_a_pdf(source: str) -> None:
    """Unicode of all kinds, half characters included, gives a PDF."""
    assert build(sample(source), written(source)).startswith(b"%PDF")


def test_formulas_of_a_course_are_typeset() -> None:
    """The formulas that an answer on recurrent networks may hold become typst's math."""
    known = [
        r"h_t = \tanh(x_t W_x + h_{t-1} W_h + b)",
        r"c_t = f \odot c_{t-1} + i \odot g",
        r"\frac{\partial L}{\partial W}",
        r"\prod_{t=2}^{T} \mathrm{diag}(1 - h_t^2) W_h^\top",
        r"\sigma(a) \in \mathbb{R}^{N \times D}",
        r"\|x\|_2 \le \epsilon, \quad a \otimes b, A \cap B",
        r"\operatorname{std}(x)",
        r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}",
        r"\text{loss} \approx 10^{-5}",
        r"\hat{y}, \bar{x}, \vec{v}, \mathcal{L}, \sqrt{x}, \ln 10, \hbar",
    ]
    made = to_typst([Formula(tex, display) for tex in known for display in (False, True)])
    assert all(made), [tex for tex, code in zip(known, made[::2], strict=True) if not code]


def test_a_formula_that_cannot_be_typeset_is_shown_as_tex() -> None:
    """A bad formula is code text, and the good ones around it are typeset all the same."""
    tree = answer.read_answer(r"good $x_1$, bad $\unknown{y}$, good $z$")
    kinds = [inline["t"] for inline in tree[0]["c"] if inline["t"] in ("Formula", "Code")]
    assert kinds == ["Formula", "Code", "Formula"]
    assert r"$\unknown{y}$" in words_in(build(written(r"bad $\unknown{y}$")))


def test_a_formula_on_a_line_of_its_own_is_shown() -> None:
    """Displayed formulas are in the PDF, with dollars or with a bare environment as Jupyter has."""
    bare = "\\begin{align}\nq_{17} &= 4\n\\end{align}"
    for source in ("so\n\n$$q_{17} = 4$$\n\nthat", bare, f"$$a$$\n\n{bare}", f"It is $a$\n{bare}"):
        shown = words_in(build(written(source)))
        assert "17" in shown
        assert "align" not in shown


def test_code_blocks_are_not_taken_for_formulas() -> None:
    """A TeX environment inside a code block stays what it is."""
    assert "$" not in words_in(build(written("```\n\\begin{align}\nx\n\\end{align}\n```")))


@pytest.mark.parametrize(
    ("code", "safe"),
    [
        ("x_t + 1", True),
        ('upright("a#b // std") \\( x \\)', True),
        ("a \\/ \\/ b", True),
        ("#read(1)", False),
        ("\\\\#read(1)", False),
        ("std.read(1)", False),
        ('"a\\" #read(1)', False),
        ('"a" #read("b")', False),
        ("a // b", False),
        ("a /* b", False),
        ("a $ b", False),
        ("a ` b", False),
    ],
)
def test_only_math_gets_to_typst(code: str, safe: bool) -> None:
    """Code, comments and the way out of math are refused outside of strings."""
    assert is_only_math(code) is safe


@given(SOURCES)
def test_formulas_made_of_any_signs_hold_no_code(source: str) -> None:
    """Whatever TeX is given, what comes back is only math, or nothing."""
    assert all(map(is_only_math, to_typst([Formula(source, display=False)])))


def test_long_texts_are_cut_and_it_says_so() -> None:
    """A text beyond all measure is cut, and the number of characters left out is shown."""
    assert "[5000morecharactersareleftouthere]" in words_in(
        build(sample("ab " * 8000 + "c" * 1000))
    )


def test_an_answer_beyond_pandoc_is_shown_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where pandoc fails, the answer stands in the PDF as it was typed."""
    monkeypatch.setattr(pandoc, "_pandoc", lambda: str(Path(os.sep, "nowhere", "pandoc")))
    assert "It*learns*" in words_in(build(written("It *learns*")))
    with pytest.raises(SubmissionError, match="pandoc cannot read a text"):
        pandoc.run_pandoc("x", "commonmark", "json")


def test_pandoc_does_not_take_forever(monkeypatch: pytest.MonkeyPatch) -> None:
    """A text that keeps pandoc busy beyond its time is an error of one line."""
    monkeypatch.setattr(pandoc, "SECONDS", 0.01)
    with pytest.raises(SubmissionError, match=r"pandoc needs more than 0\.01 seconds for a text$"):
        pandoc.run_pandoc("[" * 50_000 + "*a" * 20_000, "commonmark", "json")


def test_a_figure_that_typst_cannot_read_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of typst's comes as one line of ours."""
    monkeypatch.setattr(pdf, "_plain_png", lambda _: b"no image")
    with pytest.raises(SubmissionError, match=r"^the PDF cannot be made: .+$"):
        build(curves(png()))


def test_the_time_can_be_set_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """SOURCE_DATE_EPOCH stands for the present time, in UTC and seconds."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1763979120")
    assert made_at() == MADE
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert abs((made_at() - datetime.now(UTC)).total_seconds()) < 5


def test_a_lost_formula_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Formulas are never shown in each other's places: a wrong number of them is an error."""
    monkeypatch.setattr(formulas, "run_pandoc", lambda *_: "$x$")
    with pytest.raises(SubmissionError, match="lost a formula"):
        to_typst([Formula("x", display=False), Formula("y", display=False)])


SCRIPTS = {
    "Chinese": "循环神经网络",
    "Japanese": "日本語カナひらがな",
    "Korean": "한국어",
    "Thai": "ภาษาไทย",
    "Arabic": "العربية",
    "Hebrew": "עברית",
    "Hindi": "हिन्दी",
    "emoji": "😀🚀",
}


def test_other_fonts_are_used_where_they_are_needed() -> None:
    """The fonts from wheels are for letters that typst's own lack."""
    assert not fonts.has_other_scripts("naïve Ωμέγα Привет – “x” ∑ …")
    assert all(map(fonts.has_other_scripts, SCRIPTS.values()))
    assert fonts.families("x") == list(fonts.TYPST)
    assert [fonts.families(SCRIPTS[name])[-1] for name in ("Chinese", "Japanese", "Korean")] == [
        fonts.CHINESE,
        fonts.JAPANESE,
        fonts.KOREAN,
    ]


@pytest.mark.parametrize("name", SCRIPTS)
def test_letters_of_many_scripts_are_shown(name: str) -> None:
    """Each script has a font with all its letters, in any kind of text, and nothing is left out."""
    text = SCRIPTS[name]
    parts = [sample(text), written(f"**{text}** `{text}` $x_{{\\text{{{text}}}}}$")]
    assert not_in_pdf(parts) == []
    found = PdfReader(BytesIO(build(*parts))).pages[0]["/Resources"]["/Font"]  # type: ignore[index]
    used = [str(font.get_object()["/BaseFont"]) for font in found.values()]
    # DejaVu Sans Mono and New Computer Modern have some scripts, too.
    assert any("Noto" in font for font in used) or name in ("Arabic", "Hebrew")


def test_letters_that_no_font_has_are_told() -> None:
    """One line names them and their script; joiners and accents are no letters."""
    (line,) = not_in_pdf([sample("she was"), written("e\u0301 \u200d 中 and ཀཁ, \ue000")])
    assert line.startswith("Answer: no font of the PDF has ཀ ཁ \ue000 (Tibetan, Unknown). ")


PNG = png(size=(60, 40))


@pytest.mark.parametrize("address", ["attachment:a%20b.png", "attachment:a b.png"])
def test_pasted_pictures_are_shown(address: str) -> None:
    """A picture that the notebook holds is in the PDF, pixel by pixel; others are named."""
    part = replace(
        written(f"![seen](<{address}>) ![gone](attachment:c.png)"), pictures=(("a b.png", PNG),)
    )
    document = PdfReader(BytesIO(build(part)))
    (shown,) = document.pages[0].images
    assert shown.image is not None
    assert shown.image.convert("RGB").tobytes() == Image.open(BytesIO(PNG)).tobytes()
    assert "[pictureleftout:gone]" in words_in(build(part))


def test_pictures_that_the_pdf_lacks_are_told() -> None:
    """One line names what is not in the notebook, or is no picture; what is shown is not named."""
    text = "![a](attachment:a.png) ![b](attachment:gone.png) <img src='http://example.org/c.png'>"
    part = replace(written(text), pictures=(("a.png", PNG),))
    (line,) = not_in_pdf([part])
    assert "the PDF lacks “gone.png”, “http://example.org/c.png”. Paste" in line
    (line,) = not_in_pdf([written("a drawing ![svg](data:image/svg+xml;base64,PHN2Zz48L3N2Zz4=)")])
    assert "the PDF lacks “data:image/svg+xml”. Paste" in line
    assert not_in_pdf([written("no picture: `![b](attachment:gone.png)`")]) == []


def test_a_picture_is_as_wide_as_its_html_asks_for() -> None:
    """`<img width="60">` makes a picture smaller; without it a picture has its own size."""
    widths = []
    for asked in ("", 'width="60"', "width='60px'", "width='6%'"):
        part = replace(
            written(f"see <img src='attachment:a' {asked}>"), pictures=(("a", png(size=(120, 40))),)
        )
        ((box, _),) = Document(build(part)).page(0).boxes(pdfium.FPDF_PAGEOBJ_IMAGE)
        widths.append(round(box[2] - box[0]))
    assert widths == [widths[0], widths[0] // 2, widths[0] // 2, widths[0]]


def embedding(picture: bytes) -> list[str]:
    """Return answers that hold a picture in their text."""
    plain, lines = b64encode(picture).decode(), encodebytes(picture).decode()
    return [
        f"![seen](data:image/png;base64,{plain})",
        f'![seen](<data:image/PNG;base64,{plain}> "title")',
        f'<img src="data:image/png;base64,{plain}" alt="seen">',
        f"text <b>bold</b> <img alt='seen' width='30' src='data:image/jpeg;base64,{lines}'/>",
        f"![seen][here]\n\n[here]: data:image/gif;base64,{plain}",
    ]


def parts_with(answer: str) -> Part:
    """Return the part of an answer, as it is found in a notebook."""
    (part,) = (part for part in pdfs.parts(answer=answer) if part.name == "answer")
    return part


@pytest.mark.parametrize("source", embedding(PNG))
def test_pictures_in_the_text_are_shown(source: str) -> None:
    """A picture that Markdown or HTML holds itself is in the PDF, pixel by pixel, and no word."""
    part = parts_with(f"Look at it: {source}")
    assert not part.problems
    assert count_words(part.text) <= 6
    (shown,) = PdfReader(BytesIO(build(part))).pages[0].images
    assert shown.image is not None
    assert shown.image.convert("RGB").tobytes() == Image.open(BytesIO(PNG)).tobytes()


@pytest.mark.slow
@pytest.mark.parametrize(
    "picture", [b"no picture", b"", b"<svg width='9' height='9'></svg>", png(size=(900, 900))]
)
def test_pictures_in_the_text_are_bounded(picture: bytes) -> None:
    """Six raster images are shown, also large ones; damaged ones, SVGs and more are left out."""
    part = parts_with("Many: " + " ".join([embedding(picture)[0]] * 9))
    shown = PdfReader(BytesIO(build(part)))
    count = sum(len(page.images) for page in shown.pages)
    assert count == (6 if picture.startswith(b"\x89PNG") else 0)
    if picture:
        assert words_in(build(part)).count("[pictureleftout:seen]") == 9 - count


def test_pictures_beyond_the_first_six_are_told_without_a_remedy_that_cannot_help() -> None:
    """To paste what is pasted would change nothing: the line says how many a cell may have."""
    (line,) = not_in_pdf([parts_with(" ".join([embedding(PNG)[0]] * 9))])
    assert "It shows 6 pictures of a cell." in line
    assert "Paste" not in line


def test_a_caption_of_several_figures_stands_below_all_of_them() -> None:
    """What describes all that a cell drew is said once, and each figure has its own number."""
    part = curves(*(png(seed=seed) for seed in range(3)))
    shown = words_in(build(curves(png(), mark="curves_lstm"), part))
    assert "Figure1.Lossandaccuracy" in shown
    assert "Figures2to4.Lossandaccuracy" in shown
    assert shown.count("Lossandaccuracy") == 2
    assert all(f"Figure{number}." in shown for number in (2, 3, 4))


def test_a_damaged_picture_is_left_out() -> None:
    """Bytes that are no picture keep no PDF from being made."""
    part = replace(written("![seen](attachment:a.png)"), pictures=(("a.png", b"no picture"),))
    assert "[pictureleftout:seen]" in words_in(build(part))


def test_simple_html_is_shown_as_what_it_stands_for() -> None:
    """Line breaks, letters' looks, tables, lists and formulas come out; scripts do not."""
    source = (
        "one<br>two <b>bold</b> H<sub>2</sub>O x<sup>3</sup> <code>a &lt; b</code> $c_t$ "
        "costs $5\n\n"
        "<table><tr><th>cell</th></tr><tr><td>LSTM</td></tr></table>\n\n"
        "<ul><li>first $q_{17}$</li></ul>\n\n<script>alert(1)</script>\n\n"
        "<p onclick='x()'>last</p>"
    )
    shown = words_in(build(written(source)))
    for piece in (
        "one",
        "two",
        "bold",
        "H2O",
        "x3",
        "a<b",
        "costs$5",
        "cell",
        "LSTM",
        "last",
        "17",
    ):
        assert piece in shown
    for piece in ("<b>", "<td>", "onclick", "alert", "formula", "$c_t$"):
        assert piece not in shown


@pytest.mark.parametrize("other", ["", "<b>bold</b> "])
def test_comparisons_are_no_tags(other: str) -> None:
    """What stands between two signs of a comparison is shown, also beside true HTML."""
    shown = words_in(build(written(f"{other}if a <b and c> d, and p<q or r>s, then all")))
    assert "ifa<bandc>d,andp<qorr>s,thenall" in shown


@pytest.mark.parametrize(
    "tex",
    [
        r"a \qquad b",
        r"x\!y \; z \, w",
        r"x = 1 \tag{3}",
        r"x = 1 \label{eq:a}",
        r"\color{red}{x} + \textcolor{blue}{y}",
        r"\begin{align} a &= b \nonumber \\ c &= d \tag{1} \end{align}",
        r"\begin{array}{c|c} a & b \\ \hline c & d \end{array}",
        r"\left[\begin{array}{lr} a & b \\ c & d \end{array}\right]",
        r"\big( x \big) \argmax_x \boxed{x}",
        r"\begin{vmatrix} 1 & 2 \\ 3 & 4 \end{vmatrix}",
        r"\begin{Vmatrix} 1 & 2 \\ 3 & 4 \end{Vmatrix} + \begin{array}{c|c} a & b \end{array}",
        r"\begin{array}{|l|p{2cm}|*{2}{r}} \hline a & b & c & d \\ \hline \end{array}",
        r"\begin{dcases} 1 & x > 0 \\ 0 & x \le 0 \end{dcases}",
        r"\left.\begin{rcases} 1 \\ 0 \end{rcases}\right.",
        r"\begin{align} a &= b \\ \intertext{and so} c &= d \end{align}",
        r"a = b \\ c = d",
        r"a &= b \\ &= c",
        "x % the first \n + y",
        r"\dbinom{n}{k} + \cfrac{1}{x} + \phantom{x} + \bcancel{y} + \smash{z}",
        r"{\rm abc} + \bf{x} + {\cal L} + \Bbb{R} + \bold{x}",
        r"{a \over b} \kern3pt c \mskip 3mu d \thinspace e",
        r"90\degree \; \ket{x} \bra{y} \braket{x|y}",
    ],
)
def test_more_of_tex_is_typeset(tex: str) -> None:
    """Spaces, numbers, colours, arrays and sizes of brackets are no reason to show TeX."""
    (made,) = to_typst([Formula(tex, display=True)])
    assert made
    assert is_only_math(made)


def test_bars_of_matrices_are_single_or_double_as_they_were_written() -> None:
    """A determinant has single bars, a norm double ones, an array beside them its own rules."""
    determinant, norm = to_typst(
        [
            Formula(r"\begin{vmatrix} 1 & 2 \end{vmatrix}", True),
            Formula(r"\begin{Vmatrix} 1 & 2 \end{Vmatrix}", True),
        ]
    )
    assert determinant == 'mat(delim: "|", 1, 2)'
    assert norm.count("bar.v.double") == 2


def test_what_stands_below_a_comment_in_tex_is_shown() -> None:
    """A comment ends with its line."""
    (made,) = to_typst([Formula("x % the first\n + y", True)])
    assert made == "x + y"


def test_the_rules_of_an_array_are_kept() -> None:
    """A rule after the first column, and one below the first row."""
    (made,) = to_typst([Formula(r"\begin{array}{c|c} a & b \\ \hline c & d \end{array}", True)])
    assert made == "mat(delim: #none, augment: #(hline: (1,), vline: (1,)), a, b; c, d)"


@pytest.mark.parametrize(
    ("tex", "made"),
    [
        (r"\color{red} x + y", "shade(x + y, color: #(255, 0, 0))"),
        (r"a + \textcolor{blue}{b}", "a + shade(b, color: #(0, 0, 255))"),
        (r"{\color[HTML]{00FF00} a} b", "shade(a, color: #(0, 255, 0)) b"),
        (r"\color{nosuchcolour}{x}", "x"),
        (r"\color{red", ""),
    ],
)
def test_colours_are_shown(tex: str, made: str) -> None:
    """A piece has the colour that TeX gives it; one that nobody knows changes nothing."""
    assert to_typst([Formula(tex, True)]) == [made]


def test_rules_around_an_array_are_drawn() -> None:
    """A frame is made of the rules before the first and behind the last row and column."""
    tex = r"\begin{array}{|c|c|} \hline a & b \\ \hline c & d \\ \hline \end{array}"
    (made,) = to_typst([Formula(tex, True)])
    assert made == "framed(rows: #(0,1,2,), columns: #(0,1,2,), a, b; c, d)"


@pytest.mark.parametrize("piece", ["#h(9999em)", "#h(-1em)", "#h(read)", "augment: #(hline: (1,))"])
def test_only_numbers_get_to_typst_as_code(piece: str) -> None:
    """What looks like a space or a rule and is none is refused."""
    assert not is_only_math(f"a {piece} b")


def test_a_wide_table_stays_on_the_page() -> None:
    """However many columns a table has and however long its words are, nothing leaves the page."""
    for count in (3, 9, 14, 30):
        row = "| " + " | ".join(["a_very_long_name_of_a_column_123456"] * count) + " |"
        source = f"{row}\n|{'---|' * count}\n{row}"
        page = pypdfium2.PdfDocument(build(written(source)))[0]
        dark = np.asarray(page.render(scale=1).to_pil().convert("L")) < 128
        assert not dark[:, :50].any()
        assert not dark[:, -50:].any()


def test_a_wide_formula_is_drawn_as_wide_as_the_page() -> None:
    """A formula on a line of its own that is wider than the text is made smaller, and is whole."""
    terms = " + ".join(f"a_{{{n}}}" for n in range(60))
    page = pypdfium2.PdfDocument(build(written(f"$${terms} = 97$$")))[0]
    dark = np.asarray(page.render(scale=1).to_pil().convert("L")) < 200
    assert not dark[:, :50].any()
    assert not dark[:, -50:].any()
    assert "97" in words_in(build(written(f"$${terms} = 97$$")))


def test_a_tall_picture_in_an_answer_stays_on_its_page() -> None:
    """A picture of 50 × 3000 pixels is drawn whole, as figures are."""
    source, pictures = "![tall](attachment:a.png)", (("a.png", png(size=(50, 3000))),)
    page = pypdfium2.PdfDocument(build(replace(written(source), pictures=pictures)))[0]
    (image,) = page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE])
    left, bottom, right, top = image.get_bounds()
    assert 0 < bottom < top < 842
    assert abs((top - bottom) / (right - left) - 60) < 1


@pytest.mark.parametrize(
    "source",
    [
        "https://example.org/" + "/".join(f"part{n}of_the_address" for n in range(20)),
        "| "
        + " | ".join(f"column_{n}" for n in range(14))
        + f" |\n|{'---|' * 14}\n| "
        + " | ".join(f"value_{n * 1000}" for n in range(14))
        + " |",
        "`" + "abcdefghijklmnopqrstuvwxyz" * 6 + "`",
    ],
)
def test_words_that_break_are_read_as_they_were_written(source: str) -> None:
    """The staff's comparison finds a table's cells, addresses and long words in the kit's PDF."""
    part = written(source)
    document = Document(build(part))
    texts = [as_text(visible_letters(document.page(n))) for n in range(document.pages)]
    found = PdfContent(tuple(PdfPage(*text) for text in texts))
    (compared,) = compare_pdf(found, [part], decode_image)
    assert compared.finding.state is PdfState.SAME


def test_of_equal_figures_none_stands_in_the_wrong_place() -> None:
    """Where two cells drew the same, nobody knows which of both stands first."""
    image = png()
    spot = ShownSpot(decode_image(image), 0, 100.0)  # type: ignore[arg-type]
    parts = [Part(PartSpec(name, "figure"), name, figures=(image,)) for name in ("second", "first")]
    found = compare_pdf(PdfContent((), {image: (spot,)}), parts, decode_image)
    assert [one.finding.state for one in found] == [PdfState.SAME, PdfState.SAME]


def test_a_small_figure_keeps_its_size() -> None:
    """A figure of 100 pixels is as wide as on a screen, and a large one as wide as the text."""
    for pixels, wide in ((100, 75), (1500, 482)):
        page = pypdfium2.PdfDocument(build(curves(png(size=(pixels, pixels // 2)))))[0]
        (image,) = page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE])
        left, _, right, _ = image.get_bounds()
        assert abs(right - left - wide) < 2


@pytest.mark.parametrize("lines", range(24, 60, 3))
def test_no_heading_stands_alone_at_the_foot_of_a_page(lines: int) -> None:
    """Wherever the page ends, a heading and a caption are on the page of what they stand over."""
    parts = [sample("word\n" * lines), written("The answer's first words are here.")]
    for page in PdfReader(BytesIO(build(*parts))).pages:
        shown = page.extract_text()
        assert ("Answer" in shown.replace("answer", "")) == ("first words" in shown)
