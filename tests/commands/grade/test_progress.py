"""What `gradekit grade` shows: a bar that fits and is not misled, and what needs a person."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hand_ins import HandIns
from nbgrader.api import Gradebook
from rich.console import Console

from gradekit.cli.app import Interrupted
from gradekit.cli.grade_tables import print_graded, watching
from gradekit.cli.progress import Bar, Pace, progress
from gradekit.commands.class_recorder import ClassResult
from gradekit.commands.submission_done import SubmissionDone, done, gravest
from gradekit.commands.summary import (
    NoteGroup,
    action_items,
    count_hand_ins,
    count_pdfs,
    find_pdf_lines,
    group,
)
from gradekit.course import Assignment
from gradekit.errors import GradekitError
from gradekit.findings.notes import noticed
from gradekit.findings.released import NOTHING, released_of
from gradekit.gradebook.convert import gradebook_url
from gradekit.model import Item, Outcome, PdfFinding, PdfState, Report, Result
from gradekit.pdf_check.check import PdfCheck

pytestmark = pytest.mark.one_in(4, of="grading a class")

ITEMS = (Item("double", 3.0, "Doubling"), Item("slope", 1.0, "Slope"))
GRAVE = ("CRASH", "TIMEOUT", "MEMORY", "PROTOCOL")


class Clock:
    """A clock that is put on by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """Return the time in seconds."""
        return self.now


def report_of(student: str, *outcomes: Outcome, notes: tuple[str, ...] = ()) -> Report:
    """Return a report whose items have one check each, which ended so."""
    results = tuple(
        Result(item.name, f"test::{item.name}", item.title, outcome, staff_message="KeyError: 'x'")
        for item, outcome in zip(ITEMS, outcomes, strict=True)
    )
    return Report("tiny", student, "", ITEMS, results, notes)


def class_of(*reports: Report, **lines: dict[str, str]) -> ClassResult:
    """Return what came of a class of reports, and of hand-ins that have none."""
    return ClassResult({report.student: report for report in reports}, **lines)  # type: ignore[arg-type]


def drawn(bar: Bar, width: int) -> list[str]:
    """Return the lines of a bar on a terminal of some width."""
    text = io.StringIO()
    Console(file=text, width=width, force_terminal=True, color_system=None).print(bar)
    return text.getvalue().splitlines()


def half_way(clock: Clock) -> Bar:
    """Return a bar of a thousand of whom 900 were kept, and 40 then graded in 20 seconds."""
    bar = Bar(1000, "grading", clock)
    for number in range(900):
        bar.tell(f"s{number}", "kept", ending="PASS")
    for number in range(40):
        clock.now += 0.5
        bar.tell(f"t{number}", "graded", ending=("FAIL", *GRAVE, "ERROR")[number % 6])
    bar.tell("late", "not taken")
    return bar


def test_the_bar_tells_rate_time_left_and_how_hand_ins_ended() -> None:
    """On a terminal of 120 columns all is there, in words."""
    bar = half_way(Clock())
    first, second = drawn(bar, 120)
    assert first.startswith("grading 941/1000 ━")
    assert first.rstrip().endswith("2.0/s  0:00:29 left")
    assert second == (
        "900 all pass, 7 some fail, 7 crash, 7 timeout, 7 memory, 6 protocol, 6 no grade, "
        "1 not taken"
    )


@pytest.mark.parametrize("width", [80, 60, 40, 24, 10])
def test_the_bar_fits_a_narrow_terminal(width: int) -> None:
    """Two lines whatever the width: words become letters, then parts are left out."""
    lines = drawn(half_way(Clock()), width)
    assert len(lines) == 2
    assert all(len(line.rstrip()) <= width for line in lines)
    assert lines[0].startswith("grading"[: width - 4])
    assert ("0:00:29 left" in lines[0]) is (width >= 60)
    if width >= 60:
        assert lines[1] == "900 all pass, 7 F, 7 C, 7 T, 7 M, 6 P, 6 E, 1 not taken"


