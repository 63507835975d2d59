"""The result of one submission, for the progress bar and the closing table."""

from dataclasses import dataclass, replace

from gradekit.commands.failed_imports import import_fault, what_stopped
from gradekit.model import Item, Outcome, Report, Result, most_points, worst


@dataclass(frozen=True)
class SubmissionDone:
    """That one hand-in is done with.

    `word` is "graded", "kept", "not taken", "not graded" or "not recorded"; `outcome` is that of
    its gravest check, ERROR where there is no grade, None where no check was asked. `points` are
    those in the gradebook, with what a person gave, `most` is how many there are.
    """

    student: str
    word: str
    outcome: Outcome | None = None
    points: float = 0.0
    most: float = 0.0


def done(word: str, report: Report, points: float) -> SubmissionDone:
    """Return that a hand-in with a report is done with, which has some points by now."""
    most = most_points(report.items)
    outcome = gravest(report) if report.automatic_items else None
    return SubmissionDone(report.student, word, outcome, points, most)


def gravest(report: Report) -> Outcome:
    """Return the gravest outcome of a hand-in's checks; an item without any is ERROR."""
    return worst((Outcome.PASS, *(report.outcome(item.name) for item in report.automatic_items)))


class CompactReports:
    """Makes reports small, for a class of which all are kept in memory until its end.

    What is told of a class then is still there: how each check ended, and what is said of faults of
    the grader and of imports that failed. What hand-ins have in common is kept once.
    """

    def __init__(self) -> None:
        self._results: dict[Result, Result] = {}
        self._items: dict[tuple[Item, ...], tuple[Item, ...]] = {}

    def report(self, report: Report) -> Report:
        """Return a report without the texts of its checks, and without times."""
        fault = import_fault(report)
        results = tuple(self._shared(_brief(result, fault)) for result in report.results)
        items = self._items.setdefault(report.items, report.items)
        return replace(report, items=items, results=results)

    def _shared(self, result: Result) -> Result:
        return self._results.setdefault(result, result)


def _brief(result: Result, fault: str) -> Result:
    kept = result.outcome is Outcome.ERROR or (fault and what_stopped(result) == fault)
    said = result.staff_message if kept else ""
    return replace(result, message="", seconds=0.0, staff_message=said, key="")
