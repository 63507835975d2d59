"""Runs a notebook in a child, cell by cell: staff's cells there, a student's in a worker."""

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import msgspec

from gradekit.assignment.code_cells.cells import CellKind, SourceCell
from gradekit.assignment.code_cells.remote_names import names_in
from gradekit.assignment.code_cells.steps import Step, StudentCell, steps
from gradekit.errors import SubmissionError
from gradekit.grading.cells.children import CellChildren
from gradekit.grading.cells.granted import GRANTS_NOTHING, Granted
from gradekit.grading.cells.held_ends import all_with_changes, with_data_as_left
from gradekit.grading.cells.messages import HIDDEN
from gradekit.grading.cells.running.cell_end import CellEnd
from gradekit.grading.cells.running.runner import CellRunner
from gradekit.grading.cells.running.source_facts import without_hidden_tests
from gradekit.grading.cells.trusted import CellLimits
from gradekit.model import Outcome
from gradekit.workers.deadlines.clock import Clock
from gradekit.workers.remote.in_test.namespace import RemoteNamespace

# How a process for a student's cells is had: on a snapshot, with a clock.
NewRemote = Callable[[Path, Clock], AbstractContextManager[RemoteNamespace]]
SourceCells = Sequence[SourceCell]
# Of a test that a run is not for; nobody reads it.
NOT_RUN = "it stands behind the last test that is run again"


class NotebookTime(msgspec.Struct, frozen=True):
    """What a hand-in has taken when a notebook has run: processor time, in seconds."""

    used_seconds: float
    slept_seconds: float
    hung: int
    met_wall: bool


class Run(msgspec.Struct, frozen=True):
    """How all test cells of a notebook ended, for its own sake and without what is hidden.

    `endless` has what the student's cells were told that had no time, by their labels.
    """

    ends: list[CellEnd]
    seen: list[CellEnd]
    spent: NotebookTime
    endless: dict[str, str] = msgspec.field(default_factory=dict)


@dataclass(frozen=True)
class SubmittedNotebook:
    """A notebook as it was handed in: its name, its cells, and what their code has.

    `folder` is the snapshot that it runs in, and `clock` has the time that is left; its first run
    took some `seconds` of it, asleep or not.
    """

    name: str
    cells: Sequence[StudentCell]
    folder: Path
    clock: Clock
    seconds: float = 0.0


@dataclass(frozen=True)
class NotebookRunner:
    """Runs an assignment's notebooks.

    `folder` has the files that came with the assignment. With `has_pyplot` students' code can draw;
    with `notes_values` what tests look at is noted, to tell mistakes by.
    """

    folder: Path
    new_remote: NewRemote
    landlock_version: int
    has_pyplot: bool = False
    notes_values: bool = False

    def run(
        self,
        source: SourceCells,
        notebook: SubmittedNotebook,
        granted: Granted = GRANTS_NOTHING,
        *,
        twice: bool = True,
    ) -> Run:
        """Run a notebook in a child; in another one, without that cell, where one has ended it.

        If it fails it runs `twice`: once more without what is hidden.
        """
        clock = notebook.clock
        children = CellChildren(self.folder, self.landlock_version, clock, granted)
        turns = _Turns(self, notebook, granted, children)
        return _in_children(children, partial(turns.all, source, twice), source, clock)


@dataclass(frozen=True)
class _Turns:
    """A notebook's cells, which run once in a child, or several times on fresh workers."""

    runner: NotebookRunner
    notebook: SubmittedNotebook
    granted: Granted
    children: CellChildren

    def all(self, source: SourceCells, twice: bool, limits: CellLimits) -> Run:
        """Run the cells as they are, and again where something was changed, or failed."""
        clock, endless = self.notebook.clock, dict(self.granted.endless)
        one, seen = partial(self._one, limits, endless), list[CellEnd]()
        ends = one(0, source)
        if any(end.changed for end in ends):
            others = one(1, source, takes_changes=True)
            reading = _reading_what_changed(source, {end.name for end in ends if end.changed})
            ends = all_with_changes(ends, others, self.granted.wants_changes, reading)
        if any(end.given_changed for end in ends):
            pairs = zip(ends, one(3, source, gives_as_left=True), strict=True)
            is_solution = self.granted.wants_changes is None
            wants = self.granted.wants_left
            ends = [with_data_as_left(*pair, wants, is_solution=is_solution) for pair in pairs]
        if twice and any(end.outcome in HIDDEN for end in ends):
            shown = without_hidden_tests(source)
            seen = one(2, shown) if shown != tuple(source) else ends
        spent = (clock.used_seconds, clock.slept_seconds, clock.hung, clock.met_wall)
        return Run(ends, seen, NotebookTime(*spent), endless)

    def _one(
        self,
        limits: CellLimits,
        endless: dict[str, str],
        turn: int,
        cells: SourceCells,
        *,
        takes_changes: bool = False,
        gives_as_left: bool = False,
    ) -> list[CellEnd]:
        having, granted = self.runner, self.granted
        new_remote = partial(having.new_remote, self.notebook.folder, self.notebook.clock)
        limited = partial(self.children.limited, limits)
        runner = CellRunner(cells, new_remote, limited, self.children.left_out, having.notes_values)
        runner.files, runner.changes_only_of = limits.files, granted.changes_only_of
        runner.has_pyplot, runner.takes_changes = having.has_pyplot, takes_changes
        runner.gives_as_left = gives_as_left
        runner.wants_left = frozenset(cell for cell, wants in granted.wants_left.items() if wants)
        runner.asked, runner.wrong, runner.endless = granted.asked, granted.wrong, endless
        planned, behind = _up_to(granted.only, steps(cells, self.notebook.cells))
        ends = [self.children.keep(limits, turn, end) for end in runner.run(planned)]
        reading = {cell.name for cell in cells if runner.reads_changed(cell)}
        ends = [replace(end, given_changed=end.name in reading) for end in ends]
        tests = [cells[step.place].name for step in behind if _is_test(cells, step)]
        return [*ends, *(CellEnd(name, Outcome.TIMEOUT, text=NOT_RUN) for name in tests)]


def _reading_what_changed(source: SourceCells, changed: Collection[str]) -> set[str]:
    """Return the tests that read names to which an earlier one has given values.

    What that one has given to the student's code, and was `changed` there, is among these.
    """
    found, bound = set[str](), set[str]()
    for cell in source:
        names = names_in(cell.python)
        if cell.kind is CellKind.TEST and bound & names.loaded:
            found.add(cell.name)
        bound |= names.bound if cell.name in changed else set()
    return found


def _up_to(only: Collection[str], planned: Sequence[Step]) -> tuple[list[Step], list[Step]]:
    """Return the steps up to the last of some tests, and those behind it; all where it is none."""
    last = max((n for n, step in enumerate(planned, 1) if step.name in only), default=None)
    return list(planned[:last]), list(planned[last:]) if last else []


def _is_test(cells: SourceCells, step: Step) -> bool:
    return step.place >= 0 and cells[step.place].kind is CellKind.TEST


def _in_children(
    children: CellChildren, here: Callable[[CellLimits], Run], source: SourceCells, clock: Clock
) -> Run:
    try:
        run = children.run(here, Run)
    except SubmissionError as error:  # what limits it has ended it: nothing came of the run
        names = [cell.name for cell in source if cell.kind is CellKind.TEST]
        ends = [CellEnd(name, Outcome.TIMEOUT, text=str(error)) for name in names]
        return Run(ends, [], NotebookTime(0.0, 0.0, 0, met_wall=False))
    vars(clock).update(msgspec.structs.asdict(run.spent))
    return run