def test_kept_hand_ins_do_not_mislead_the_time_left() -> None:
    """900 that are kept in a second tell nothing about the 100 that are graded after them."""
    clock = Clock()
    pace = Pace(clock)
    for _ in range(900):
        clock.now += 0.001
        pace.tell(instant=True)
    assert (pace.rate(), pace.left(1000)) == (0.0, 0.0)
    for _ in range(10):
        clock.now += 2.0
        pace.tell(instant=False)
    assert pace.rate() == pytest.approx(0.5)
    assert pace.left(1000) == pytest.approx(180.0)


def test_kept_hand_ins_among_others_shorten_the_time_left() -> None:
    """Where nine of ten are kept, one after the other, the rest is taken to be like that."""
    clock = Clock()
    pace = Pace(clock)
    for number in range(500):
        clock.now += 2.0 * (number % 10 == 0)
        pace.tell(instant=number % 10 != 0)
    assert pace.rate() == pytest.approx(0.5)
    assert pace.left(1000) == pytest.approx(100.0, rel=0.05)


def test_the_rate_is_that_of_the_latest() -> None:
    """After a slow start the rate is soon that of now, and it falls while nothing ends."""
    clock = Clock()
    pace = Pace(clock)
    for seconds in (30.0, *[0.1] * 60):
        clock.now += seconds
        pace.tell(instant=False)
    assert pace.rate() == pytest.approx(10.0)
    clock.now += 20.0
    assert pace.rate() == pytest.approx(2.0)


def test_without_a_terminal_there_is_a_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    """Each line tells a student, a word, and points and outcome where checks were asked."""
    with watching(3, force=False) as advance:
        advance(done("graded", report_of("ada", Outcome.PASS, Outcome.CRASH), 3.5))
        advance(SubmissionDone("[bob]", "not taken"))
        advance(SubmissionDone("cyd", "not graded", Outcome.ERROR))
    assert capsys.readouterr().out.splitlines() == [
        "[1/3] ada graded: 3.5 of 4 points, CRASH",
        "[2/3] [bob] not taken",
        "[3/3] cyd not graded",
    ]


def test_a_bar_leaves_nothing_behind_on_a_terminal() -> None:
    """When it is done the bar is gone, and what follows tells how it ended."""
    text = io.StringIO()
    console = Console(file=text, width=80, force_terminal=True)
    with progress(2, "grading answers", console) as tell:
        tell("reference", "graded")
        tell("blank", "kept")
    printed = text.getvalue()
    assert "grading answers" in printed
    assert printed.endswith("\x1b[1A\x1b[2K")


@pytest.mark.parametrize(
    ("force", "said"),
    [
        (False, "2 of 5 are graded; run the same command again: they are kept"),
        (True, "2 of 5 are graded again; --force would start from the first"),
    ],
)
def test_ctrl_c_says_what_is_finished_and_how_to_go_on(force: bool, said: str) -> None:
    """What is in the gradebook counts as finished, and what has no grade does not."""
    words = ("graded", "kept", "not recorded", "not taken")

    def work() -> None:
        with watching(5, force) as advance:
            for word in words:
                advance(
                    SubmissionDone("ada", word, Outcome.ERROR if word == "not recorded" else None)
                )
            raise KeyboardInterrupt

    with pytest.raises(Interrupted, match=said):
        work()
    assert Interrupted.exit_code == 130


def test_the_gravest_outcome_stands_for_a_hand_in() -> None:
    """A check that never ends is graver than wrong values; an item without a check is no pass."""
    assert gravest(report_of("ada", Outcome.PASS, Outcome.PASS)) is Outcome.PASS
    assert gravest(report_of("ada", Outcome.TIMEOUT, Outcome.FAIL)) is Outcome.TIMEOUT
    assert gravest(replace(report_of("ada", Outcome.PASS, Outcome.PASS), results=())) == "ERROR"


