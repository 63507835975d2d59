"""Asks an object that is compared about others, too: does its class compare anything?

A class that is equal to all passes `v + w == Vector(4, 6)`. `Vector(5, 6)`, made as the other one
is, tells: it looks no different from what the test compares with, but for what it holds. Whoever
gives the same for what is right and for that has compared nothing.

A class that knows that it is asked about several may count, or guess which one is right. So in
further runs the test itself makes one of the two otherwise, or does otherwise what it did last
before, and nothing else is different: there the class has to find what the solution's finds.
"""

import random
import string
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

from gradekit.errors import CheckOutcome
from gradekit.workers.remote.in_test.answers.repeated import question_of
from gradekit.workers.remote.in_test.answers.taken_answers import TakenAnswers
from gradekit.workers.remote.in_test.answers.wrong_answers import Wrong
from gradekit.workers.remote.in_test.mirrors.objects import RemoteClass, place_of

MOST_OTHERS, MOST_DRAWN, MOST_SEEN = 6, 8, 50
TIMES_ASKED = 3  # who guesses has to guess the same each time
FOREIGN = (7919, "~")  # nothing of a student's class is equal to these
# Compares two things by the operator that a test asks for.
Compare = Callable[[Any, Any], Any]
MakePair = Callable[[], tuple[Any, Any]]
GivenToCall = tuple[tuple[Any, ...], Mapping[str, Any]]
# Where the number of a test's call is, a seed, and how many are drawn till one is new.
MADE = "made by a call"
# What a comparison gives, first of what the test compares, then of others.
OthersAnswers = list[bool | None]
_WITH_OTHERS = (Wrong.COMPARED, Wrong.MADE_OTHERWISE)
_EQUALITIES = ("__eq__", "__ne__")
_SECRET = random.SystemRandom()


@dataclass(frozen=True)
class Made:
    """How an object was made: by which maker, of what, and by which of the test's calls; by 0 if
    it cannot be made of anything else there.

    It is `held`, and its maker, so that both are there to be asked once more.
    """

    maker: int
    name: str
    given: tuple[Any, ...]
    named: Mapping[str, Any]
    call: int
    held: tuple[object, object]

    @property
    def call_again(self) -> tuple[int, tuple[Any, ...], Mapping[str, Any]]:
        """What makes another one."""
        return self.maker, self.given, self.named


