"""Asks an object that is compared about others, too: does its class compare anything?

A class that is equal to all passes `v + w == Vector(4, 6)`. `Vector(5, 6)`, made as the other one
is, tells: it looks no different from what the test compares with, but for what it holds. Whoever
gives the same for what is right and for that has compared nothing.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from gradekit.errors import CheckOutcome
from gradekit.workers.remote.in_test.mirrors import RemoteClass, place_of

MOST_OTHERS = 6
# Compares two things by the operator that a test asks for.
Compare = Callable[[Any, Any], Any]
Made = tuple[int, tuple[Any, ...], Mapping[str, Any]]
# What a comparison gives, first of what the test compares, then of others.
OthersAnswers = list[bool | None]
_SECRET = random.SystemRandom()


class OthersCompared:
    """Compares others at the places of a test; `call` makes an object once more."""

    def __init__(self, call: Callable[..., Any]) -> None:
        self._call = call
        self.clear()

    def clear(self) -> None:
        """Forget how objects were made."""
        self._made: dict[int, tuple[Made, Any]] = {}
        self.found: dict[str, OthersAnswers] = {}

    def note_made(
        self, target: int, given: tuple[Any, ...], named: Mapping[str, Any], made: object
    ) -> None:
        """Note that an object was made by a call of what has a number."""
        place = place_of(made)
        if place is not None and type(type(made)) is RemoteClass:
            self._made[place.number] = (target, given, named), made

    def taken(self) -> dict[str, OthersAnswers]:
        """Return what was given at each place since the last time: first what the test asks for."""
        found, self.found = self.found, {}
        self._made.clear()
        return found

    def compare(self, place: str, value: Any, other: Any, compare: Compare) -> Any:
        """Return what a comparison gives at a place, among others in an order nobody knows."""
        if place in self.found:
            return compare(value, other)
        self.found[place] = []
        pairs = [(value, other), *list(self._others(value, other))[:MOST_OTHERS]]
        order = list(range(len(pairs)))
        _SECRET.shuffle(order)
        answers: dict[int, Any] = {}
        for one in order:
            try:
                answers[one] = compare(*pairs[one])
            except CheckOutcome:
                raise
            except Exception:
                if one == 0:
                    raise
        told = (answers.get(one) for one in range(len(pairs)))
        self.found[place] = [one if type(one) is bool else None for one in told]
        return answers[0]

    def _others(self, value: Any, other: Any) -> Iterator[tuple[Any, Any]]:
        """Yield what is compared besides: the other way, with one made otherwise, or alike."""
        if place_of(other) is None:
            yield from ((value, one) for one in _changed(other))
            return
        yield other, value
        mine, others = self._how(value), self._how(other)
        if others is not None:
            yield from ((value, one) for one in self._made_otherwise(others))
            twin = self._again(*(mine or others))
            yield (value, twin) if mine else (twin, other)
        elif mine is not None:
            yield from ((one, other) for one in self._made_otherwise(mine))
            yield value, self._again(*mine)

    def _how(self, value: Any) -> Made | None:
        place = place_of(value)
        found = self._made.get(place.number) if place is not None else None
        return found[0] if found else None

    def _made_otherwise(self, how: Made) -> Iterator[Any]:
        target, given, named = how
        for number, one in enumerate(given):
            for other in _changed(one):
                yield self._again(target, (*given[:number], other, *given[number + 1 :]), named)
        for name, one in named.items():
            for other in _changed(one):
                yield self._again(target, given, {**named, name: other})

    def _again(self, target: int, given: tuple[Any, ...], named: Mapping[str, Any]) -> Any:
        try:
            return self._call("call", target, "", *given, named=named)
        except CheckOutcome:
            raise
        except Exception:  # it cannot be made so
            return None


def compares_nothing(own: Mapping[str, OthersAnswers], right: Mapping[str, OthersAnswers]) -> bool:
    """Whether a class gives the same for all, at a place where the solution's gives both."""
    for place, wanted in right.items():
        found = own.get(place, [])
        if len(found) != len(wanted) or not found:
            continue
        told = [n for n, one in enumerate(wanted) if one is not None and one is not wanted[0]]
        if wanted[0] is not None and told and all(found[n] is found[0] for n in told):
            return True
    return False


def _changed(value: Any) -> Iterator[Any]:
    """Yield other values of the same kind."""
    kind = type(value)
    if kind in (int, float):
        yield from (value + 1, value - 1)
    elif kind is str:
        yield from (f"{value}x", value[:-1])
    elif kind in (list, tuple):
        yield kind(value[:-1]) if value else kind([1])
        for number, one in enumerate(value[:2]):
            for other in _changed(one):
                yield kind([*value[:number], other, *value[number + 1 :]])