def test_each_hand_in_counts_once_at_the_end() -> None:
    """Graded, kept, not taken and without a grade add up to the class."""
    faulty = report_of("eve", Outcome.PASS, Outcome.ERROR)
    right = [report_of(name, Outcome.PASS, Outcome.PASS) for name in ("ada", "bob")]
    result = class_of(faulty, *right, refused={"fay": "too large"}, ungraded={"gus": "died"})
    result.kept = {"bob", "eve"}
    counts = {"graded": 1, "kept": 1, "not taken": 1, "no grade": 2}
    assert count_hand_ins(result) == counts


def test_lines_of_one_kind_about_many_are_one() -> None:
    """What differs in quoted names and numbers is one kind; a few of a kind stand as they are."""
    many = [(f"s{n}", f"'own{n}' is no cell of the release") for n in range(300)]
    few = [("ada", "and 2 more"), ("bob", "and 3 more"), ("s1", "no tiny.ipynb")]
    names = tuple(sorted(name for name, _ in many))
    assert group([*few, *many]) == [
        NoteGroup(names, "'…' is no cell of the release"),
        NoteGroup(("ada",), "and 2 more"),
        NoteGroup(("bob",), "and 3 more"),
        NoteGroup(("s1",), "no tiny.ipynb"),
    ]


def test_what_a_kind_has_in_common_stays() -> None:
    """A number that is the same for all is told."""
    lines = [(f"s{n}", f"the kernel is 'k{n}'; 'python3' restored") for n in range(4)]
    assert group(lines)[0].line == "the kernel is '…'; 'python3' restored"


def test_a_students_notes_stay_in_their_order() -> None:
    """What says how many there are besides stands behind those that are told."""
    lines = [("bob", "x is missing"), ("ada", "z is missing"), ("ada", "and 4 more")]
    told = [one.line for one in group(lines)]
    assert told == ["z is missing", "and 4 more", "x is missing"]


def a_class(many: int = 40) -> ClassResult:
    """Return what came of a class with everything in it that needs a person."""
    passed = (Outcome.PASS, Outcome.PASS)
    return class_of(
        report_of("eve", Outcome.ERROR, Outcome.PASS),
        report_of("max", Outcome.MEMORY, Outcome.TIMEOUT),
        report_of("odd", Outcome.PROTOCOL, Outcome.FAIL),
        report_of("dan", *passed, notes=("tiny.ipynb is damaged: it is no JSON",)),
        *(report_of(f"s{n:02}", *passed, notes=("no tiny_solution.pdf",)) for n in range(many)),
        refused={"[bob]": "[x] too large"},
        ungraded={"gus": "the fork server died"},
    )


def test_the_table_tells_what_needs_a_person(released_tiny: Assignment) -> None:
    """Each reason has its hand-ins, the gravest first; one hand-in may have several."""
    needs = action_items(released_tiny, a_class(2))
    assert [(need.why, need.students) for need in needs] == [
        ("ERROR", ("eve", "gus")),
        ("NOT TAKEN", ("[bob]",)),
        ("TIMEOUT", ("max",)),
        ("MEMORY", ("max",)),
        ("PROTOCOL", ("odd",)),
        ("NOTED", ("dan", "s00", "s01")),
    ]


def test_nobody_misses_a_pdf_where_no_parts_are_declared(tiny_handins: HandIns) -> None:
    """An assignment of nbgrader's may do without one; where parts are declared it is asked for."""
    assignment = tiny_handins.assignment
    tiny_handins.add("ada")
    declared = '[[part]]\nname = "question"\nkind = "answer"\n'
    for text, states in (("", []), (declared, [PdfState.MISSING])):
        (assignment.source / "assignment.toml").write_text(text)
        assert released_of(assignment, []).asks_for_pdf is bool(states)
        check = PdfCheck(assignment)
        assert [one.state for one in check.check("ada")] == states
        check.close()