class OthersCompared:
    """Compares others at the places of a test, or has it make one otherwise, as `answers` says.

    `call` makes an object once more.
    """

    def __init__(self, call: Callable[..., Any], answers: TakenAnswers) -> None:
        self._call, self._answers = call, answers
        self._given = set[Hashable]()
        self._seen: dict[str, list[GivenToCall]] = {}
        self.clear()

    def clear(self) -> None:
        """Forget how objects were made."""
        self._made: dict[int, Made] = {}
        self._calls = self._last_maker = self._last_given = 0
        self._makes_others = False
        self.found: dict[str, OthersAnswers] = {}
        self.makers: dict[str, int] = {}

    def given(
        self, target: object, given: tuple[Any, ...], named: Mapping[str, Any]
    ) -> GivenToCall:
        """Return what the test's next call, of `target`, is given: other values if that is at its
        place.
        """
        if self._makes_others:
            return given, named
        self._calls += 1
        if any(map(_is_plain, (*given, *named.values()))):
            self._last_given = self._calls
        wrong = self._answers.wrong
        number, seed, most = wrong.places.get(MADE, (0, 0, 1)) if wrong else (0, 0, 1)
        if number != self._calls:
            if self._how_wrong is Wrong.MADE_OTHERWISE:
                self._given.add(question_of(given, named))
            return given, named
        for turn in range(seed, seed + most):  # one that was made before would be known again
            changed = self._otherwise(random.Random(turn), target, given, named)
            if question_of(*changed) not in self._given:
                break
        self._answers.facts.drawn = turn
        return changed

    def _otherwise(
        self,
        choice: random.Random,
        target: object,
        given: tuple[Any, ...],
        named: Mapping[str, Any],
    ) -> GivenToCall:
        seen = [] if given or named else self._seen.get(_name(target), [])
        if seen:
            return choice.choice(seen)
        smaller = choice.random() < 0.5  # all of them, so that what is ordered by them turns round
        changed = tuple(_otherwise(one, choice, smaller) for one in given)
        return changed, {name: _otherwise(one, choice, smaller) for name, one in named.items()}

    def note_made(
        self, maker: object, given: tuple[Any, ...], named: Mapping[str, Any], made: object
    ) -> None:
        """Note that an object was made by a student's function or class: of plain values, or of
        none.
        """
        place, by = place_of(made), place_of(maker)
        if not (place and by and self._how_wrong in _WITH_OTHERS) or self._makes_others:
            return
        seen = self._seen.setdefault(_name(maker), [])
        if any(map(_is_plain, (*given, *named.values()))):
            seen[MOST_SEEN:] = []
            seen.insert(0, (given, named))
        elif given or named:
            return
        if type(type(made)) is RemoteClass and self._how_wrong is Wrong.COMPARED:
            held, call = (made, maker), self._calls if seen else 0
            how = Made(by.number, _name(maker), given, named, call, held)
            self._made[place.number] = how
            self._last_maker = call or self._last_maker

    def taken(self) -> tuple[dict[str, OthersAnswers], dict[str, int]]:
        """Return what was given at each place since the last time, first what the test asks for,
        and which of its calls made one of the two; with it, which one was the last before.
        """
        found = self.found, self.makers
        self.clear()
        return found

    @property
    def _how_wrong(self) -> Wrong | None:
        return self._answers.wrong.how if self._answers.wrong else None

    def compared(self, place: str, value: Any, other: Any, compare: Compare) -> Any:
        """Return what a comparison gives at a place; note it where others are compared, too."""
        if self._how_wrong is Wrong.COMPARED:
            return self._compare(place, value, other, compare)
        found = compare(value, other)
        if self._how_wrong is Wrong.MADE_OTHERWISE:
            self.found.setdefault(place, [_said(place, found)])
        return found

    def _compare(self, place: str, value: Any, other: Any, compare: Compare) -> Any:
        """Return what a comparison gives at a place, among others in an order nobody knows."""
        if place in self.found:
            return compare(value, other)
        self.found[place] = []
        last = self._last_maker or self._last_given
        maker = self._maker(other) or self._maker(value) or last
        if maker:
            self.makers[place] = maker
        if last != maker:  # of several, as in a list, the first may tell nothing
            self.makers[f"{place}, at last"] = last
        made = [*(TIMES_ASKED * [_pair(value, other)]), *self._others(place, value, other)]
        pairs = self._pairs(place, made)
        answers: dict[int, Any] = {}
        for one in _SECRET.sample([*pairs], len(pairs)):
            try:
                answers[one] = compare(*pairs[one])
            except CheckOutcome:
                raise
            except Exception:
                if one == 0:
                    raise
        said = {n: _said(place, answers.get(n), beside=one) for n, (_, one) in pairs.items()}
        # What is not tried tells nothing: as if it were the same.
        self.found[place] = [said.get(number, said[0]) for number in range(len(made))]
        return answers[0]

    def _pairs(self, place: str, made: Sequence[MakePair]) -> Mapping[int, tuple[Any, Any]]:
        """Return what is compared, by numbers; of others only those that are to be, if any are."""
        wrong = self._answers.wrong
        wanted = wrong.places.get(place) if wrong else None
        self._makes_others = True
        try:
            return {
                number: make()
                for number, make in enumerate(made)
                if wanted is None or number < TIMES_ASKED or number in wanted
            }
        finally:
            self._makes_others = False

    def _others(self, place: str, value: Any, other: Any) -> list[MakePair]:
        """Return what makes others: the other way, with one made otherwise, or alike."""
        if place_of(other) is None:
            return [_pair(value, one) for one in islice(_changed(other), MOST_OTHERS)]
        mine, others = self._how(value), self._how(other)
        turned = _pair(other, value)
        how = others if others and (others.call or not mine) else mine
        if how is None or not (how.call or place.startswith(_EQUALITIES)):
            return [turned, *(_pair(value, one) for one in FOREIGN)]
        alike = partial(self._again, *(mine or how).call_again)
        found = [
            partial(_made_pair, *((value, make) if how is others else (make, other)))
            for make in self._makers_otherwise(how)
        ]
        return [turned, *found, partial(_made_pair, *((value, alike) if mine else (alike, other)))]

    def _how(self, value: Any) -> Made | None:
        place = place_of(value)
        return self._made.get(place.number) if place is not None else None

    def _maker(self, value: Any) -> int:
        found = self._how(value)
        return found.call if found else 0

    def _makers_otherwise(self, how: Made) -> Iterator[partial[Any]]:
        """Yield what makes an object as another one, but for what it holds."""
        given = islice(self._given_otherwise(how), MOST_OTHERS)
        for one in given:
            yield partial(self._again, how.maker, *one)
        if not how.call:
            yield partial(self._holding_otherwise, how)

    def _given_otherwise(self, how: Made) -> Iterator[GivenToCall]:
        given, named = how.given, how.named
        if not given and not named:
            yield from self._seen[how.name]
        for number, one in enumerate(given):
            for other in _changed(one):
                yield (*given[:number], other, *given[number + 1 :]), named
        for name, one in named.items():
            for other in _changed(one):
                yield given, {**named, name: other}

    def _holding_otherwise(self, how: Made) -> Any:
        """Return an object made alike, with other data; None where nobody knows where these are."""
        made = self._again(*how.call_again)
        place = place_of(made)
        try:
            self._call("hold_otherwise", place.number if place else 0, "")
        except CheckOutcome:
            raise
        except Exception:
            return None
        return made

    def _again(self, target: int, given: tuple[Any, ...], named: Mapping[str, Any]) -> Any:
        try:
            return self._call("call", target, "", *given, named=named)
        except CheckOutcome:
            raise
        except Exception:  # it cannot be made so
            return None


