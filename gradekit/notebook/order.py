"""Finds which cells of a notebook stand elsewhere than in the release."""

from bisect import bisect_left
from collections.abc import Sequence


def out_of_order(names: Sequence[str], released: Sequence[str]) -> list[str]:
    """Return the fewest names that must move so that all stand in the release's order.

    `names` has each name once, and all of them are among those `released`.
    """
    place = {name: number for number, name in enumerate(released)}
    staying = _longest_rising([place[name] for name in names])
    return [name for name in names if place[name] not in staying]


def _longest_rising(numbers: Sequence[int]) -> set[int]:
    """Return a longest rising part of some different numbers, by patience sorting."""
    tops: list[int] = []
    before: dict[int, int | None] = {}
    for number in numbers:
        pile = bisect_left(tops, number)
        before[number] = tops[pile - 1] if pile else None
        tops[pile : pile + 1] = [number]
    found: set[int] = set()
    number_or_none = tops[-1] if tops else None
    while number_or_none is not None:
        found.add(number_or_none)
        number_or_none = before[number_or_none]
    return found
