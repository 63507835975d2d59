"""Grades the test cells of a submission: one result for each, with a message that tells nothing
hidden.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec

from gradekit.assignment.code_cells.cells import CellKind, SourceCell
from gradekit.assignment.code_cells.steps import StudentCell, solved_cells, steps
from gradekit.checks.carry_forward import Rules
from gradekit.errors import SubmissionError
from gradekit.grading.cells.children import CellChildren, label_of
from gradekit.grading.cells.follow import carried, with_right
from gradekit.grading.cells.granted import GRANTS_NOTHING, Granted
from gradekit.grading.cells.held_ends import (
    for_further_runs,
    if_something,
    least,
    why_not_again,
    with_changes,
)
from gradekit.grading.cells.hints import CellHints, KnownMistakes
from gradekit.grading.cells.messages import HIDDEN, MOST_MESSAGE, how_to_declare, message_of
from gradekit.grading.cells.points import NO_GRADE, passed_result
from gradekit.grading.cells.running.runner import CellEnd, CellRunner
from gradekit.grading.cells.running.source_facts import facts_of, without_hidden_tests
from gradekit.grading.cells.trusted import CellLimits
from gradekit.grading.cells.wrong_answers import (
    SolvedComparisons,
    compared_with_others,
    held_with_others,
    held_with_wrong_answers,
    students_comparisons,
)
from gradekit.grading.deciding_cells import cell_checks
from gradekit.grading.item_checks import Attempt
from gradekit.grading.own_time import OWN_TIMES
from gradekit.model import Item, Outcome, Result
from gradekit.text import one_line
from gradekit.workers.deadlines.clock import Clock
from gradekit.workers.remote.in_test.answers.wrong_answers import WrongAt
from gradekit.workers.remote.in_test.namespace import RemoteNamespace

SHORT = "Some of its arrays are of 32-bit floats (float32), which round more than 64-bit ones"

# How a process for a student's cells is had: on a snapshot, with a clock.
NewRemote = Callable[[Path, Clock], AbstractContextManager[RemoteNamespace]]
SourceCells = Sequence[SourceCell]


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

    `folder` is the snapshot that it runs in, and `clock` has the time that is left.
    """

    name: str
    cells: Sequence[StudentCell]
    folder: Path
    clock: Clock


