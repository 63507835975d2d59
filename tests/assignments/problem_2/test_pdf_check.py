"""Tests of holding a hand-in's PDF against its notebook, as grading does."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pdfs
import problem_2_parts
import pytest
from PIL import Image

from gradekit.course import Assignment
from gradekit.model import PdfState
from gradekit.pdf_check import reader
from gradekit.pdf_check.check import PdfCheck
from gradekit.pdf_check.images import same_figure

pytestmark = pytest.mark.one_in(2, of="long ways")

JUPYTER = [sys.executable, "-m", "jupyter", "nbconvert"]
BELOW_NAME = 28  # pixels of a picture's height that its name takes


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course whose released notebook asks for parts of a hand-in."""
    made = tmp_path_factory.mktemp("course")
    release = made / "release" / "problem_2"
    release.mkdir(parents=True)
    nbformat.write(
        problem_2_parts.notebook(lstm=None, rnn=None, sample="", answer=""),
        release / "problem_2.ipynb",
    )
    problem_2_parts.declare(made / "source" / "problem_2")
    return made


@pytest.fixture(scope="module")
def check(root: Path) -> Iterator[PdfCheck]:
    """The check of that course."""
    opened = PdfCheck(Assignment(root, "problem_2"))
    yield opened
    opened.close()


def hand_in(root: Path, pdf: bytes | None, **changes: Any) -> str:
    """Hand a PDF in, beside a notebook, as "ada"."""
    folder = root / "submitted" / "ada" / "problem_2"
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(problem_2_parts.notebook(**changes), folder / "problem_2.ipynb")
    path = folder / "problem_2_solution.pdf"
    path.unlink(missing_ok=True)
    if pdf is not None:
        path.write_bytes(pdf)
    return "ada"


def test_the_kits_own_pdf_is_the_notebooks(root: Path, check: PdfCheck) -> None:
    """Each of the four parts is the same, and nothing is drawn."""
    found = check.check(hand_in(root, pdfs.kit_pdf()))
    assert [one.part for one in found] == ["curves_rnn", "curves_lstm", "sample", "answer"]
    assert {one.state for one in found} == {PdfState.SAME}
    assert not list(root.rglob(".gradekit/pdf/**/*.png"))


@pytest.mark.slow
def test_a_figure_that_differs_is_drawn_beside_the_notebooks(root: Path, check: PdfCheck) -> None:
    """The report points to a picture of both; it goes when the PDF is right again."""
    student = hand_in(root, pdfs.kit_pdf(lstm=pdfs.curves(0.5), printed=(0.5, 0.9)))
    (found,) = (one for one in check.check(student) if one.state is not PdfState.SAME)
    assert (found.part, found.state) == ("curves_lstm", PdfState.DIFFERS)
    above, below = np.split(np.asarray(Image.open(root / found.picture)), 2)
    assert not same_figure(above[BELOW_NAME:], below[BELOW_NAME:])
    check.check(hand_in(root, pdfs.kit_pdf()))
    assert not (root / found.picture).exists()


def test_no_pdf_is_told_as_such(root: Path, check: PdfCheck) -> None:
    """Where no PDF was handed in, nothing is compared."""
    (found,) = check.check(hand_in(root, None))
    assert (found.part, found.state) == ("pdf", PdfState.MISSING)
    assert "no problem_2_solution.pdf" in found.what


def test_a_damaged_notebook_leaves_nothing_to_compare(root: Path, check: PdfCheck) -> None:
    """A PDF beside a notebook that is none is not taken for right or wrong."""
    student = hand_in(root, pdfs.kit_pdf())
    (root / "submitted" / student / "problem_2" / "problem_2.ipynb").write_text("{")
    (found,) = check.check(student)
    assert found.state is PdfState.UNREADABLE


@pytest.mark.slow
def test_a_hostile_pdf_ends_nothing_but_its_reader(root: Path, check: PdfCheck) -> None:
    """After a PDF that cannot be read within bounds the next one is read."""
    (found,) = check.check(hand_in(root, pdfs.text_bomb()))
    assert found.state is PdfState.UNREADABLE
    assert {one.state for one in check.check(hand_in(root, pdfs.kit_pdf()))} == {PdfState.SAME}


