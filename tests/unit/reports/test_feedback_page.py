"""The page of feedback: what lost points first, everything once, and nothing fetched or run."""

import base64
import io
from pathlib import Path
from typing import Any

import pytest
from browser import DESKTOP, PHONE, open_page
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbgrader.api import Gradebook
from PIL import Image

from gradekit.commands.grade import grade_class
from gradekit.gradebook.convert import gradebook_url
from gradekit.gradebook.page.exporter import page_of
from gradekit.gradebook.page.feedback import STANDS_IN, Feedback, Given, feedback_of
from gradekit.model import Item, Outcome, PdfFinding, PdfState, Report, Result

ITEMS = (
    Item("double", 3.0, "Doubling"),
    Item("slope", 1.0, "Slope"),
    Item("question", 2.0, "Question", manual=True),
)
RESULTS = (
    Result("double", "a", "It is there.", Outcome.PASS, "right for your own step", 2.0),
    Result("double", "b", "It doubles.", Outcome.FAIL, "doubled differs.\nIs it <not> tripled?"),
    Result("slope", "c", "It slopes.", Outcome.PASS),
)
FULL = {"double": Given(2.0), "slope": Given(1.0), "question": Given(2.0, by_hand=True)}


def told(given: dict[str, Given] | None = None, **facts: Any) -> Feedback:
    """Return the feedback about a hand-in that one check fails in."""
    report = Report("tiny", "ada", "", ITEMS, RESULTS, **facts)
    found = {**FULL, **(given or {})}
    return feedback_of(report, found, sum(one.score or 0.0 for one in found.values()), None)


def text_of(feedback: Feedback) -> str:
    """Return what a page says above the notebook, with single spaces."""
    page = page_of(new_notebook(), feedback)
    body = BeautifulSoup(page, "html.parser").body
    assert body
    return " ".join(body.get_text(" ").split())


def test_what_lost_points_comes_first_with_its_reason() -> None:
    """An item that lacks points stands above those that have all, with what failed and why."""
    text = text_of(told())
    assert text.index("What lost points") < text.index("2 of 3") < text.index("All points")
    assert "✗ It doubles. wrong result doubled differs. Is it <not> tripled?" in text
    assert "1 of 2 checks passed ✓ It is there. right for your own step" in text
    assert "5 of 6 points" in text


def test_every_point_stands_there_once() -> None:
    """The total and each item's points are told in one place."""
    text = text_of(told()).replace("1 of 1 checks", "").replace("1 of 2 checks", "")
    assert [text.count(points) for points in ("5 of 6", "2 of 3", "1 of 1", "2 of 2")] == [1] * 4


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (Given(), "Not graded yet Question A person will read your answer; it can get 2 points."),
        (Given(1.5, by_hand=True), "Question 1.5 of 2 A person gave these points."),
        (Given(0.0), "Question 0 of 2 No answer was found in its cell."),
        (Given(1.5, by_hand=True, changed=True), "1.5 of 2 points were given for an earlier"),
        (Given(2.0, by_hand=True, extra=0.5), "Question 2 of 2 + 0.5 extra"),
        (Given(0.0, by_hand=True), "Question 0 of 2 A person gave these points."),
    ],
)
def test_how_an_answer_stands_is_told(given: Given, words: str) -> None:
    """One that waits is no zero, and points by hand are shown as such."""
    assert words in text_of(told({"question": given}))


def test_an_open_item_is_counted_as_open() -> None:
    """The total says how many points are still to come."""
    text = text_of(told({"question": Given()}))
    assert "3 of 6 points 2 of these are not graded yet" in text


def test_a_fault_of_the_graders_is_not_the_students() -> None:
    """An item without a grade is not among those that lost points."""
    report = Report("tiny", "ada", "", ITEMS[:1], (Result("double", "a", "It.", Outcome.ERROR),))
    text = text_of(feedback_of(report, {"double": Given()}, 0.0, None))
    assert "What lost points" not in text
    assert "No grade yet, of 3: the grader is at fault, not you." in text


