"""The order in which the cells of a submission run, and on which side.

Staff's cells are the source's, wherever the student's copies stand and whatever they hold; a
student's cells are matched by their names, and what a student added runs where it stands.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from gradekit.assignment.code_cells.cells import CellKind, SourceCell, is_tagged
from gradekit.assignment.code_cells.text import to_python
from gradekit.notebook.cells import cells_of
from gradekit.notebook.copies import place_of_counting
from gradekit.notebook.order import out_of_order

HIDDEN_TESTS = "hidden tests, which are not shown"
BEGIN_HIDDEN, END_HIDDEN = "BEGIN HIDDEN TESTS", "END HIDDEN TESTS"


class StudentCell(msgspec.Struct, frozen=True):
    """A code cell of a submission: its 1-based place among all cells, its name, its Python."""

    number: int
    name: str
    python: str


class Step(msgspec.Struct, frozen=True):
    """What happens next: `student` runs beside the student's code, `trusted` is a source's cell.

    `place` is that of the source's cell among its code cells, or -1; `label` names the cell for
    people.
    """

    label: str
    student: str | None = None
    trusted: str | None = None
    place: int = -1
    name: str = ""


def student_cells(notebook: Mapping[str, Any]) -> list[StudentCell]:
    """Return the code cells of a submission's notebook that run, in order."""
    return [
        StudentCell(number, cell.name, to_python(cell.source).python)
        for number, cell in enumerate(cells_of(notebook), start=1)
        if cell.kind == "code" and not is_tagged(cell)
    ]


def solved_cells(source: Iterable[SourceCell]) -> tuple[StudentCell, ...]:
    """Return the code cells of a source as those of a submission: the reference.

    Tests have no text, and only say where they stand: unmarked cells run behind those before them.
    """
    return tuple(
        StudentCell(cell.number, cell.name, "" if cell.kind is CellKind.TEST else cell.python)
        for cell in source
        if cell.runs
    )


def without_hidden(python: str) -> str:
    """Return a test without its hidden parts, whose lines are empty: numbers stay."""
    lines, hidden = python.split("\n"), False
    for number, line in enumerate(lines):
        begins = BEGIN_HIDDEN in line
        ends = END_HIDDEN in line
        if hidden or begins:
            indent = line[: len(line) - len(line.lstrip())]
            lines[number] = f"{indent}pass" if begins else ""
        hidden = (hidden or begins) and not ends
    return "\n".join(lines)


def shown_tests(python: str) -> str:
    """Return a test as a page shows it: one line stands for each part that is hidden."""
    shown, hidden = list[str](), False
    for line in python.split("\n"):
        begins = BEGIN_HIDDEN in line and not hidden
        if begins:
            shown.append(f"{line[: len(line) - len(line.lstrip())]}# {HIDDEN_TESTS}")
        hidden = hidden or begins
        if not hidden:
            shown.append(line)
        hidden = hidden and END_HIDDEN not in line
    return "\n".join(shown)


def hidden_lines(python: str) -> frozenset[int]:
    """Return the 1-based numbers of the lines of a test that students do not get."""
    found, hidden = set[int](), False
    for number, line in enumerate(python.split("\n"), start=1):
        hidden = hidden or BEGIN_HIDDEN in line
        if hidden:
            found.add(number)
        hidden = hidden and END_HIDDEN not in line
    return frozenset(found)


def steps(source: Sequence[SourceCell], submitted: Sequence[StudentCell]) -> list[Step]:
    """Return what happens in which order when a submission's cells run."""
    return list(_Order(source, submitted).steps())


def cells_to_run(
    notebooks: Mapping[str, Sequence[SourceCell]], cells: Mapping[str, Sequence[StudentCell]]
) -> dict[str, tuple[tuple[str, str], ...]]:
    """Return the code of each notebook as it runs beside a student's: label and Python of cells.

    `cells` are those of a submission, by the notebook's name.
    """
    return {
        name: tuple(
            (step.label, step.student)
            for step in steps(source, cells.get(name, ()))
            if step.student is not None
        )
        for name, source in notebooks.items()
    }


class _Order:
    """Puts the source's cells and a submission's into one row."""

    def __init__(self, source: Sequence[SourceCell], submitted: Sequence[StudentCell]) -> None:
        self._source = source
        self._named = {cell.name: place for place, cell in enumerate(source) if cell.name}
        self._counting = self._which_count(submitted)
        self._submitted = submitted
        self._next = 0  # the first of the source's cells that has had no turn

    def _which_count(self, submitted: Sequence[StudentCell]) -> dict[int, int]:
        """Return the source's place of each of a submission's cells that counts, by its place."""
        copies: dict[str, list[int]] = {}
        for place, cell in enumerate(submitted):
            if cell.name in self._named:
                copies.setdefault(cell.name, []).append(place)
        found = {}
        for name, places in copies.items():
            own = self._source[self._named[name]]
            texts = [submitted[place].python for place in places]
            chosen = place_of_counting(texts, "", own.kind is CellKind.SOLUTION)
            found[places[chosen]] = self._named[name]
        return found

    def steps(self) -> Iterator[Step]:
        """Yield the steps; a cell that was moved is where the source has it."""
        order = [self._source[place].name for place in sorted(self._counting.values())]
        present = [self._source[self._counting[place]].name for place in sorted(self._counting)]
        moved = set(out_of_order(present, order))
        by_place = {place: index for index, place in self._counting.items()}
        self._moved = {
            place: self._submitted[index]
            for place, index in by_place.items()
            if self._source[place].name in moved
        }
        for index, cell in enumerate(self._submitted):
            place = self._counting.get(index)
            if place is None:
                if cell.name not in self._named or not self._is_staffs(cell.name):
                    yield Step(f"cell {cell.number}", student=cell.python)
            elif place not in self._moved:
                yield from self._until(place)
                yield from self._of_source(place, cell)
                self._next = place + 1
        yield from self._until(len(self._source))

    def _is_staffs(self, name: str) -> bool:
        return self._source[self._named[name]].kind is not CellKind.SOLUTION

    def _until(self, place: int) -> Iterator[Step]:
        """Yield the source's cells before a place that a submission lacks, or has elsewhere."""
        for number in range(self._next, place):
            yield from self._of_source(number, self._moved.get(number))

    def _of_source(self, place: int, cell: StudentCell | None) -> Iterable[Step]:
        own = self._source[place]
        if not own.runs:
            return
        label = f"cell {own.number}" + (f" ({own.name})" if own.name else "")
        if own.kind is CellKind.SOLUTION:
            if cell is not None:
                here = f"cell {cell.number} ({cell.name})"
                yield Step(here, student=cell.python, place=place, name=own.name)
            else:
                yield Step(label, place=place, name=own.name)
        elif own.kind is CellKind.TEST:
            yield Step(label, trusted=own.python, place=place, name=own.name)
        elif own.kind is CellKind.STAFF:
            shown = without_hidden(own.python)
            yield Step(label, student=shown, trusted=own.python, place=place, name=own.name)
        else:
            # The student's copy runs where it stands in the submission, if it still does.
            student = cell.python if cell is not None else None
            yield Step(label, student=student, trusted=own.python, place=place, name=own.name)
