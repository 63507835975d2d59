"""Answers in cells: a source's own solution, as released, and with one cell of it changed."""

import ast
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import takewhile

from gradekit.assignment.code_cells.cells import CellKind
from gradekit.assignment.code_cells.remote_names import cells_needed, parsed
from gradekit.assignment.code_cells.steps import StudentCell, solved_cells
from gradekit.assignment.spec import Mutants
from gradekit.grading.bundle import GradingBundle
from gradekit.python_tree import python_tree
from gradekit.solution.cell_solutions import AnswerCell, answer_cells, marked, unanswered
from gradekit.solution.mutants import Mutant, mutants
from gradekit.solution.plain_operators import PLAIN_OPERATORS

NotebookCells = Mapping[str, tuple[StudentCell, ...]]
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
NOT_PYTHON = "def not_python(:\n"


def cells_with_tests(bundle: GradingBundle) -> Iterator[AnswerCell]:
    """Yield the answer cells of which a test cell can tell anything.

    That is one that needs what the cell gives a value to. Whatever else a cell does, such as
    drawing, can be told by a test cell that follows before the next answer.
    """
    needed = {
        (notebook, cell.number)
        for notebook, cells in bundle.notebooks.items()
        for test in cells
        if test.kind is CellKind.TEST
        for cell in cells_needed(cells, test.name)
    }
    for one in answer_cells(bundle.notebooks):
        cells = bundle.notebooks[one.notebook]
        below = cells[cells.index(one.cell) + 1 :]
        follow = takewhile(lambda cell: cell.kind is not CellKind.SOLUTION, below)
        if (one.notebook, one.cell.number) in needed or any(
            cell.kind is CellKind.TEST for cell in follow
        ):
            yield one


def needed_elsewhere(bundle: GradingBundle) -> Iterator[AnswerCell]:
    """Yield the answer cells that tests of more than one item need."""
    answers = {(one.notebook, one.cell.number): one for one in readable_cells(bundle)}
    counts: Counter[tuple[str, int]] = Counter(
        (item.notebook, cell.number)
        for item in bundle.cell_items
        for cell in cells_needed(bundle.notebooks[item.notebook], item.cell)
    )
    yield from (one for place, one in answers.items() if counts[place] > 1)


def wholes_and_parts(bundle: GradingBundle) -> Iterator[tuple[list[AnswerCell], list[AnswerCell]]]:
    """Yield for each item that follows from others its own answer cells, and those it follows."""
    for item in bundle.cell_items:
        names = bundle.spec.follows.get(item.name, ())
        needed = {cell.name for cell in cells_needed(bundle.notebooks[item.notebook], item.cell)}
        answers = [one for one in readable_cells(bundle) if one.notebook == item.notebook]
        whole = [one for one in answers if one.cell.name in needed and one.cell.name not in names]
        if names and whole:
            yield whole, [one for one in answers if one.cell.name in names]


def readable_cells(bundle: GradingBundle) -> Iterator[AnswerCell]:
    """Yield the answer cells whose solution is Python: what other answers can be put into."""
    for one in answer_cells(bundle.notebooks):
        if parsed(one.right) is not None:
            yield one


def mutants_of(one: AnswerCell, declared: Mutants) -> list[Mutant]:
    """Return the mutants of a cell's solution, with the lines of the source; none of no Python."""
    text = one.cell.python
    if parsed(text) is None:
        return []
    shift = marked(text).count("\n") > text.count("\n")  # by the marker before all of it
    found = mutants(marked(text), one.owner, declared=declared, more=PLAIN_OPERATORS)
    return [replace(mutant, line=mutant.line - shift) for mutant in found]


def solved(bundle: GradingBundle) -> NotebookCells:
    """Return the reference's cells."""
    return {name: solved_cells(cells) for name, cells in bundle.notebooks.items()}


def with_texts(bundle: GradingBundle, texts: Mapping[AnswerCell, str]) -> NotebookCells:
    """Return the reference's cells with other texts in some."""
    by_place = {(one.notebook, one.cell.number): text for one, text in texts.items()}
    return {
        notebook: tuple(
            StudentCell(one.number, one.name, by_place.get((notebook, one.number), one.python))
            for one in cells
        )
        for notebook, cells in solved(bundle).items()
    }


def all_changed(bundle: GradingBundle, change: Callable[[str], str]) -> NotebookCells:
    """Return the reference's cells, each that students answer in changed."""
    return with_texts(
        bundle, {one: change(one.cell.python) for one in answer_cells(bundle.notebooks)}
    )


def endless(text: str) -> str:
    """Return a solution in which each function never ends, or, where it has none, the cell."""
    tree = parsed(text)
    functions = [] if tree is None else [n for n in ast.walk(tree) if isinstance(n, _FUNCTIONS)]
    for function in functions:
        function.body = python_tree("while True:\n    pass").body
    return ast.unparse(tree) if tree is not None and functions else "while True:\n    pass"


def blank(bundle: GradingBundle) -> NotebookCells:
    """Return the cells as they are released."""
    return all_changed(bundle, unanswered)


def broken(bundle: GradingBundle) -> NotebookCells:
    """Return the cells so that none that students answer in is Python."""
    return all_changed(bundle, lambda text: NOT_PYTHON + text)
