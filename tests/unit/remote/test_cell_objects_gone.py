"""What a test was given by a process that has ended is nobody's fault but the student's."""

from pathlib import Path

from cell_notebooks import cell, notebook, with_answers
from graded_cells import bundle_of, submission

from gradekit.assignment.code_cells.steps import StudentCell
from gradekit.grading.grader import Grader, Submission
from gradekit.model import Outcome

SOURCE = notebook(
    cell("solution", "def f():\n    counts = {}\n    return counts", "f_code"),
    cell("test", "counts = f()\nassert type(counts) is dict", "f"),
    cell("solution", "def h():\n    return {}", "h_code"),
    cell("test", "assert h() == {}", "h"),
    cell("free", "counts = f()\nprint(counts)"),
    cell("solution", "class Box:\n    edge = 1\n\ndef g():\n    return Box()", "g_code"),
    cell("test", "assert g().edge == 1", "g"),
)
OWN = "class Own:\n    pass\n"


def test_an_object_of_a_process_that_has_ended_is_no_fault_of_the_grader(tmp_path: Path) -> None:
    """A test that keeps an object, fails and ends its process costs no later item its grade."""
    bundle = bundle_of(tmp_path, SOURCE)
    cells = tuple(
        StudentCell(
            cell.number,
            cell.name,
            f"{OWN}def {cell.name[0]}():\n    return Own()\n"
            if cell.name.endswith("_code")
            else cell.python,
        )
        for cell in bundle.notebooks["ps1"]
    )
    with Grader(bundle) as grader:
        report = grader.grade(Submission("ada", {}, cells={"ps1": cells}))
    assert {result.item: result.outcome for result in report.results} == {
        "f": Outcome.FAIL,
        "h": Outcome.FAIL,
        "g": Outcome.CRASH,
    }


def test_who_is_not_asked_to_compare_keeps_what_later_tests_use(tmp_path: Path) -> None:
    """A test in which an object may not decide fails; what tests have made by then stays."""
    deck = (
        "class Card:\n    def __init__(self, n):\n        self.n = n\n"
        "    def __eq__(self, other):\n        return self.n == other.n\n"
        "class Deck:\n    def __init__(self):\n        self.cards = [Card(n) for n in range(9)]\n"
        "    def deal(self):\n        return self.cards.pop()\n"
        "    def last(self):\n        return self.cards[-1]"
    )
    source = notebook(
        cell("solution", deck, "s"),
        cell("test", "d = Deck()\nlast = d.last()\nassert last in [d.deal()]", "dealt"),
        cell("test", "assert len(d.cards) == 8", "left"),
    )
    first = with_answers(source, {"s": deck.replace("pop()", "pop(0)")})
    with Grader(bundle_of(tmp_path, source)) as grader:
        report = grader.grade(submission(first))
    assert [one.outcome for one in report.results] == [Outcome.FAIL, Outcome.PASS]
