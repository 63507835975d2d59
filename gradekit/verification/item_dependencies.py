"""Tells which functions an item needs, found by leaving out one function after another."""

from collections.abc import Mapping, Sequence

from gradekit.model import Report
from gradekit.verification.answers import Answer, Kind

Needs = dict[str, tuple[str, ...]]


def lost(report: Report) -> tuple[str, ...]:
    """Return the automatic items that a report does not give all points for."""
    return tuple(i.name for i in report.automatic_items if report.score(i) != i.points)


def find_needs(answers: Sequence[Answer], reports: Mapping[str, Report]) -> Needs:
    """Return for each function or class with a region the items that lose points without it."""
    unsolved = [answer for answer in answers if answer.kind is Kind.UNSOLVED]
    return {answer.owner: lost(reports[answer.name]) for answer in unsolved}
