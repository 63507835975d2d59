"""Points that an answer earns which computes nothing: checks that a constant passes, or what always
raises an exception."""

from collections.abc import Iterator

from gradekit.assignment.code_cells.cells import CellKind
from gradekit.course import Assignment
from gradekit.grading.bundle import GradingBundle
from gradekit.grading.deciding_cells import is_cell_check
from gradekit.model import Item, Report
from gradekit.solution.cell_solutions import marked
from gradekit.solution.constant_answers import (
    CONSTANTS,
    always,
    exceptions_raised,
    with_constants,
)
from gradekit.verification.answers import Answer, Kind, quick_answers
from gradekit.verification.cell_answers import all_changed
from gradekit.verification.runner import Verifier

# An edge that a constant gets right is a small share of an item; more is a check that tells little.
MOST_SHARE = 0.5


def passed_by_constants(assignment: Assignment, bundle: GradingBundle) -> Iterator[str]:
    """Yield a line for each item of which a constant earns half, or more, or one exception does."""
    blank = quick_answers(assignment, bundle)[1]
    constants = (*CONSTANTS, *exceptions_raised(_texts(bundle)))
    answers = [_answer(bundle, constant) for constant in constants]
    graded = Verifier(assignment, bundle, jobs=1).grade([blank, *answers], lambda *_told: None)
    by_constant = {one: graded[_name(one)] for one in constants}
    for item in graded[blank.name].automatic_items:
        earned = {one: report.score(item) or 0.0 for one, report in by_constant.items()}
        best = max(earned, key=lambda one: earned[one])
        # What earns points where nothing is solved is told as that.
        without = graded[blank.name].score(item) or 0.0
        if earned[best] >= MOST_SHARE * item.points > 0 and earned[best] > without:
            yield (
                f"{_place(assignment, graded[blank.name], item)}: {item.name}: "
                f"{earned[best]:g} of {item.points:g} points are earned by functions that only "
                f"`{always(best)}`: ask for values that {_whose(best)}"
            )


def _whose(answer: str) -> str:
    return "no constant has" if answer in CONSTANTS else "such a function does not give, too"


def _name(answer: str) -> str:
    return f"constant_{answer.replace(' ', '_')}"


def _texts(bundle: GradingBundle) -> Iterator[str]:
    yield from (text.decode() for text in bundle.sources.values())
    for cells in bundle.notebooks.values():
        yield from (cell.python for cell in cells if cell.kind is CellKind.SOLUTION)


def _answer(bundle: GradingBundle, constant: str) -> Answer:
    modules = {
        name: with_constants(text.decode(), name, constant).encode()
        for name, text in bundle.sources.items()
    }
    cells = all_changed(bundle, lambda text: _of_cell(text, constant))
    about = f"every function does nothing but `{always(constant)}`"
    return Answer(Kind.UNSOLVED, _name(constant), modules, about=about, cells=cells)


def _of_cell(text: str, constant: str) -> str:
    try:
        return with_constants(marked(text), "cell", constant)
    except SyntaxError:
        return text


def _place(assignment: Assignment, report: Report, item: Item) -> str:
    checks = [result.check for result in report.results if result.item == item.name]
    if any(map(is_cell_check, checks)):
        return f"{assignment.source / item.notebook}.ipynb"
    return f"{assignment.graders / checks[0].partition('::')[0]}.py"
