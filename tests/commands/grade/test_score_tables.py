"""Tables of scores: whatever the width, each item of each student is there, in whole words."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook
from rich.cells import cell_len
from rich.console import Console

from gradekit.cli import score_tables
from gradekit.cli.score_tables import Format, print_scores
from gradekit.commands.grade import grade_class
from gradekit.course import Assignment
from gradekit.gradebook.convert import gradebook_url
from gradekit.gradebook.store.scores import ItemScore, StudentScores, read_scores
from gradekit.gradebook.store.unscored import NOT_GRADED, NOTHING_SENT, Unscored, read_unscored
from gradekit.text import spreadsheet_text

ITEMS = [f"{kind}_{part}" for kind in ("vanilla", "gated", "model") for part in "abcde"]
NAMES = ["ada", "bob_the_second", "demo_endless_loop_of_a_student", "x" * 70, "[red]", "cyd"]


def scores_of(names: list[str], state: str = "") -> dict[str, StudentScores]:
    """Return scores of some students for many items, which the last one has by hand."""
    items = {item: ItemScore(1.25, 4.0, "FAIL") for item in ITEMS[:-1]}
    items[ITEMS[-1]] = ItemScore(None if state == "waits" else 0.0, 2.0, "MANUAL", state)
    return {name: StudentScores(17.5, dict(items)) for name in names}


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Prints scores on a console of some width, and gives what was printed."""

    def show(width: int, scores: Any, roster: Unscored | None = None) -> str:
        stream = io.StringIO()
        console = Console(file=stream, width=width, highlight=False, soft_wrap=True)
        monkeypatch.setattr(score_tables, "console", console)
        print_scores(scores, Format.table, roster)
        return stream.getvalue()

    return show


@pytest.mark.parametrize("width", [40, 80, 120, 400])
@pytest.mark.parametrize("count", [1, 2, 6, 40])
def test_every_number_of_every_student_is_there(
    printed: Callable[..., str], width: int, count: int
) -> None:
    """No item and no student vanishes, and no name is broken."""
    names = [NAMES[n] if n < len(NAMES) else f"student_{n}" for n in range(count)]
    text = printed(width, scores_of(names))
    words = text.split()
    for name in (*names, *(item for item in ITEMS)):
        assert name in words or f"{name}," in words, name
    assert text.count("1.25") == count * (len(ITEMS) - 1)
    assert text.count("17.5") >= count


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("count", [1, 3, 6, 40])
def test_lines_fit_where_names_do(printed: Callable[..., str], width: int, count: int) -> None:
    """With names of usual length no line is longer than the terminal is wide."""
    text = printed(width, scores_of([f"student_{n}" for n in range(count)]))
    assert max(map(len, text.splitlines())) <= width


def test_waiting_and_no_answer_are_told_apart(printed: Callable[..., str]) -> None:
    """An answer that waits for a person is no empty one, and neither is a zero by hand."""
    texts = {state: printed(80, scores_of(["ada"], state)) for state in ("waits", "no answer", "")}
    last = {state: text.partition(ITEMS[-1])[2].split()[1:3] for state, text in texts.items()}
    assert last == {"waits": ["–", "W"], "no answer": ["0", "N"], "": ["0", "H"]}
    assert "W waits for a person" in texts["waits"]
    assert "N no answer was written" in texts["no answer"]


def test_who_handed_in_nothing_is_in_the_table(printed: Callable[..., str]) -> None:
    """The roster's other students have a line or a column, and are counted."""
    roster = Unscored({"zoe": NOTHING_SENT, "yan": NOTHING_SENT, "xia": NOT_GRADED})
    for count in (1, 40):
        text = printed(80, scores_of([f"student_{n}" for n in range(count)]), roster)
        assert all(name in text.split() for name in ("zoe", "yan", "xia"))
        told = f"{count + 3} students: {count} graded, 2 handed in nothing, 1 not graded yet"
        assert told in text
    assert "zoe" in printed(80, {}, roster)


FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@x",
    "\t=1",
    "\r=1",
    "'=1",
    " =1",
    '"=1',
    "＝1",
    "\n@x",
    "﹦1",
    "⁺1",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_is_no_formula(text: str) -> None:
    """What a spreadsheet would compute begins with an apostrophe, which it takes for a text."""
    assert spreadsheet_text(text).startswith("'")
    assert "\n" not in spreadsheet_text(text)