class CellGrader:
    """Grades the test cells of an assignment's notebooks.

    `notebooks` are the source's code cells by notebook; `items` those that their tests decide on.
    `folder` has the files that came with the assignment; `mistakes` are told by name. With
    `has_pyplot` students' code can draw. The solution has the time of a `solution_clock`.
    """

    def __init__(
        self,
        notebooks: Mapping[str, SourceCells],
        items: Sequence[Item],
        folder: Path,
        new_remote: NewRemote,
        landlock_version: int,
        mistakes: KnownMistakes | None = None,
        *,
        has_pyplot: bool = False,
        rules: Mapping[str, Rules] = MappingProxyType({}),
        solution_clock: Callable[[], Clock] = Clock,
    ) -> None:
        self._has_pyplot, self._rules, self._solution_clock = has_pyplot, rules, solution_clock
        self._notebooks, self._items, self._folder = notebooks, items, folder
        self._new_remote, self._landlock_version = new_remote, landlock_version
        self._right: dict[str, dict[str, CellEnd]] = {}
        self._right_seconds: dict[str, float] = {}
        self._compared: dict[str, SolvedComparisons] = {}
        for cells in notebooks.values():  # here, for all children
            facts_of(tuple(cells))
            facts_of(without_hidden_tests(cells))
        self._hints = CellHints(notebooks, mistakes, self._ends_of) if mistakes else None

    @property
    def checks(self) -> Sequence[Result]:
        """The test cells as results without an outcome."""
        return cell_checks(self._items)

    @property
    def rules(self) -> Mapping[str, Rules]:
        """What items count, and what they follow from, as the assignment declares."""
        return self._rules

    def run(self, attempt: Attempt) -> list[Result]:
        """Return the results of the notebooks that lack any.

        All of them have the hand-in's time together, or some times as long as the solution takes.
        Each has run once before one runs again.
        """
        lacking = [name for name in self._notebooks if self._lacks_any(name, attempt)]
        clock = replace(attempt.client.clock, noted=lambda _: None)
        seconds, before = sum(map(self._seconds_of_right, lacking)), clock.used_seconds
        clock.total_seconds = max(clock.total_seconds, round(OWN_TIMES * seconds, 1))
        first = [self._first_run(name, attempt, clock) for name in lacking]
        with for_further_runs(clock):
            found = [result for pair in first for result in self._results(*pair)]
        attempt.client.cpu_seconds += clock.used_seconds - before
        attempt.client.clock.met_wall |= clock.met_wall
        return found

    def close(self) -> None:
        """Nothing stays open."""

    def _lacks_any(self, name: str, attempt: Attempt) -> bool:
        planned = cell_checks(item for item in self._items if item.notebook == name)
        return not all(one.check in attempt.kept for one in planned)

    def _first_run(
        self, name: str, attempt: Attempt, clock: Clock
    ) -> tuple[SubmittedNotebook, Run]:
        submitted = attempt.cells.get(name, ())
        notebook = SubmittedNotebook(name, submitted, attempt.folder, clock)
        # What did not end when checks asked for names is not waited for once more.
        granted = replace(self._granted(notebook), endless=attempt.client.notebooks.endless(name))
        return notebook, self._run(self._notebooks[name], notebook, granted)

    def _results(self, notebook: SubmittedNotebook, run: Run) -> Iterator[Result]:
        name, run = notebook.name, self._held_against_the_source(notebook, run)
        ends = {end.name: end for end in run.ends}
        seen = {end.name: end for end in run.seen}
        items = [item for item in self._items if item.notebook == name]
        results = [self._result(name, i, ends.get(i.cell), seen.get(i.cell)) for i in items]
        yield from carried(results, items, self._rules, self._with_right(notebook))

    def _with_right(
        self, notebook: SubmittedNotebook
    ) -> Callable[[Item, tuple[str, ...]], Result | None]:
        """Return what gives an item's result, if it passes, with right answers in some places."""
        name, source = notebook.name, self._notebooks[notebook.name]

        @cache
        def ends_with(parts: frozenset[str]) -> Mapping[str, CellEnd]:
            if why_not_again(notebook.clock):
                return {}
            right = replace(notebook, cells=with_right(name, source, notebook.cells, parts))
            run = self._run(source, right, self._granted(right), twice=False)
            run = self._held_against_the_source(right, run)
            return {end.name: end for end in run.ends}

        def result(item: Item, parts: tuple[str, ...]) -> Result | None:
            end = ends_with(frozenset(parts)).get(item.cell)
            if end is None or end.outcome is not Outcome.PASS:
                return None
            return self._passed(name, item, end, cell_checks([item])[0])

        return result

    def _granted(self, notebook: SubmittedNotebook) -> Granted:
        """Return what tests are granted because of how they end for the source's own solution."""
        name, ends = notebook.name, self._right_ends(notebook.name)
        asked = {cell: end.facts.asked for cell, end in ends.items()}
        wants = {cell: end.facts.changed for cell, end in ends.items() if end.wants_changes}
        return Granted(self._allowed(name), asked, wants, wants_changes=frozenset(wants))

    def _held_against_the_source(self, notebook: SubmittedNotebook, run: Run) -> Run:
        """Return how tests end whose answers are held against those of the source's own solution.

        Where calls have changed what they were given, and those of the solution do not, the tests
        run once more with all that they give as it was.
        """
        name = notebook.name
        texts = {cell.name: cell.python for cell in self._notebooks[name]}
        rights = {
            end.name: self._right_end(name, end.name)
            for end in run.ends
            if end.outcome is Outcome.PASS and end.facts.may_be_nothing(texts[end.name])
        }
        rights = {cell: end for cell, end in rights.items() if end.outcome is Outcome.PASS}
        ends = run.ends
        changed = {
            end.name: rights[end.name].facts.changed
            for end in ends
            if end.name in rights and end.facts.changed_besides(rights[end.name].facts)
        }

        again = self._again(notebook, run)
        if changed:
            wanted = self._granted(notebook).changes_only_of
            pairs = zip(ends, again(changes_only_of={**wanted, **changed}), strict=True)
            ends = [least(end, other) if end.name in changed else end for end, other in pairs]
        ends = [if_something(end, rights.get(end.name)) for end in ends]
        solved = partial(self._solved_ends, name)
        with_wrong = lambda wrong: again(wrong=wrong)  # noqa: E731
        ends = held_with_others(ends, with_wrong, partial(self._solved_compared, name))
        held = held_with_wrong_answers(ends, rights, with_wrong, solved)
        return msgspec.structs.replace(run, ends=held)

    def _again(self, notebook: SubmittedNotebook, run: Run) -> Callable[..., Sequence[CellEnd]]:
        """Return what runs a notebook once more, with more granted.

        Tests and cells that had no time in its first `run` are not waited for again.
        """
        source = self._notebooks[notebook.name]
        endless = {end.name for end in run.ends if end.outcome is Outcome.TIMEOUT}
        left_out = [label_of(cell) for cell in source if cell.name in endless]

        def again(**granted: Any) -> Sequence[CellEnd]:
            if told := why_not_again(notebook.clock):
                return [CellEnd(end.name, Outcome.TIMEOUT, text=told) for end in run.ends]
            also = replace(
                self._granted(notebook), left_out=left_out, endless=run.endless, **granted
            )
            return self._run(source, notebook, also, twice=False).ends

        return again

    def _solved_ends(self, name: str, wrong: Mapping[str, WrongAt]) -> Sequence[CellEnd]:
        source = self._notebooks[name]
        return self._run_of(source, solved_cells(source), wrong).ends

    def _solved_compared(self, name: str) -> SolvedComparisons:
        """Return what the solution's objects give where tests compare them with others, too."""
        if name not in self._compared:
            run = partial(self._solved_ends, name)
            self._compared[name] = compared_with_others(self._right_ends(name).values(), run)
        return self._compared[name]

    def _allowed(self, name: str) -> dict[str, float]:
        """Return the seconds that tests may take because they take some for the solution, too."""
        ends = {
            label_of(cell): self._right_end(name, cell.name)
            for cell in self._notebooks[name]
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
        notebook: SubmittedNotebook,
        granted: Granted = GRANTS_NOTHING,
        *,
        twice: bool = True,
    ) -> Run:
        """Run a notebook in a child; in another one, without that cell, where one has ended it.

        If it fails it runs `twice`: once more without what is hidden.
        """
        clock = notebook.clock
        children = CellChildren(self._folder, self._landlock_version, clock, granted)
        new_remote = partial(self._new_remote, notebook.folder, clock)

        def here(limits: CellLimits) -> Run:
            endless, seen = dict(granted.endless), list[CellEnd]()

            def run(turn: int, cells: SourceCells, takes_changes: bool = False) -> list[CellEnd]:
                limited, noting = partial(children.limited, limits), self._hints is not None
                runner = CellRunner(cells, new_remote, limited, children.left_out, noting)
                runner.files, runner.changes_only_of = limits.files, granted.changes_only_of
                runner.has_pyplot, runner.takes_changes = self._has_pyplot, takes_changes
                runner.asked, runner.wrong, runner.endless = granted.asked, granted.wrong, endless
                ran = runner.run(steps(cells, notebook.cells))
                return [children.keep(limits, turn, end) for end in ran]

            ends = run(0, source)
            if any(end.changed for end in ends):
                others = run(1, source, takes_changes=True)
                pairs = zip(ends, others, strict=True)
                ends = [with_changes(*pair, granted.wants_changes) for pair in pairs]
            if twice and any(end.outcome in HIDDEN for end in ends):
                shown = without_hidden_tests(source)
                seen = run(2, shown) if shown != tuple(source) else ends
            spent = (clock.used_seconds, clock.slept_seconds, clock.hung, clock.met_wall)
            return Run(ends, seen, NotebookTime(*spent), endless)

        return _in_children(children, here, source, clock)

    def _result(
        self, notebook: str, item: Item, end: CellEnd | None, seen: CellEnd | None
    ) -> Result:
        (made,) = cell_checks([item])
        if end is None:
            return replace(made, message=NO_GRADE, staff_message="its cell was not run")
        made = replace(made, compared_by=" ".join(students_comparisons(end)))
        if end.outcome is Outcome.PASS:
            return self._passed(notebook, item, end, made)
        place = f"line {end.line}: {end.statement}".removesuffix(": ")  # what is no Python has none
        staff = one_line(f"{place}: {end.text}", MOST_MESSAGE)
        if end.outcome is Outcome.ERROR or not self._is_right(notebook, end.name):
            cells = [cell for cell in self._notebooks[notebook] if cell.kind is CellKind.SOLUTION]
            staff = f"{staff}{how_to_declare(end.text, [cell.python for cell in cells])}"
            return replace(made, message=NO_GRADE, staff_message=staff, trace=end.trace)
        message = message_of(end, seen)
        hint = self._hints.hint(notebook, end) if self._hints and end.outcome in HIDDEN else ""
        right = self._right_end(notebook, end.name)
        if not hint and end.outcome is Outcome.FAIL and end.facts.is_shorter_than(right.facts):
            hint = SHORT
        if hint:
            message = f"{one_line(message, MOST_MESSAGE - len(hint))}. {hint}"
        return replace(made, outcome=end.outcome, message=message, staff_message=staff)

    def _ends_of(self, source: SourceCells, cells: Sequence[StudentCell]) -> Sequence[CellEnd]:
        """Return how the tests end with cells that are no hand-in's."""
        return self._run_of(source, cells).ends

    def _run_of(
        self,
        source: SourceCells,
        cells: Sequence[StudentCell],
        wrong: Mapping[str, WrongAt] = MappingProxyType({}),
    ) -> Run:
        notebook = SubmittedNotebook("", cells, self._folder, self._solution_clock())
        allowed = {label_of(cell): notebook.clock.total_seconds for cell in source}
        granted = Granted(allowed, asked=None, wrong=wrong, wants_changes=None)
        return self._run(source, notebook, granted, twice=False)

    def _passed(self, notebook: str, item: Item, end: CellEnd, made: Result) -> Result:
        right = self._right_end(notebook, end.name) if end.has_value else end
        return passed_result(made, item, end.points, right.points)

    def _is_right(self, notebook: str, name: str) -> bool:
        """Whether a test passes for the source's own solution."""
        return self._right_end(notebook, name).outcome is Outcome.PASS

    def _right_end(self, notebook: str, name: str) -> CellEnd:
        """Return how a test ends for the source's own solution."""
        return self._right_ends(notebook)[name]

    def _right_ends(self, notebook: str) -> Mapping[str, CellEnd]:
        if notebook not in self._right:
            source = self._notebooks[notebook]
            run = self._run_of(source, solved_cells(source))
            late = any(end.outcome is Outcome.TIMEOUT for end in run.ends)
            self._right[notebook] = {end.name: end for end in run.ends}
            self._right_seconds[notebook] = 0.0 if late else run.spent.used_seconds
        return self._right[notebook]

    def _seconds_of_right(self, notebook: str) -> float:
        """Return the processor time that a notebook takes in all with the source's solution."""
        self._right_ends(notebook)
        return self._right_seconds[notebook]


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
