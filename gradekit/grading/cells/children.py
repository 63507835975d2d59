"""The children that a notebook's cells run in, one after another: a cell may end one of them.

What was found before is found, and the time that it took is gone.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from gradekit.assignment.code_cells.cells import SourceCell
from gradekit.grading.cells.granted import Granted
from gradekit.grading.cells.running.cell_end import CellEnd
from gradekit.grading.cells.trusted import CellLimits, CellStopped, in_trusted_child
from gradekit.grading.own_time import LEAST_LEFT_SECONDS
from gradekit.sandbox.guard import Exceeded
from gradekit.workers.deadlines.clock import Clock
from gradekit.workers.deadlines.last_resort import MOST_STOPPED, RESTART_SECONDS, Stopped
from gradekit.workers.deadlines.thread_limit import FAR_SECONDS, ThreadTimeUp

_Found = TypeVar("_Found")


class CellChildren:
    """The children of one notebook, which has the time of a `clock`.

    All that they take themselves is taken from it, too. `granted` has the seconds that some of
    staff's cells are allowed; all have as many as one question. Those that do not run are in
    `left_out`, as they have ended a child or had no time.
    """

    def __init__(self, folder: Path, landlock_version: int, clock: Clock, granted: Granted) -> None:
        self._folder, self._landlock_version = folder, landlock_version
        self._clock, self._allowed, self._charged = clock, granted.allowed, 0.0
        self.left_out = {label: Stopped(label, for_reference=False) for label in granted.left_out}
        self._found: dict[tuple[int, str], CellEnd] = {}

    def run(self, work: Callable[[CellLimits], _Found], kind: type[_Found]) -> _Found:
        """Do it in a child, and again in another one without the cell that has ended it.

        One that a child has died of is tried again once: it may have been the machine.
        """

        def begun(limits: CellLimits) -> _Found:
            limits.log.begin(self._clock)
            self._clock.noted = limits.log.note_clock
            try:
                return work(limits)
            finally:
                self._charge()

        died = ""
        while True:
            try:
                return in_trusted_child(self._folder, self._landlock_version, begun, kind)
            except CellStopped as error:
                if len(self.left_out) >= MOST_STOPPED:
                    raise Exceeded(error.stopped.check) from error
                self._take(error, died)
                died = error.stopped.check

    def _take(self, error: CellStopped, died: str) -> None:
        """Take what was found by then, and the time that was taken."""
        stopped, ended = error.stopped, error.ended(tuple[int, CellEnd])
        ended.set(self._clock)
        for turn, end in ended.ends:
            self._found.setdefault((turn, end.name), end)
        if not stopped.died:
            self._clock.spend(self._most_seconds(stopped.check) + FAR_SECONDS)
            self._clock.hung += 1
        if not stopped.died or died == stopped.check:
            self.left_out[stopped.check] = stopped
        self._clock.spend(RESTART_SECONDS)

    def keep(self, limits: CellLimits, turn: int, end: CellEnd) -> CellEnd:
        """Return how a test has ended in one of several turns: as it did before, if it has."""
        found = self._found.get((turn, end.name), end)
        limits.log.add((turn, found))
        return found

    @contextmanager
    def limited(self, limits: CellLimits, label: str) -> Iterator[None]:
        """Interrupt one of staff's cells that takes too long; then its time is the hand-in's.

        What its questions take meanwhile leaves less for the cell itself.
        """
        try:
            with limits.within(label, lambda: self._most_seconds(label)):
                yield
        except ThreadTimeUp:
            self._clock.hung += 1
            raise
        finally:
            self._charge()

    def _charge(self) -> None:
        """Take what this process has taken from the hand-in's time."""
        taken = time.process_time()
        self._clock.spend(taken - self._charged)
        self._charged = taken

    def _most_seconds(self, label: str) -> float:
        """Return how long one of staff's cells may take itself: no longer than what is left."""
        left = max(LEAST_LEFT_SECONDS, self._clock.total_seconds - self._clock.used_seconds)
        return max(self._allowed.get(label, 0.0), min(self._clock.least_seconds, left))


def label_of(cell: SourceCell) -> str:
    """Return what names a cell for people."""
    return f"cell {cell.number} ({cell.name})"