def compares_nothing(own: Mapping[str, OthersAnswers], right: Mapping[str, OthersAnswers]) -> bool:
    """Whether a class gives the same for all, at a place where the solution's gives both, or not
    the same for the same two.
    """
    for place, wanted in right.items():
        found = own.get(place, [])
        if len(found) != len(wanted) or not found:
            continue
        same = range(min(TIMES_ASKED, len(wanted)))
        if any(wanted[n] is wanted[0] and found[n] is not found[0] for n in same):
            return True
        told = told_apart(wanted)
        if told and all(found[n] is found[0] for n in told):
            return True
    return False


def told_apart(wanted: OthersAnswers) -> list[int]:
    """Return which of the others a class tells from what a test compares, by their numbers."""
    if wanted[0] is None:
        return []
    return [n for n, one in enumerate(wanted) if one is not None and one is not wanted[0]]


def _said(place: str, answer: Any, *, beside: object = None) -> bool | None:
    """Return what a comparison says at a place: what no class knows is not equal."""
    if type(answer) is bool:
        return answer
    is_unequal = answer is NotImplemented or any(beside is one for one in FOREIGN)
    return place.startswith("__ne__") if is_unequal and place.startswith(_EQUALITIES) else None


def _pair(value: Any, other: Any) -> MakePair:
    return lambda: (value, other)


def _made_pair(value: Any, other: Any) -> tuple[Any, Any]:
    """Return two things, of which one is made here."""
    return (value(), other) if type(value) is partial else (value, other())


def _name(maker: object) -> str:
    return str(getattr(maker, "__name__", ""))


def _is_plain(value: Any) -> bool:
    return type(value) in (int, float, str, list, tuple)


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


def _otherwise(value: Any, choice: random.Random, smaller: bool) -> Any:
    """Return a value that the test might as well have: of the same kind and sign, not far off."""
    kind = type(value)
    if kind is int:
        size = abs(value)
        bounds = (1, size // 2) if smaller and size > 1 else (size + 1, 3 * size + 2)
        return (-1 if value < 0 else 1) * choice.randint(*bounds)
    if kind is float:
        return value * choice.choice((0.25, 0.5) if smaller else (1.5, 2.5)) or 1.0
    if kind is str and value:
        at = choice.randrange(len(value))
        letters = string.ascii_uppercase if value[at].isupper() else string.ascii_lowercase
        other = choice.choice(letters.replace(value[at], ""))
        return value[:at] + other + value[at + 1 :]
    if kind in (list, tuple):
        return kind(_otherwise(one, choice, smaller) for one in value)
    return value
