"""How test cells end for the source's own solution: what a submission's ends are held against."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType

from gradekit.assignment.code_cells.answers import placeholders
from gradekit.assignment.code_cells.cells import CellKind
from gradekit.assignment.code_cells.remote_names import names_in
from gradekit.assignment.code_cells.steps import StudentCell, solved_cells
from gradekit.assignment.code_cells.unmarked_answers import tests_of_students
from gradekit.grading.cells.children import label_of
from gradekit.grading.cells.compared_objects import SolvedComparisons, compared_with_others
from gradekit.grading.cells.granted import Granted
from gradekit.grading.cells.notebook_run import (
    NotebookRunner,
    Run,
    SourceCells,
    SubmittedNotebook,
)
from gradekit.grading.cells.running.cell_end import CellEnd
from gradekit.grading.own_time import OWN_TIMES
from gradekit.model import Outcome
from gradekit.names import CELL_ENDED
from gradekit.workers.deadlines.clock import Clock
from gradekit.workers.remote.in_test.answers.wrong_answers import WrongAt

_NOT_WRITTEN = f"{CELL_ENDED}NotImplementedError"
_MISSING = re.compile(r"NameError: name '(\w{1,100})' is not defined(.{0,300})", re.DOTALL)


class SolutionEnds:
    """Runs the source's solution once for all submissions, and keeps how its tests end.

    `notebooks` are the source's code cells by notebook; each run has the time of a `new_clock`.
    """

    def __init__(
        self,
        runner: NotebookRunner,
        notebooks: Mapping[str, SourceCells],
        new_clock: Callable[[], Clock],
    ) -> None:
        self._runner, self._notebooks, self._new_clock = runner, notebooks, new_clock
        self._ends: dict[str, dict[str, CellEnd]] = {}
        self._seconds: dict[str, float] = {}
        self._compared: dict[str, SolvedComparisons] = {}

    def of(self, notebook: str) -> Mapping[str, CellEnd]:
        """Return how each test of a notebook ends, by the cell's name."""
        if notebook not in self._ends:
            source = self._notebooks[notebook]
            run = self._run(source, solved_cells(source))
            late = any(end.outcome is Outcome.TIMEOUT for end in run.ends)
            self._ends[notebook] = {end.name: end for end in run.ends}
            self._seconds[notebook] = 0.0 if late else run.spent.used_seconds
        return self._ends[notebook]

    def says_enough(self, notebook: str, cell: str) -> bool:
        """Whether it passes a test, or does not for the one reason that it is not written.

        A course may keep its sources as students get them. Then nothing says whether a test is
        right: as in nbgrader, who does not pass it gets no points. So it is where a test fails that
        asks for nothing of a hand-in's.
        """
        end, source = self.of(notebook)[cell], self._notebooks[notebook]
        if end.outcome not in (Outcome.FAIL, Outcome.CRASH):
            return end.outcome is Outcome.PASS
        if not any(one.kind is CellKind.SOLUTION for one in source):
            return True
        read = next(names_in(one.python).loaded for one in source if one.name == cell)
        if read & placeholders(source):
            return True
        if end.type_name == "AssertionError" and cell not in tests_of_students(source):
            return True  # it is about nothing of a hand-in's: nobody passes it
        missing = _MISSING.match(end.text)
        if missing is None:
            return end.type_name == "NotImplementedError"
        bound = (missing[1] in names_in(one.python).bound for one in source)
        return _NOT_WRITTEN in missing[2] or not any(bound)

    def seconds(self, notebook: str) -> float:
        """Return the processor time that a notebook takes in all."""
        self.of(notebook)
        return self._seconds[notebook]

    def with_cells(self, source: SourceCells, cells: Sequence[StudentCell]) -> Sequence[CellEnd]:
        """Return how tests end with cells that are no submission's, as those of a known mistake."""
        return self._run(source, cells).ends

    def with_wrong(self, notebook: str, wrong: Mapping[str, WrongAt]) -> Sequence[CellEnd]:
        """Return how its tests end where some of its answers are exchanged for wrong ones."""
        source = self._notebooks[notebook]
        return self._run(source, solved_cells(source), wrong).ends

    def compared(self, notebook: str) -> SolvedComparisons:
        """Return what its objects give where tests compare them with others, too."""
        if notebook not in self._compared:
            run = partial(self.with_wrong, notebook)
            ends, seconds = self.of(notebook).values(), self.seconds(notebook)
            self._compared[notebook] = compared_with_others(ends, run, seconds)
        return self._compared[notebook]

    def granted(self, notebook: str) -> Granted:
        """Return what tests are granted because of how they end for it."""
        ends = self.of(notebook)
        asked = {cell: end.facts.asked for cell, end in ends.items()}
        wants = {cell: end.facts.changed for cell, end in ends.items() if end.wants_changes}
        left = {cell: end.wants_left for cell, end in ends.items() if end.wants_left is not None}
        wanted = frozenset(wants)
        return Granted(self._allowed(notebook), asked, wants, wants_changes=wanted, wants_left=left)

    def _allowed(self, notebook: str) -> dict[str, float]:
        """Return the seconds that tests may take because they take some for it, too."""
        ends = {
            label_of(cell): self.of(notebook)[cell.name]
            for cell in self._notebooks[notebook]
            if cell.kind is CellKind.TEST and cell.runs
        }
        return {
            label: OWN_TIMES * end.own_seconds
            for label, end in ends.items()
            if end.outcome is Outcome.PASS
        }

    def _run(
        self,
        source: SourceCells,
        cells: Sequence[StudentCell],
        wrong: Mapping[str, WrongAt] = MappingProxyType({}),
    ) -> Run:
        notebook = SubmittedNotebook("", cells, self._runner.folder, self._new_clock())
        allowed = {label_of(cell): notebook.clock.total_seconds for cell in source}
        granted = Granted(allowed, asked=None, wrong=wrong, wants_changes=None, only=wrong)
        return self._runner.run(source, notebook, granted, twice=False)
