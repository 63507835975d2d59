"""The bench of the reference: it is asked what a hand-in is asked, and each question once."""

import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from gradekit.grading.bench import Arguments, Bench, Clock, Values, question_key
from gradekit.grading.pool import WorkerPool
from gradekit.grading.reference_answers import ReferenceAnswers
from gradekit.grading.slips import Mistaken
from gradekit.report import CheckOutcome, GraderError


class ReferenceBench(Bench):
    """The bench of the reference: its faults are the grader's, its `answers` are kept.

    `seconds` is the time that it has taken for new answers in all; `slips` gives the mistaken
    references of some functions.
    """

    def __init__(
        self,
        pool: WorkerPool,
        snapshot: Path,
        probes: str,
        answers: ReferenceAnswers | None = None,
    ) -> None:
        super().__init__(pool, snapshot, probes, Clock(call_seconds=120.0, total_seconds=3600.0))
        self.answers = answers or ReferenceAnswers()
        self.seconds = 0.0
        self.slips: Callable[[Sequence[str]], Iterable[Mistaken]] = lambda _: ()

    def ask_many(self, probe: str, calls: Sequence[Arguments]) -> list[Values]:
        """Return the reference's arrays; raise GraderError where it has none."""
        started = time.monotonic()
        try:
            key = question_key(probe, calls)
            kept = self.answers.get(key, lambda: super(ReferenceBench, self).ask_many(probe, calls))
        except CheckOutcome as error:
            raise GraderError(
                f"the reference fails in probe {probe}: {error} [{self.staff_message}]"
            ) from error
        finally:
            self.seconds += time.monotonic() - started
        return [{name: array.copy() for name, array in values.items()} for values in kept]
