"""Names the mistake behind a test that fails: what it gave is what a known mistake gives there.

The source's own notebook runs with the mistake in it, beside no hand-in's code, and what came is
compared with what came of the hand-in: how its code is written does not matter.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from gradekit.assignment.code_cells.cells import SourceCell
from gradekit.assignment.code_cells.remote_names import cells_needed
from gradekit.assignment.code_cells.steps import StudentCell, solved_cells
from gradekit.errors import GradekitError
from gradekit.files import hash_texts
from gradekit.grading.cells.running.cell_end import CellEnd
from gradekit.grading.reference.answers_cache import ReferenceAnswers
from gradekit.model import Outcome
from gradekit.sandbox.guard import Exceeded
from gradekit.solution.cell_solutions import AnswerCell
from gradekit.solution.mistakes import KnownMistake

# Runs a source with other cells in the student's place; returns how its tests ended.
RunMistaken = Callable[[Sequence[SourceCell], Sequence[StudentCell]], Sequence[CellEnd]]

_JSON = "json"
# What ends so is not written: no mistake in it is looked for.
_NOT_WRITTEN = frozenset(["NotImplementedError", "NameError"])


@dataclass(frozen=True)
class KnownMistakes:
    """The mistakes in cells that are told by name; what comes of them is kept in `answers`.

    `key` is the hash of all that it depends on but the notebooks.
    """

    mistakes: tuple[KnownMistake, ...]
    answers: ReferenceAnswers
    key: str


class CellHints:
    """Looks for known mistakes; each runs when it is first needed."""

    def __init__(
        self, notebooks: Mapping[str, Sequence[SourceCell]], known: KnownMistakes, run: RunMistaken
    ) -> None:
        self._notebooks, self._known, self._run = notebooks, known, run

    def hint(self, notebook: str, end: CellEnd) -> str:
        """Return what to look at where a test failed as it does with a known mistake; else ""."""
        if not end.gave or end.type_name in _NOT_WRITTEN:
            return ""
        source = cells_needed(self._notebooks[notebook], end.name)
        owners = {AnswerCell(notebook, cell).owner: cell.number for cell in source}
        for mistake in self._known.mistakes:
            if mistake.owner in owners:
                other = self._end(source, owners[mistake.owner], mistake)
                if other and _facts(other) == _facts(end):
                    return mistake.hint
        return ""

    def _end(
        self, source: Sequence[SourceCell], number: int, mistake: KnownMistake
    ) -> CellEnd | None:
        """Return how a source's last cell ends, a test, with a mistake in the cell of a number."""

        def compute() -> list[dict[str, np.ndarray]]:
            cells = [
                msgspec.structs.replace(cell, python=mistake.text)
                if cell.number == number
                else cell
                for cell in solved_cells(source)
            ]
            try:
                ends = list(self._run(source, cells))[-1:]
            except (GradekitError, Exceeded):  # it costs nobody anything
                ends = []
            return [{_JSON: np.frombuffer(msgspec.json.encode(ends), np.uint8)}]

        key = hash_texts(self._known.key, repr(source), str(number), mistake.text)
        kept = self._known.answers.get(key, compute)[0][_JSON].tobytes()
        ends = msgspec.json.decode(kept, type=list[CellEnd])
        return ends[0] if ends else None


def _facts(end: CellEnd) -> tuple[Outcome, int, str]:
    return end.outcome, end.line, end.gave
