"""Tests that an answer passes which stops early: `zip` ends with the shorter one."""

import ast
from collections.abc import Collection, Iterator

from gradekit.assignment.code_cells.cells import CellKind
from gradekit.assignment.code_cells.remote_names import names_in, parsed
from gradekit.course import Assignment
from gradekit.grading.bundle import GradingBundle
from gradekit.model import Outcome
from gradekit.verification.answers import Answer, Kind
from gradekit.verification.cell_answers import all_changed
from gradekit.verification.runner import Verifier

_SHORT = """

def _without_last(function):
    def short(*given, **named):
        found = function(*given, **named)
        return found[:-1] if isinstance(found, (list, tuple)) and len(found) > 1 else found

    return short


"""
_NAME = "short_answers"


def passed_by_short_answers(assignment: Assignment, bundle: GradingBundle) -> Iterator[str]:
    """Yield a line for each test cell that compares by `zip`, and lists without their last item
    pass.
    """
    lines = {
        (notebook, cell.name): line
        for notebook, cells in bundle.notebooks.items()
        for cell in cells
        if cell.kind is CellKind.TEST and (line := _zipped(cell.python, _answers(bundle, notebook)))
    }
    if not lines:
        return
    about = "each list that a function returns lacks its last item"
    cells = all_changed(bundle, _shortened)
    answer = Answer(Kind.UNSOLVED, _NAME, {}, about=about, cells=cells)
    report = Verifier(assignment, bundle, jobs=1).grade([answer], lambda *_told: None)[_NAME]
    for item in report.automatic_items:
        place = item.notebook, item.cell
        if place in lines and report.outcome(item.name) is Outcome.PASS:
            yield (
                f"{assignment.source / item.notebook}.ipynb: {item.name}: line {lines[place]} of "
                "its test compares no more items than the answer has: say `zip(…, strict=True)`, "
                "or compare the lengths, too"
            )


def _answers(bundle: GradingBundle, notebook: str) -> frozenset[str]:
    """Return the names that answers' cells of a notebook bind."""
    cells = (one for one in bundle.notebooks[notebook] if one.kind is CellKind.SOLUTION)
    return frozenset(name for cell in cells for name in names_in(cell.python).bound)


def _zipped(test: str, answers: Collection[str]) -> int:
    """Return the line of a test where an answer is one of those that `zip` takes; 0 for none."""
    tree, known = parsed(test), set(answers)
    for node in sorted(_nodes(tree), key=lambda one: one.lineno) if tree else ():
        if isinstance(node, ast.Assign) and _holds(node.value, known):
            known |= {one.id for one in node.targets if isinstance(one, ast.Name)}
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
            takes = [_holds(one, known) for one in node.args]
            if node.func.id == "zip" and any(takes) and not all(takes):
                return node.lineno
    return 0


def _nodes(tree: ast.Module) -> list[ast.Assign | ast.Call]:
    return [one for one in ast.walk(tree) if isinstance(one, ast.Assign | ast.Call)]


def _holds(value: ast.expr, names: Collection[str]) -> bool:
    """Whether a value is one of some names, or a call of one, in whatever it is wrapped."""
    return any(isinstance(one, ast.Name) and one.id in names for one in ast.walk(value))


def _shortened(text: str) -> str:
    """Return a cell's solution whose functions return lists without their last item."""
    tree = parsed(text)
    names = [one.name for one in tree.body if isinstance(one, ast.FunctionDef)] if tree else []
    return text + _SHORT + "\n".join(f"{name} = _without_last({name})" for name in names)
