"""Hand-ins that cannot be imported: one missing file never looks like a blank hand-in."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from gradekit.cli.grade_tables import print_graded
from gradekit.commands.class_recorder import ClassResult
from gradekit.commands.failed_imports import import_fault
from gradekit.commands.submission_done import CompactReports
from gradekit.commands.summary import action_items, find_problems
from gradekit.course import Assignment
from gradekit.grading.grader import Grader, Submission
from gradekit.model import Outcome, Report

Grade = Callable[[str], Report]
BLANK = """
class Doubler:
    def forward(self, x):
        raise NotImplementedError("Doubler.forward is not implemented yet")

    def backward(self, dout):
        raise NotImplementedError("Doubler.backward is not implemented yet")
"""
LATE = """
class Doubler:
    def forward(self, x):
        return x + x

    def backward(self, dout):
        import scipy.special

        return dout + dout
"""


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ("from helpers import twice\n", "ModuleNotFoundError: No module named 'helpers' (lib/"),
        ("import scipy.linalg\n", "ModuleNotFoundError: No module named 'scipy' (lib/thing.py:1)"),
        ("from lib.helper import nothing\n", "ImportError: cannot import name 'nothing' from"),
        ("text = open('data/mine.txt').read()\n", "FileNotFoundError: [Errno 2]"),
        ("x = undefined\n", "NameError: name 'undefined' is not defined (lib/thing.py:1)"),
        ("def f(:\n", "SyntaxError: invalid syntax"),
    ],
)
def test_what_keeps_every_check_from_running_is_told(
    before: str, said: str, grade_thing: Grade
) -> None:
    """The exception and its place are kept, in what is kept of a class as well."""
    report = grade_thing(before + LATE)
    assert import_fault(report).startswith(said)
    assert import_fault(CompactReports().report(report)) == import_fault(report)


def test_a_name_that_the_checks_ask_for_is_told_without_places(grade_thing: Grade) -> None:
    """Neither the grader's own copy of a file is named, nor a line 0 of no file."""
    report = grade_thing("class Halver:\n    pass\n")
    assert import_fault(report) == "ImportError: cannot import name 'Doubler' from 'lib.thing'"


def test_a_package_that_some_checks_miss_is_told(grade_thing: Grade) -> None:
    """A module that is imported late counts too, though other checks pass."""
    assert "No module named 'scipy'" in import_fault(grade_thing(LATE))


def test_a_package_that_a_function_misses_in_a_test_cell_is_told(grade_thing: Grade) -> None:
    """With what staff can do, if it is installed here; the test's line is not told."""
    report = grade_thing(LATE)
    lines = {
        name: f"line 1: assert f(1) == 2: ModuleNotFoundError: No module named '{name}'"
        for name in ("nbgrader", "my_tools")
    }
    for name, line in lines.items():
        crashed = replace(report.results[0], outcome=Outcome.CRASH, staff_message=line)
        found = replace(report, results=(crashed, *report.results[:1]))
        (told,) = find_problems(ClassResult(reports={"ada": found}))
        assert f"checks are stopped by ModuleNotFoundError: No module named '{name}'" in told.line
        assert ("[grading] packages" in told.line) == (name == "nbgrader")


@pytest.mark.parametrize(
    "before",
    ["text = open('data/mine.txt').read()\n", "def f(:\n", "if True:\n\tx = 1\n        y = 2\n"],
)
def test_an_assignment_of_one_check_is_told_too(before: str, grade_thing: Grade) -> None:
    """With a single check, what can only be a missing file or broken Python is still told."""
    report = grade_thing(before + LATE)
    assert import_fault(replace(report, results=report.results[:1]))


def test_a_file_that_some_checks_miss_is_told(grade_thing: Grade) -> None:
    """A data file that is opened late counts as a module does, though other checks pass."""
    text = LATE.replace("import scipy.special", "open('data/mine.txt').read()")
    assert "mine.txt" in import_fault(grade_thing(text))


def test_a_module_that_is_not_there_has_no_line(tiny_grader: Grader) -> None:
    """A place is only named where there is one."""
    assert "(" not in import_fault(tiny_grader.grade(Submission("ada", {})))


@pytest.mark.parametrize("text", [BLANK, BLANK.replace("raise Not", "return Not")])
def test_blank_and_wrong_hand_ins_are_no_faults_of_imports(text: str, grade_thing: Grade) -> None:
    """What is not written yet, or gives wrong values, needs nobody for that."""
    assert import_fault(grade_thing(text)) == ""


def test_a_cell_that_cannot_be_run_is_told(grade_thing: Grade) -> None:
    """What a name's cell ended with counts, where a test finds that the name is not there."""
    report = grade_thing(LATE)
    told = "line 1: assert f(1): NameError: name 'f' is not defined; cell 4 (f), which should "
    told += "define it, ended with ModuleNotFoundError: No module named 'mine'"
    crashed = replace(report.results[0], outcome=Outcome.CRASH, staff_message=told)
    one = replace(report, results=(crashed,))
    assert import_fault(one) == "ModuleNotFoundError: No module named 'mine' (cell 4 (f))"
    assert import_fault(CompactReports().report(one)) == import_fault(one)


def test_a_module_that_is_not_in_the_hand_in_is_told(tiny_grader: Grader) -> None:
    """A hand-in without the module to complete is no blank one."""
    assert import_fault(tiny_grader.grade(Submission("ada", {}))).startswith("ModuleNotFoundError")


def test_the_end_of_grading_names_who_and_what(
    released_tiny: Assignment, grade_thing: Grade, capsys: pytest.CaptureFixture[str]
) -> None:
    """They stand under what needs a person, with the file that is missing above it."""
    report = CompactReports().report(grade_thing("from helpers import twice\n" + LATE))
    result = ClassResult({"ada": report})
    assert [(need.why, need.students) for need in action_items(released_tiny, result)] == [
        ("CANNOT RUN", ("ada",))
    ]
    line = find_problems(result)[0].line
    assert line.startswith("checks are stopped by ModuleNotFoundError: No module named 'helpers'")
    print_graded(released_tiny, result, 1.0)
    out, err = capsys.readouterr()
    assert "cannot be run" in out
    assert "No module named 'helpers' (lib/thing.py:1)" in err