def test_the_end_of_grading(released_tiny: Assignment, capsys: pytest.CaptureFixture[str]) -> None:
    """Counts, notes and the table are printed, and what went wrong is on stderr, a line each."""
    print_graded(released_tiny, a_class(), 83.0)
    out, err = capsys.readouterr()
    assert (
        "46 hand-ins: 43 graded, 1 not taken, 2 no grade; 1 min 23 s, 31.1 graded per minute" in out
    )
    endings = out.partition("hand-ins by the gravest end of any of their checks:\n")[
        2
    ].splitlines()[:4]
    assert [line.rstrip() for line in endings] == [
        "   41   all checks passed",
        "    1 T no answer in time",
        "    1 P no plain numbers",
        "    1 E no grade: the grader's fault",
    ]
    assert "  s00, s01, s02 and 37 more: no tiny_solution.pdf\n" in out
    assert "  dan: tiny.ipynb is damaged: it is no JSON\n" in out
    assert "What needs a person" in out
    assert ".gradekit/reports/tiny/STUDENT.json" in out
    assert err.splitlines() == [
        "  [bob]: not taken: [x] too large",
        "  gus: no grade, the grader's fault: the fork server died",
        "  eve: no grade for double: test::double: KeyError: 'x'",
    ]
    assert all(len(line.rstrip()) <= 80 for line in out.splitlines() if " ─" in line)