def test_a_claim_that_the_plot_does_not_show_is_flagged(root: Path, check: PdfCheck) -> None:
    """An accuracy that the training printed and the plot does not end at is told to staff."""
    student = hand_in(root, pdfs.kit_pdf(), printed=(0.999, 0.9))
    wrong = [one for one in check.check(student) if one.state is not PdfState.SAME]
    assert [one.part for one in wrong] == ["curves_lstm"]
    assert "ends at 95%, while the training above it printed 99.9% last" in wrong[0].what


def test_parts_that_the_notebook_lacks_are_passed_over(root: Path, check: PdfCheck) -> None:
    """A notebook without outputs has nothing that the PDF could contradict."""
    assert (
        check.check(hand_in(root, pdfs.of_pages(1), lstm=None, rnn=None, sample="", answer=""))
        == ()
    )


def test_an_assignment_that_asks_for_no_parts_has_no_check(tmp_path: Path) -> None:
    """Without such cells in the release no PDF is looked at."""
    release = tmp_path / "release" / "tiny"
    release.mkdir(parents=True)
    nbformat.write(nbformat.v4.new_notebook(), release / "tiny.ipynb")
    assert PdfCheck(Assignment(tmp_path, "tiny")).check("ada") == ()


def test_a_pdf_that_takes_too_long_is_let_go(
    root: Path, check: PdfCheck, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Past its deadline a PDF is not read, and the next one is."""
    monkeypatch.setattr(reader, "SECONDS", 0.001)
    (found,) = check.check(hand_in(root, pdfs.kit_pdf()))
    monkeypatch.undo()
    assert {one.state for one in check.check("ada")} == {PdfState.SAME}
    assert (found.state, found.what) == (
        PdfState.UNREADABLE,
        "it takes more than 20 s to read",
    )


WAYS = {
    "latex": ("xelatex", lambda _: [[*JUPYTER, "--to", "pdf", "problem_2.ipynb"]]),
    "browser": (
        "chromium",
        lambda folder: [
            [*JUPYTER, "--to", "html", "problem_2.ipynb"],
            [
                "chromium",
                "--headless",
                "--no-sandbox",
                f"--print-to-pdf={folder / 'problem_2.pdf'}",
                (folder / "problem_2.html").as_uri(),
            ],
        ],
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_a_pdf_of_the_whole_notebook_is_taken(
    root: Path, check: PdfCheck, tmp_path: Path, way: str
) -> None:
    """What LaTeX or a browser makes of all cells shows the parts, in their order."""
    program, commands = WAYS[way]
    if not shutil.which(program):
        pytest.skip(f"{program} is not installed")
    nbformat.write(problem_2_parts.notebook(), tmp_path / "problem_2.ipynb")
    for command in commands(tmp_path):
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    found = check.check(hand_in(root, (tmp_path / "problem_2.pdf").read_bytes()))
    assert {one.state for one in found} == {PdfState.SAME}, found


ANSWERS = {
    "Chinese": "循环神经网络会忘记早期的词，因为它在每一步都重写全部状态。长短期记忆网络保留它们。"
    * 2,
    "Japanese": "再帰型ニューラルネットワークは初めの言葉を忘れる。長短期記憶はそれを保つ。" * 2,
    "Korean": "순환 신경망은 앞의 단어를 잊지만 장단기 기억은 그것을 세포에 오래 간직한다.",
    "Tibetan, which no font has": "the cell keeps words " + "\u0f40\u0f41\u0f42" * 30,
    "one word of Arabic with a ligature": "الخلايا",
    "Arabic": "الشبكة المتكررة تنسى الكلمات الأولى لأنها تعيد كتابة حالتها، والخلايا لا تنسى LSTM.",
    "Persian": "حافظه‌ی بلند کلمات را نگه می‌دارد و شبکه‌ی ساده آن‌ها را فراموش می‌کند.",
    "one word of Hebrew with points": "שָׁלוֹם",
    "Hebrew": "הרשת שוכחת את המילים הראשונות, ו-LSTM שומר אותן ב-50 צעדים.",
    "one word of Hindi": "स्मृति",
    "Hindi": "कोशिका शब्दों को लंबे समय तक रखती है और नेटवर्क LSTM के बिना भूल जाता है।",
    "Latin ligatures in one word": "efficient",
    "Latin ligatures": "The first official filter flows off: efficient, affluent, shuffled, fjord.",
    "Vietnamese": "Tiếng Việt nhớ những từ đầu tiên.",
    "Thai": "เซลล์เก็บคำไว้นาน",
    "formulas in every line": r"It is $h_t = \tanh(x)$, and so $c$ is $f c + i g$, not $\sigma$.",
    "a table of small letters": (
        "| setting | learning rate | hidden size | batch size | epochs | last accuracy | remark |\n"
        "|---|---|---|---|---|---|---|\n"
        "| first | 0.002 | 100 | 30 | 2 | 0.123456789 | fast of all that I have tried so far |\n"
        "| second_with_a_long_name | 0.0002 | 100 | 30 | 2 | 0.0234567 | slower_than_the_one |\n"
    ),
    "pictures": (
        "The cell keeps words ![a word about it](http://elsewhere.example/a.png) and the gate lets "
        "them go, <img src='x.png' alt='another word'> which the other network cannot do."
    ),
    "HTML": "The <b>cell</b><br>keeps H<sub>2</sub>O, and the <code>gate</code> lets <i>it</i> go.",
}


@pytest.mark.parametrize("name", ANSWERS)
def test_the_kits_own_pdf_is_right_in_any_script(root: Path, check: PdfCheck, name: str) -> None:
    """Nothing that the kit's own PDF left out, or shows otherwise, is held against a student."""
    answer = ANSWERS[name]
    found = check.check(hand_in(root, pdfs.kit_pdf(answer=answer), answer=answer))
    assert {one.state for one in found} == {PdfState.SAME}, found


RESHAPED = {
    "one word of Thai": ("น้ำ", "Thai"),
    "Thai with vowels around its consonants": ("ทำให้จำคำได้", "Thai"),
    "one word of Bengali": ("স্মৃতি", "Bengali"),
    "one word of Khmer": ("ខ្មែរ", "Khmer"),
    "one word of Burmese": ("မြန်မာ", "Myanmar"),
}


@pytest.mark.parametrize("name", RESHAPED)
def test_words_whose_letters_are_joined_are_compared_by_consonants(
    root: Path, check: PdfCheck, name: str
) -> None:
    """Where PDFium loses vowels or tells pieces twice, an honest PDF is the notebook's."""
    answer, _ = RESHAPED[name]
    found = check.check(hand_in(root, pdfs.kit_pdf(answer=answer), answer=answer))
    assert {one.state for one in found} == {PdfState.SAME}, found


@pytest.mark.parametrize("name", RESHAPED)
def test_words_that_cannot_be_compared_are_told_as_such(
    root: Path, check: PdfCheck, name: str
) -> None:
    """Where a PDF lacks such words, the finding says so, and accuses nobody."""
    answer, script = RESHAPED[name]
    found = check.check(hand_in(root, pdfs.kit_pdf(answer="It is another one."), answer=answer))
    (one,) = (one for one in found if one.part == "answer")
    assert one.state is PdfState.UNREADABLE
    assert f"its words in {script} are not compared" in one.what


def test_the_other_words_of_such_an_answer_are_compared(root: Path, check: PdfCheck) -> None:
    """A word in another script neither hides that an answer is missing nor makes it so."""
    answer = f"{pdfs.ANSWER} {'স্মৃতি ' * 9}"
    for shown, state in ((answer, PdfState.SAME), ("Something else.", PdfState.MISSING)):
        found = check.check(hand_in(root, pdfs.kit_pdf(answer=shown), answer=answer))
        assert [one.state for one in found if one.part == "answer"] == [state]
