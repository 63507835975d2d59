"""What became of one hand-in of a class, as a progress bar and a closing table count it."""

from dataclasses import dataclass

from gradekit.report import Outcome, Report, worst


@dataclass(frozen=True)
class Done:
    """That one hand-in is done with.

    `word` is "graded", "kept", "not taken", "not graded" or "not recorded"; `outcome` is that of
    its gravest check, ERROR where there is no grade, None where no check was asked. `points` are
    those that checks decided, `most` is how many these could have been.
    """

    student: str
    word: str
    outcome: Outcome | None = None
    points: float = 0.0
    most: float = 0.0


def done(word: str, report: Report) -> Done:
    """Return that a hand-in with a report is done with."""
    items = report.automatic_items
    points = sum(report.score(item) or 0.0 for item in items)
    most = sum(item.points for item in items)
    return Done(report.student, word, gravest(report), points, most)


def gravest(report: Report) -> Outcome:
    """Return the gravest outcome of a hand-in's checks; an item without any is ERROR."""
    return worst((Outcome.PASS, *(report.outcome(item.name) for item in report.automatic_items)))