def test_a_class_that_needs_nobody(
    released_tiny: Assignment, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where all is well that is said, without a table."""
    print_graded(released_tiny, class_of(report_of("ada", Outcome.PASS, Outcome.PASS)), 0.5)
    out, err = capsys.readouterr()
    assert out.startswith("1 hand-in: 1 graded; 0.5 s, 2.0 graded per second\n")
    assert "nothing needs a person" in out
    assert err == ""


def test_a_gradebook_that_is_gone_is_one_line(released_tiny: Assignment) -> None:
    """What waits for a person is in the gradebook; without it that is an error of one line."""
    (released_tiny.root / "gradebook.db").write_bytes(b"no database")
    with pytest.raises(GradekitError, match="gradebook"):
        action_items(released_tiny, ClassResult())


@pytest.mark.slow
def test_answers_wait_until_a_person_has_graded_them(
    tiny_handins: Any, notebooks: Any, gradekit: Callable[..., tuple[int, str, str]]
) -> None:
    """An answer is listed until it has its points; a question that nobody answered is not."""
    assignment: Assignment = tiny_handins.assignment

    def answer(notebook: Any) -> None:
        notebooks.cell(notebook, "question").source = "It is adding."

    for name in ("ada", "bob"):
        notebooks.change(tiny_handins.add_solved(name) / "tiny.ipynb", answer)
    tiny_handins.add_solved("cyd")
    code, out, _ = gradekit(assignment.root, "grade", "tiny")
    assert code == 0
    assert re.search(r"H question\s+2\s+ada, bob\s+grade it in formgrader", out)
    with Gradebook(f"sqlite:///{assignment.root / 'gradebook.db'}") as gradebook:
        gradebook.find_grade("question", "tiny", "tiny", "ada").manual_score = 1.5
        gradebook.db.commit()
    _, out, _ = gradekit(assignment.root, "grade", "tiny", "ada", "bob")
    assert re.search(r"H question\s+1\s+bob", out)
    _, out, _ = gradekit(assignment.root, "grade", "tiny", "cyd")
    assert "H question" not in out


def with_pdf(student: str, *findings: PdfFinding) -> Report:
    """Return a report with what comparing a PDF found."""
    return replace(report_of(student, Outcome.PASS, Outcome.PASS), pdf=findings)


def test_pdfs_that_differ_need_a_person(
    released_tiny: Assignment, capsys: pytest.CaptureFixture[str]
) -> None:
    """PDFs are counted by the gravest of their parts; a missing one is a note and no need."""
    same = PdfFinding("sample", PdfState.SAME)
    picture = ".gradekit/pdf/tiny/bob/curves_1.png"
    differs = PdfFinding("curves", PdfState.DIFFERS, "curves: another figure", picture)
    result = class_of(
        with_pdf("ada", same, same),
        with_pdf("bob", same, differs),
        with_pdf("cyd", PdfFinding("pdf", PdfState.UNREADABLE, "it is encrypted")),
        with_pdf("dan", PdfFinding("pdf", PdfState.MISSING, "no tiny_solution.pdf")),
        with_pdf(
            "eve", PdfFinding("sample", PdfState.MISSING, "Sampled text: not in the PDF"), same
        ),
        report_of("fay", Outcome.PASS, Outcome.PASS),
    )
    assert dict(count_pdfs(result)) == {
        PdfState.SAME: 1,
        PdfState.DIFFERS: 1,
        PdfState.UNREADABLE: 1,
        PdfState.MISSING: 2,
    }
    lines = {one.students: one.line for one in find_pdf_lines(result)}
    assert lines == {
        ("bob",): f"PDF: curves: another figure, see '{picture}'",
        ("cyd",): "PDF: it is encrypted",
        ("eve",): "PDF: Sampled text: not in the PDF",
    }
    (need,) = (need for need in action_items(released_tiny, result) if need.why == "PDF")
    assert need.students == ("bob", "cyd", "eve")
    print_graded(released_tiny, result, 1.0)
    printed = capsys.readouterr().out
    assert "PDFs against notebooks: 2 missing, 1 same, 1 differs, 1 unreadable" in printed
    assert "look at both, see above" in printed


@pytest.mark.slow
def test_points_by_hand_count_and_the_first_line_says_what_is_done(
    tiny_handins: Any, notebooks: Any, gradekit: Callable[..., tuple[int, str, str]]
) -> None:
    """After a person gave points a hand-in is told with them, kept or graded; the absent count."""
    assignment = tiny_handins.assignment
    path = tiny_handins.add_solved("ada") / "tiny.ipynb"
    notebooks.change(path, lambda n: notebooks.cell(n, "question").update(source="It is adding."))
    assert "] ada graded: 4 of 6 points, PASS" in gradekit(assignment.root, "grade", "tiny")[1]
    with Gradebook(gradebook_url(assignment.root)) as gradebook:
        gradebook.add_student("zoe")
        grade = gradebook.find_grade("question", "tiny", "tiny", "ada")
        grade.manual_score, grade.needs_manual_grade = 1.5, False
        gradebook.db.commit()
    for word in ("graded", "kept"):
        out = gradekit(assignment.root, "grade", "tiny")[1]
        assert out.splitlines()[0].startswith("grading tiny: ")
        assert f"[1/1] ada {word}: 5.5 of 6 points, PASS" in out
        assert "on the roster, handed in nothing: 1 (zoe)" in out
    tiny_handins.add_solved("eve")
    path.parent.rename(assignment.root / "ada's")
    out = " ".join(gradekit(assignment.root, "grade", "tiny")[1].split())
    assert "on the roster, handed in nothing: 1 (zoe)" in out
    assert "no longer in submitted/; points of an earlier hand-in stand: 1 (ada: 5.5)" in out


def test_a_renamed_notebook_is_one_line(tiny: Assignment) -> None:
    """That it has another name is told once, and not as a notebook that is missing besides."""
    data = (tiny.notebook).read_bytes()
    lines = noticed({"tiny (1).ipynb": data}, "tiny", NOTHING)
    assert [line for line in lines if "ipynb" in line] == [
        "no tiny.ipynb; 'tiny (1).ipynb' may be it; a person looks"
    ]


def test_a_name_longer_than_the_terminal_is_in_one_piece(
    released_tiny: Assignment, capsys: pytest.CaptureFixture[str]
) -> None:
    """It can be copied from what needs a person as from every other line."""
    name = "a" * 100
    print_graded(released_tiny, class_of(report_of(name, Outcome.PASS, Outcome.ERROR)), 0.5)
    out = capsys.readouterr().out
    assert f"   {name}\n" in out.partition("What needs a person")[2]
