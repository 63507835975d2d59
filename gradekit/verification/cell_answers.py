"""Answers in cells: a source's own solution, as released, and with one cell of it changed."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import takewhile

from gradekit.assignment.cell_steps import StudentCell, solved_cells
from gradekit.assignment.cells import CellKind, SourceCell
from gradekit.assignment.remote_names import names_in, parsed
from gradekit.assignment.spec import Mutants
from gradekit.grading.bundle import GradingBundle
from gradekit.solution.cell_solutions import marked, unanswered
from gradekit.solution.mutants import Mutant, mutants
from gradekit.solution.plain_operators import PLAIN_OPERATORS
from gradekit.solution.regions import solve

Cells = Mapping[str, tuple[StudentCell, ...]]
NOT_PYTHON = "def not_python(:\n"


@dataclass(frozen=True)
class AnswerCell:
    """A cell that students answer in: the notebook's name, and the source's cell."""

    notebook: str
    cell: SourceCell

    @property
    def owner(self) -> str:
        """What it is called beside functions and classes of modules."""
        return f"{self.notebook}.ipynb {self.cell.name}"

    @property
    def right(self) -> str:
        """The solved text, without markers."""
        return solve(marked(self.cell.python), self.owner)


def answer_cells(bundle: GradingBundle) -> Iterator[AnswerCell]:
    """Yield the cells that students answer in, of the notebooks whose tests decide on points."""
    for notebook, cells in bundle.notebooks.items():
        for cell in cells:
            if cell.kind is CellKind.SOLUTION and cell.runs:
                yield AnswerCell(notebook, cell)


def cells_with_tests(bundle: GradingBundle) -> Iterator[AnswerCell]:
    """Yield the answer cells of which a test cell can tell anything: one stands below.

    A cell that gives no name a value, such as one that draws, is told of by a test cell that
    follows before the next answer alone.
    """
    for one in answer_cells(bundle):
        cells = bundle.notebooks[one.notebook]
        below = cells[cells.index(one.cell) + 1 :]
        names = names_in(one.cell.python)
        if not names.bound | names.changed:
            below = tuple(takewhile(lambda cell: cell.kind is not CellKind.SOLUTION, below))
        if any(cell.kind is CellKind.TEST for cell in below):
            yield one


def mutants_of(one: AnswerCell, declared: Mutants) -> list[Mutant]:
    """Return the mutants of a cell's solution, with the lines of the source; none of no Python."""
    text = one.cell.python
    if parsed(text) is None:
        return []
    shift = marked(text).count("\n") > text.count("\n")  # by the marker before all of it
    found = mutants(marked(text), one.owner, declared=declared, more=PLAIN_OPERATORS)
    return [replace(mutant, line=mutant.line - shift) for mutant in found]


def solved(bundle: GradingBundle) -> Cells:
    """Return the reference's cells."""
    return {name: solved_cells(cells) for name, cells in bundle.notebooks.items()}


def changed(bundle: GradingBundle, texts: Mapping[AnswerCell, str]) -> Cells:
    """Return the reference's cells with other texts in some."""
    by_place = {(one.notebook, one.cell.number): text for one, text in texts.items()}
    return {
        notebook: tuple(
            StudentCell(one.number, one.name, by_place.get((notebook, one.number), one.python))
            for one in cells
        )
        for notebook, cells in solved(bundle).items()
    }


def all_changed(bundle: GradingBundle, change: Callable[[str], str]) -> Cells:
    """Return the reference's cells, each that students answer in changed."""
    return changed(bundle, {one: change(one.cell.python) for one in answer_cells(bundle)})


def blank(bundle: GradingBundle) -> Cells:
    """Return the cells as they are released."""
    return all_changed(bundle, unanswered)


def broken(bundle: GradingBundle) -> Cells:
    """Return the cells so that none that students answer in is Python."""
    return all_changed(bundle, lambda text: NOT_PYTHON + text)