@pytest.mark.parametrize("text", ["a;=1", "a; -1", "a|@x", 'a;"=1', "a;b;+1"])
def test_no_cell_of_a_text_is_a_formula(text: str) -> None:
    """A spreadsheet of another country begins a new cell at a semicolon."""
    cells = re.split("[;|]", spreadsheet_text(text))
    assert cells[0] == "a"
    assert cells[-1].startswith("'")


@pytest.mark.parametrize("text", ["ada", "a=b", "a;b", "3.5", "ada-b", "Ö. Ä"])
def test_other_texts_stay(text: str) -> None:
    """A name that is none stays as it is."""
    assert spreadsheet_text(text) == text


def test_names_in_csv_are_no_formulas(capsys: pytest.CaptureFixture[str]) -> None:
    """Students and items are made harmless, points stay numbers, and the absent have a row."""
    scores = {"=HYPERLINK(1)": StudentScores(1.0, {"@item": ItemScore(1.0, 2.0, "PASS")})}
    print_scores(scores, Format.csv, Unscored({"+zoe": NOTHING_SENT}))
    rows = list(csv.reader(io.StringIO(capsys.readouterr().out)))
    assert rows == [
        ["student", "total", "'@item", "status"],
        ["'=HYPERLINK(1)", "1", "1", "graded"],
        ["'+zoe", "", "", NOTHING_SENT],
    ]


def test_no_name_reaches_a_terminal_as_it_is(printed: Callable[..., str]) -> None:
    """Escapes and marks of direction are spelled out."""
    text = printed(80, scores_of(["a\x1b[2Jb", "c\u202ed"]))
    assert "a\\x1b[2Jb" in text
    assert "c\\u202ed" in text


@pytest.mark.slow
def test_the_roster_and_the_states_are_read_from_the_gradebook(
    tiny_handins: Any, notebooks: Any
) -> None:
    """Who is known and has no scores is told, and how each written answer stands."""
    assignment: Assignment = tiny_handins.assignment

    def answer(text: str, path: Path) -> None:
        notebooks.change(
            path / "tiny.ipynb", lambda n: notebooks.cell(n, "question").update(source=text)
        )

    tiny_handins.add_solved("empty")
    for student in ("waits", "graded", "zero"):
        answer("It is adding.", tiny_handins.add_solved(student))
    grade_class(assignment, [], 2, False, lambda _: None)
    tiny_handins.add_solved("later")
    with Gradebook(gradebook_url(assignment.root)) as gradebook:
        gradebook.add_student("absent")
        for student, points in (("graded", 1.5), ("zero", 0.0)):
            grade = gradebook.find_grade("question", "tiny", "tiny", student)
            grade.manual_score, grade.needs_manual_grade = points, False
        gradebook.db.commit()
    scores = read_scores(assignment)
    states = {name: one.items["question"].state for name, one in scores.items()}
    assert states == {"empty": "no answer", "waits": "waits", "graded": "", "zero": ""}
    roster = read_unscored(assignment, frozenset(scores))
    assert roster.without_scores == {"absent": NOTHING_SENT, "later": NOT_GRADED}
    assert roster.absent == ("absent",)


LONG = ["a" * 60 + "x@students.example.edu", "a" * 60 + "y@students.example.edu", "eve"]


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("count", [2, 9])
def test_long_and_wide_names_keep_the_columns_aligned(
    printed: Callable[..., str], width: int, count: int
) -> None:
    """Each row ends where the rule ends, within the width; two long names stay two."""
    names = [*LONG, *(f"学生{number}" for number in range(count))]
    items = {"計算問題その一": ItemScore(1.25, 4.0, "FAIL"), "b" * 90: ItemScore(1.0, 4.0, "PASS")}
    text = printed(width, {name: StudentScores(2.25, items) for name in names})
    table = [line for line in text.splitlines() if "b" * 90 not in line and " is " not in line]
    assert max(map(cell_len, table)) <= width
    rows = [line for line in table if line.startswith((" eve", " 学生", " aaaa"))]
    columns = {cell_len(line[: line.index("2.25")]) for line in rows if "2.25" in line}
    assert len(columns) <= 1
    for name in (*LONG, "b" * 90):
        assert name in text.split()
    cuts = [line.split(" is ")[0] for line in text.splitlines() if " is " in line]
    assert len(set(cuts)) == len(cuts) == 3