def test_notes_and_the_pdf_are_told() -> None:
    """What was odd, and what the PDF shows otherwise, stands on the page; the rest does not."""
    pdf = (PdfFinding("a", PdfState.SAME, "same"), PdfFinding("b", PdfState.DIFFERS, "another"))
    text = text_of(told(notes=("double: its cell was moved",), pdf=pdf))
    assert "What was noticed This costs no points. double: its cell was moved" in text
    assert "Your PDF another" in text
    assert "Your notebook could not be read" not in text
    missing = text_of(told(notes=("lib/thing.py is missing",)))
    assert "What is missing or damaged may have cost points. lib/thing.py is missing" in missing


def test_a_notebook_that_could_not_be_read_is_not_shown_as_the_students_own() -> None:
    """The reason stands at the top, and the notebook below is called what it is."""
    reason = "tiny.ipynb is damaged: it is empty"
    text = text_of(told(notes=(reason, "no pdf", f"tiny.ipynb is damaged; {STANDS_IN}")))
    assert f"Your notebook could not be read {reason} The notebook below is" in text
    assert "The notebook that was handed out" in text
    assert "This costs no points. no pdf The" in text
    assert f"tiny.ipynb is damaged; {STANDS_IN}" in text_of(
        told(notes=(f"tiny.ipynb is damaged; {STANDS_IN}",))
    )
    assert "no tiny.ipynb" in text_of(told(notes=("no tiny.ipynb",))).partition("not yours")[0]


def encoded_picture() -> str:
    """Return a small picture in base64."""
    held = io.BytesIO()
    Image.new("RGB", (3, 2), "navy").save(held, "PNG")
    return base64.b64encode(held.getvalue()).decode()


def cell_of(page: str) -> Any:
    """Return the first cell of a page."""
    return BeautifulSoup(page, "html.parser").select_one(".cell")


def test_outputs_are_shown_plainly() -> None:
    """There is no prompt, a picture is embedded, and what is no picture is text."""
    encoded = encoded_picture()
    outputs = [
        new_output("execute_result", data={"text/plain": "<42>"}, execution_count=4),
        new_output("stream", name="stderr", text="\x1b[31mred\x1b[0m <b>"),
        new_output("display_data", data={"image/png": f"{encoded}\n", "text/plain": "<Figure>"}),
        new_output("error", ename="E", evalue="odd", traceback=[]),
    ]
    cell = cell_of(page_of(new_notebook(cells=[new_code_cell("1 <b>", outputs=outputs)]), None))
    assert "Out[" not in cell.get_text()
    assert [one.get_text() for one in cell.select("pre.output")] == ["<42>", "red <b>", "E: odd"]
    assert cell.select_one("img")["src"] == f"data:image/png;base64,{encoded}"


def test_items_and_their_cells_lead_to_each_other() -> None:
    """A link on the page has a place on the page that it leads to, and back."""
    cells = [new_markdown_cell("# Tiny"), *(new_code_cell("1") for _ in ITEMS)]
    for cell, item in zip(cells[1:], ITEMS, strict=True):
        cell.metadata.nbgrader = {"grade_id": item.name, "grade": True, "solution": item.manual}
        cell.outputs = [new_output("stream", name="stdout", text="3 of 3 points")]
    page = BeautifulSoup(page_of(new_notebook(cells=cells), told()), "html.parser")
    for link in page.select("a[href^='#']"):
        assert page.find(id=link["href"][1:]), link
    assert [link["href"] for link in page.find_all("a", string="Doubling")] == ["#cell-2"]
    shown = [cell.select_one("pre.output") is not None for cell in page.select(".cell.code")]
    assert shown == [False, False, True]  # what the kit puts into the cells of checks is above


