"""Tells which functions an item needs, found by leaving out one function after another."""

from collections.abc import Mapping, Sequence

from gradekit.report import Report
from gradekit.verifying.answers import Answer, Kind

Needs = dict[str, tuple[str, ...]]


def lost(report: Report) -> tuple[str, ...]:
    """Return the automatic items that a report does not give all points for."""
    return tuple(i.name for i in report.automatic_items if report.score(i) != i.points)


def find_needs(answers: Sequence[Answer], reports: Mapping[str, Report]) -> Needs:
    """Return for each function or class with a region the items that lose points without it."""
    unsolved = [answer for answer in answers if answer.kind is Kind.UNSOLVED]
    return {answer.owner: lost(reports[answer.name]) for answer in unsolved}


def own_items(needs: Needs) -> dict[str, str]:
    """Return the item that each function is asked for in: of those that need it, the one that
    needs the fewest."""
    count = {item: sum(item in items for items in needs.values()) for item in _items(needs)}
    return {owner: min(items, key=count.__getitem__) for owner, items in needs.items() if items}


def _items(needs: Needs) -> list[str]:
    return list(dict.fromkeys(item for items in needs.values() for item in items))
