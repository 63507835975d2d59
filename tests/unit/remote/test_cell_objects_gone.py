"""What a test was given by a process that has ended is nobody's fault but the student's."""

from pathlib import Path

from cell_notebooks import cell, notebook
from graded_cells import bundle_of

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