PICTURE = io.BytesIO()
Image.new("RGB", (40, 20), "teal").save(PICTURE, "png")
ANSWER = r"""**Answer**: $h_t = \tanh(W_h h_{t-1})$ and

$$\begin{align}a &= \frac{1}{2} \\ b &= \nosuch{x}\end{align}$$

![plot](attachment:my%20plot.png) ![gone](attachment:gone.png) ![](http://elsewhere.example/a.png)

| learning_rate | hidden_size | iterations | accuracy | remarkable_things |
|---|---|---|---|---|
| 0.00123456789 | 100 | 1234567 | 0.123456789 | nothing_that_can_be_broken_into_parts |

<img src="/logout"><iframe src="http://elsewhere.example/b"></iframe> [link](https://example.org)
"""


def answered(notebook: Any, cell: Any) -> None:
    """Write an answer with pictures, some of them from elsewhere, and cells that printed."""
    encoded = base64.b64encode(PICTURE.getvalue()).decode()
    cell.source, cell.attachments = ANSWER, {"my plot.png": {"image/png": encoded}}
    printed = ("epoch 1", " done\n", " 10%|#   |\r100%|####|\n")
    outputs = [new_output("stream", name="stdout", text=text) for text in printed]
    web = {"text/html": "<img src='http://elsewhere.example/c.png'>", "text/plain": "plain"}
    outputs.append(new_output("display_data", data=web))
    notebook.cells.append(new_code_cell("x" * 500, outputs=outputs))


@pytest.mark.slow
def test_a_page_asks_for_nothing_and_fits_a_phone(
    browser: Any, tiny_handins: Any, notebooks: Any
) -> None:
    """In a real browser no request is made, formulas and pictures are there, nothing overflows."""
    assignment = tiny_handins.assignment
    path = tiny_handins.add("ada") / "tiny.ipynb"
    notebooks.change(path, lambda n: answered(n, notebooks.cell(n, "question")))
    (tiny_handins.add("web") / "tiny.ipynb").write_text("<html>", encoding="utf-8")
    grade_class(assignment, [], 2, False, lambda _: None)
    with Gradebook(gradebook_url(assignment.root)) as gradebook:
        grade = gradebook.find_grade("question", "tiny", "tiny", "ada")
        grade.manual_score, grade.needs_manual_grade = 1.5, False
        comment = gradebook.find_comment("question", "tiny", "tiny", "ada")
        comment.manual_comment = "Good start.\nBut why $x$?"
        gradebook.db.commit()
    assert grade_class(assignment, [], 2, False, lambda _: None).exit_code == 0
    pages = {name: assignment.feedback(name) / "tiny.html" for name in ("ada", "web")}
    for size in (DESKTOP, PHONE):
        with open_page(browser, viewport=size) as page:
            _look_at(page, pages["ada"])
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    with open_page(browser) as page:
        page.goto(pages["web"].as_uri())
        assert "it is a web page" in page.inner_text(".warning")


def _look_at(page: Any, path: Path) -> None:
    page.goto(path.as_uri(), wait_until="networkidle")
    assert page.asked == [path.as_uri()]
    text = page.inner_text("body")
    for words in ("gone.png", "elsewhere.example/a.png", "/logout", "elsewhere.example/b"):
        assert words in text
    assert "elsewhere.example/c" not in text
    assert "epoch 1 done\n100%|####|" in text
    assert "Good start.\nBut why" in text
    assert "1.5 of 2" in text
    assert page.locator("math").count() == 2  # of the answer and of the comment
    assert page.evaluate("document.querySelector('.cell math').getBoundingClientRect().width > 20")
    assert page.evaluate("document.querySelector('.cell img').naturalWidth") == 40
    heights = (
        "[...document.querySelectorAll('th')].map(cell => cell.getBoundingClientRect().height)"
    )
    assert max(page.evaluate(heights)) < 60  # no word of a table is broken
    page.click("a:text-is('Slope')")
    assert "Doubler().backward(1)" in page.inner_text(f"[id='{page.url.partition('#')[2]}']")
