"""The solutions in a notebook's cells: what nbgrader cuts out, by its rule, which is wider.

A marker is any line that has its words; a solution cell without one is the solution as a whole.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gradekit.assignment.code_cells.cells import CellKind, SourceCell
from gradekit.assignment.code_cells.remote_names import names_in
from gradekit.notebook.cells import CODE_STUBS
from gradekit.solution.regions import BEGIN, END, solve

BEGIN_WORDS, END_WORDS = BEGIN.lstrip("# "), END.lstrip("# ")


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

    def defines(self, names: Collection[str]) -> bool:
        """Whether the cell gives one of some names its value."""
        return not names_in(self.cell.python).bound.isdisjoint(names)


def answer_cells(notebooks: Mapping[str, Sequence[SourceCell]]) -> Iterator[AnswerCell]:
    """Yield the cells that students answer in, of some notebooks by their names."""
    for notebook, cells in notebooks.items():
        for cell in cells:
            if cell.kind is CellKind.SOLUTION and cell.runs:
                yield AnswerCell(notebook, cell)


def marked(text: str) -> str:
    """Return a solution cell's text with its markers as modules have them, around all if it has
    none.
    """
    lines = text.split("\n")
    if not any(BEGIN_WORDS in line for line in lines):
        return "\n".join([BEGIN, *lines, END])
    return with_plain_markers(text)


def with_plain_markers(text: str) -> str:
    """Return a cell's text with its markers, if it has any, as modules have them."""
    return "\n".join(map(_plain, text.split("\n")))


def unanswered(text: str) -> str:
    """Return a solution cell's text as students get it."""
    kept, inside = list[str](), False
    for line in marked(text).split("\n"):
        marker = line.strip()
        if marker == BEGIN:
            inside = True
            kept += [_indent(line) + stub for stub in CODE_STUBS]
        elif marker == END:
            inside = False
        elif not inside:
            kept.append(line)
    return "\n".join(kept)


def _plain(line: str) -> str:
    for words, marker in ((BEGIN_WORDS, BEGIN), (END_WORDS, END)):
        if words in line:
            return _indent(line) + marker
    return line


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
