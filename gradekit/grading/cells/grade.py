"""Grades the test cells of a submission: one result for each, with a message that tells nothing
hidden.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from types import MappingProxyType
from typing import Any

import msgspec

from gradekit.assignment.code_cells.cells import CellKind
from gradekit.checks.carry_forward import Rules
from gradekit.grading.cells.children import label_of
from gradekit.grading.cells.compared_objects import held_with_others, students_comparisons
from gradekit.grading.cells.follow import carried, with_right
from gradekit.grading.cells.held_ends import (
    for_comparisons,
    for_further_runs,
    if_something,
    least,
    why_not_again,
)
from gradekit.grading.cells.hints import CellHints, KnownMistakes
from gradekit.grading.cells.messages import HIDDEN, MOST_MESSAGE, how_to_declare, message_of
from gradekit.grading.cells.notebook_run import (
    NotebookRunner,
    Run,
    SourceCells,
    SubmittedNotebook,
)
from gradekit.grading.cells.points import NO_GRADE, passed_result
from gradekit.grading.cells.running.cell_end import CellEnd
from gradekit.grading.cells.running.source_facts import facts_of, without_hidden_tests
from gradekit.grading.cells.solution_ends import SolutionEnds
from gradekit.grading.cells.wrong_answers import held_with_wrong_answers
from gradekit.grading.deciding_cells import cell_checks
from gradekit.grading.item_checks import Attempt
from gradekit.grading.own_time import OWN_TIMES
from gradekit.model import Item, Outcome, Result
from gradekit.text import one_line
from gradekit.workers.deadlines.clock import Clock
from gradekit.workers.remote.in_test.answers.taken_answers import KEEPS_EARLIER

SHORT = "Some of its arrays are of 32-bit floats (float32), which round more than 64-bit ones"


class CellGrader:
    """Grades the test cells of an assignment's notebooks.

    `notebooks` are the source's code cells by notebook; `items` those that their tests decide on.
    `mistakes` are told by name. The solution has the time of a `solution_clock`.
    """

    def __init__(
        self,
        runner: NotebookRunner,
        notebooks: Mapping[str, SourceCells],
        items: Sequence[Item],
        mistakes: KnownMistakes | None = None,
        *,
        rules: Mapping[str, Rules] = MappingProxyType({}),
        solution_clock: Callable[[], Clock] = Clock,
    ) -> None:
        self._runner, self._notebooks, self._items = runner, notebooks, items
        self._rules = rules
        self._solution = SolutionEnds(runner, notebooks, solution_clock)
        for cells in notebooks.values():  # here, for all children
            facts_of(tuple(cells))
            facts_of(without_hidden_tests(cells))
        with_cells = self._solution.with_cells
        self._hints = CellHints(notebooks, mistakes, with_cells) if mistakes else None

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
        seconds, before = sum(map(self._solution.seconds, lacking)), clock.used_seconds
        clock.total_seconds = max(clock.total_seconds, round(OWN_TIMES * seconds, 1))
        first = [self._first_run(name, attempt, clock) for name in lacking]
        with for_further_runs(clock, seconds):
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
        before = clock.used_seconds + clock.slept_seconds
        # What did not end when checks asked for names is not waited for once more.
        granted = replace(
            self._solution.granted(notebook.name), endless=attempt.client.notebooks.endless(name)
        )
        run = self._runner.run(self._notebooks[name], notebook, granted)
        took = clock.used_seconds + clock.slept_seconds - before
        return replace(notebook, seconds=took), run

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
            run = self._runner.run(source, right, self._solution.granted(name), twice=False)
            run = self._held_against_the_source(right, run)
            return {end.name: end for end in run.ends}

        def result(item: Item, parts: tuple[str, ...]) -> Result | None:
            end = ends_with(frozenset(parts)).get(item.cell)
            if end is None or end.outcome is not Outcome.PASS:
                return None
            return self._passed(name, item, end, cell_checks([item])[0])

        return result

    def _held_against_the_source(self, notebook: SubmittedNotebook, run: Run) -> Run:
        """Return how tests end whose answers are held against those of the source's own solution.

        Where calls have changed what they were given, or earlier answers, and those of the solution
        do not, the tests run once more with all of that as it was.
        """
        name, solved = notebook.name, self._solution.of(notebook.name)
        texts = {cell.name: cell.python for cell in self._notebooks[name]}
        rights = {
            end.name: solved[end.name]
            for end in run.ends
            if end.outcome is Outcome.PASS and end.facts.may_be_nothing(texts[end.name])
        }
        rights = {cell: end for cell, end in rights.items() if end.outcome is Outcome.PASS}
        again = self._again(notebook, run)
        ends = self._without_changes_besides(name, run.ends, again)
        ends = [if_something(end, rights.get(end.name)) for end in ends]
        with_wrong = lambda wrong: again(wrong=wrong, only=rights)  # noqa: E731
        ends = held_with_wrong_answers(
            ends, rights, with_wrong, partial(self._solution.with_wrong, name)
        )
        compared = partial(self._solution.compared, name)
        comparing = {one.name for one in (*ends, *solved.values()) if students_comparisons(one)}
        with for_comparisons(notebook.clock, notebook.seconds) as is_slow:
            only = lambda wrong: again(wrong=wrong, only=comparing)  # noqa: E731
            held = held_with_others(ends, only, compared, is_slow=is_slow)
        return msgspec.structs.replace(run, ends=held)

    def _without_changes_besides(
        self, notebook: str, ends: Sequence[CellEnd], again: Callable[..., Sequence[CellEnd]]
    ) -> Sequence[CellEnd]:
        """Return how tests end where no call changes what the solution's leave as it is.

        What a test has given, and was changed, later tests may read: none of them earns more by it
        than without, however that one ended.
        """
        solved = self._solution.of(notebook)
        right = {name: end.facts for name, end in solved.items() if end.outcome is Outcome.PASS}
        changed = {
            end.name
            for end in ends
            if end.name in right and end.facts.changed_besides(right[end.name])
        }
        if not changed:
            return ends
        wanted = self._solution.granted(notebook).changes_only_of
        only = {name: {*facts.changed, KEEPS_EARLIER} for name, facts in right.items()}
        others = again(changes_only_of={**wanted, **only})
        first = next(n for n, end in enumerate(ends) if end.name in changed)
        pairs = zip(ends[first:], others[first:], strict=True)
        passing = [
            least(end, other) if end.outcome is Outcome.PASS else end for end, other in pairs
        ]
        return [*ends[:first], *passing]

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
                self._solution.granted(notebook.name),
                left_out=left_out,
                endless=run.endless,
                **granted,
            )
            return self._runner.run(source, notebook, also, twice=False).ends

        return again

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
        if end.outcome is Outcome.ERROR or not self._solution.says_enough(notebook, end.name):
            cells = [cell for cell in self._notebooks[notebook] if cell.kind is CellKind.SOLUTION]
            staff = f"{staff}{how_to_declare(end.text, [cell.python for cell in cells])}"
            made = replace(made, message=NO_GRADE, staff_message=staff, trace=end.trace)
            # Without points there is nothing to lose, and nothing that a person could decide.
            return made if item.points else replace(made, outcome=Outcome.FAIL)
        message = message_of(end, seen)
        hint = self._hints.hint(notebook, end) if self._hints and end.outcome in HIDDEN else ""
        right = self._solution.of(notebook)[end.name]
        if not hint and end.outcome is Outcome.FAIL and end.facts.is_shorter_than(right.facts):
            hint = SHORT
        if hint:
            message = f"{one_line(message, MOST_MESSAGE - len(hint))}. {hint}"
        return replace(made, outcome=end.outcome, message=message, staff_message=staff)

    def _passed(self, notebook: str, item: Item, end: CellEnd, made: Result) -> Result:
        right = self._solution.of(notebook)[end.name] if end.has_value else end
        # What a solution that does not get there would give, nobody knows: a number is points.
        of_right = right.points if right.outcome is Outcome.PASS else end.points and item.points
        return passed_result(made, item, end.points, of_right)
