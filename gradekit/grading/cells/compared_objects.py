"""Holds comparisons of a student's own class against those of the solution's class."""

import random
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from gradekit.grading.cells.running.cell_end import CellEnd
from gradekit.grading.cells.wrong_answers import NOTICED_NOTHING, RunWrong
from gradekit.model import Outcome
from gradekit.workers.remote.in_test.answers.answer_facts import COMPARES_NOTHING
from gradekit.workers.remote.in_test.answers.others_compared import (
    MADE,
    MOST_DRAWN,
    compares_nothing,
    told_apart,
)
from gradekit.workers.remote.in_test.answers.wrong_answers import Wrong, WrongAt
from gradekit.workers.remote.in_test.asking import compared_by

COMPARED = WrongAt({}, Wrong.COMPARED)
# Of so many places of a test an object is made otherwise, each so often until it has told twice.
# Where a run of the notebook takes longer than that, no more often than it has to tell.
MOST_PLACES, MOST_TRIES, MOST_TOLD = 3, 6, 2
LONG_SECONDS = 1.0
# So often a class compares what is otherwise, and once more what the test has.
COMPARED_AGAIN, PLAIN_AGAIN = 3, 2
# A class whose objects take long compares so many others at each place.
FEW_OTHERS = 2
TOO_SLOW = (
    "not tried: it passes, but is so slow that there is no time to see what its class compares"
)
_SECRET = random.SystemRandom()


def students_comparisons(end: CellEnd) -> list[str]:
    """Return the operators by which a student's own class compares in a test, such as "=="."""
    return compared_by(end.facts.asked.keys() - end.facts.refused - end.facts.apart)


@dataclass(frozen=True)
class MadeOtherwise:
    """How an object is made otherwise, where it is compared, and how the solution's test ends."""

    wrong: WrongAt
    place: str
    outcome: Outcome


@dataclass(frozen=True)
class SolvedComparisons:
    """What the solution's objects give where tests compare them with others, too.

    `ends` are those of the tests. In each of the further runs one object of a test is made
    otherwise, and what is compared at that place gives another answer.
    """

    ends: Mapping[str, CellEnd]
    runs: Sequence[Mapping[str, "MadeOtherwise"]]


def compared_with_others(
    rights: Iterable[CellEnd], solved: RunWrong, seconds: float
) -> SolvedComparisons:
    """Return what the solution's objects give where tests compare them with others, too.

    Each run takes some `seconds` of processor time.
    """
    tries = MOST_TOLD if seconds > LONG_SECONDS else MOST_TRIES
    wanted = {end.name: COMPARED for end in rights if students_comparisons(end)}
    if not wanted:
        return SolvedComparisons({}, [])
    ends = {end.name: end for end in solved(wanted) if end.name in wanted}
    runs = list[Mapping[str, MadeOtherwise]]()
    for number in range(MOST_PLACES):
        places = {
            name: list(end.facts.makers.items())[number]
            for name, end in ends.items()
            if number < len(end.facts.makers)
        }
        often = Counter[str]()
        for _ in range(tries if places else 0):
            made = {name: _made_otherwise(call) for name, (_, call) in places.items()}
            found = {end.name: end for end in solved(made)}
            told = {
                name: MadeOtherwise(_just_so(made[name], found[name]), place, found[name].outcome)
                for name, (place, _) in places.items()
                if _is_told(ends[name], found[name], place)
            }
            runs += [told] if told else []
            often.update(list(told))
            places = {name: one for name, one in places.items() if often[name] < MOST_TOLD}
            if not places:
                break
    return SolvedComparisons(ends, runs)


def _is_told(before: CellEnd, now: CellEnd, place: str) -> bool:
    """Whether a comparison gives the opposite; if it is not asked for, as sets do, the test ends
    otherwise.
    """
    if place not in now.facts.compared:
        return before.outcome is Outcome.PASS and now.outcome is Outcome.FAIL
    answers = (*before.facts.compared[place][:1], *now.facts.compared[place])
    return set(answers) == {True, False}


def _made_otherwise(call: int) -> WrongAt:
    return WrongAt({MADE: (call, _SECRET.getrandbits(62), MOST_DRAWN)}, Wrong.MADE_OTHERWISE)


def _just_so(made: WrongAt, end: CellEnd) -> WrongAt:
    """Return what makes the object of what it was made in that run, whatever was made before."""
    call = next(iter(made.places[MADE]))
    return WrongAt({MADE: (call, end.facts.drawn, 1)}, Wrong.MADE_OTHERWISE)


def held_with_others(
    ends: Sequence[CellEnd],
    again: RunWrong,
    solved: Callable[[], SolvedComparisons],
    *,
    is_slow: bool = False,
) -> list[CellEnd]:
    """Return how tests end in which a student's own class compares: it must not agree with all.

    `again` runs the hand-in's cells, and `solved` tells what the solution's class gives. Who has
    plain values in the place of its objects must have them depend on what they are made of, too.
    Who `is_slow` is tried with fewer others, and as often as there is time, but once at least.
    """
    passed = [end for end in ends if end.outcome is Outcome.PASS]
    comparing = {end.name for end in passed if students_comparisons(end)}
    right = solved()
    trials = {n: _few_others(right.ends.get(n)) if is_slow else COMPARED for n in comparing}
    own = {end.name: end for end in (again(trials) if trials else ends)}
    held = _Held(own, right, again, trials, is_slow=is_slow)
    for run in right.runs:
        held.make_otherwise(
            {
                end.name: run[end.name]
                for end in passed
                if end.name in run and run[end.name].place not in end.facts.apart
            }
        )
    held.compare_again()
    failed = dict.fromkeys(held.agrees, (Outcome.FAIL, COMPARES_NOTHING))
    failed |= dict.fromkeys(held.untried, (Outcome.TIMEOUT, TOO_SLOW))
    of = {end.name: failed.get(end.name, (end.outcome, end.text)) for end in ends}
    return [replace(end, outcome=of[end.name][0], text=of[end.name][1]) for end in ends]


def _few_others(right: CellEnd | None) -> WrongAt:
    """Return how objects are compared with a few others, of those that the solution tells apart."""
    found = right.facts.compared if right else {}
    told = {place: told_apart(wanted) for place, wanted in found.items()}
    return WrongAt(
        {p: _SECRET.sample(of, min(len(of), FEW_OTHERS)) for p, of in told.items()}, Wrong.COMPARED
    )


class _Held:
    """Holds a hand-in's comparisons against the solution's, run by run, and against themselves.

    `own` are the ends of its tests, of which some have been run with `trials`. Who guesses, by a
    coin or by the clock, what gives points and what is a trial has to be right in each run.
    """

    def __init__(
        self,
        own: Mapping[str, CellEnd],
        right: SolvedComparisons,
        again: RunWrong,
        trials: Mapping[str, WrongAt],
        *,
        is_slow: bool,
    ) -> None:
        self._own, self._right, self._run = own, right, again
        self._trials = {name: how for name, how in trials.items() if name in right.ends}
        self._is_slow = is_slow
        late = {name for name in self._trials if own[name].outcome is Outcome.TIMEOUT}
        # Had no time when first held, and in a later run.
        self._not_held, self._late = late, set[str]()
        in_time = self._trials.keys() - late
        self._agree = {n for n in in_time if _agrees_with_all(own[n], right.ends[n])}
        self._told: dict[str, dict[str, MadeOtherwise | None]] = {name: {} for name in in_time}
        self._tried = Counter[str]()

    @property
    def agrees(self) -> set[str]:
        """The tests in which a class agrees with what it must not, or not with itself."""
        unmoved = {name for name, of in self._told.items() if None in of.values()}
        return self._agree | unmoved

    @property
    def untried(self) -> set[str]:
        """The tests of which too little was tried, for want of time."""
        return self._not_held | {name for name in self._late if not self._tried[name]}

    def make_otherwise(self, run: Mapping[str, MadeOtherwise]) -> None:
        """Run once with objects of some tests made otherwise, at places that have not told yet.

        What has told elsewhere is tried again meanwhile.
        """
        made = {
            name: how
            for name, how in run.items()
            if name not in self._agree | self._not_held
            and not self._told.get(name, {}).get(how.place)
        }
        if not made:
            return
        found = self._try_again({name for name in self._told if name not in made}, made)
        for name, how in made.items():
            if self._is_late(found[name]):
                continue
            is_unmoved = _is_unmoved(found[name], self._own[name], how)
            self._told.setdefault(name, {})[how.place] = None if is_unmoved else how
            self._tried[name] += not is_unmoved

    def compare_again(self) -> None:
        """Run as the tests have it, and otherwise, until all have been tried often enough."""
        self._agree |= self.agrees
        left = self._told.keys() - self._agree
        if not left:
            return
        trials = max(0, *(COMPARED_AGAIN - self._tried[name] for name in left))
        order = [*(trials * [True]), *(PLAIN_AGAIN * [False])]
        if self._is_slow:  # who may have no time for all is tried otherwise first
            order = [*order[:1], *order[:0:-1]]
        else:
            _SECRET.shuffle(order)
        for is_trial in order:
            if is_trial:
                self._try_again(left, {})
            else:
                ends = self._again({})
                late = {name for name in left if self._is_late(ends[name])}
                self._agree |= {n for n in left - late if ends[n].outcome is not Outcome.PASS}

    def _again(self, wrong: Mapping[str, WrongAt]) -> Mapping[str, CellEnd]:
        return {end.name: end for end in self._run(wrong)}

    def _is_late(self, end: CellEnd) -> bool:
        """Whether there was no time for a test in a further run; note it."""
        self._late |= {end.name} if end.outcome is Outcome.TIMEOUT else set()
        return end.name in self._late

    def _try_again(
        self, names: Collection[str], made: Mapping[str, MadeOtherwise]
    ) -> Mapping[str, CellEnd]:
        """Try again some tests, where others are `made` otherwise; return how all end."""
        tried = {n: self._trial(n) for n in names if self._may_try(n)}
        wrong = {n: how.wrong if how else self._trials[n] for n, how in {**tried, **made}.items()}
        ends = self._again(wrong)
        for name, how in tried.items():
            if self._is_late(ends[name]):
                continue
            self._tried[name] += 1
            if how:
                is_again = not _is_unmoved(ends[name], self._own[name], how)
            else:
                is_again = not _agrees_with_all(ends[name], self._right.ends[name])
            self._agree |= set() if is_again else {name}
        return ends

    def _may_try(self, name: str) -> bool:
        is_open = None in self._told[name].values()
        return not is_open and name not in self._agree and self._tried[name] < COMPARED_AGAIN

    def _trial(self, name: str) -> MadeOtherwise | None:
        """Return how an object of a test is made otherwise; None where none can be."""
        told = [how for how in self._told[name].values() if how]
        return _SECRET.choice(told) if told else None


def _agrees_with_all(end: CellEnd, right: CellEnd) -> bool:
    """Whether a class compares nothing, or does not give the same again beside others."""
    if right.outcome is Outcome.PASS and end.outcome is not Outcome.PASS:
        return True
    return compares_nothing(end.facts.compared, right.facts.compared)


def _is_unmoved(end: CellEnd, before: CellEnd, made: MadeOtherwise) -> bool:
    """Whether a comparison gives what it gave before, though an object is another one."""
    if end.outcome is Outcome.PASS and made.outcome is not Outcome.PASS:
        return True
    if made.place in end.facts.compared:
        return end.facts.compared[made.place] == before.facts.compared.get(made.place, [])[:1]
    return end.outcome in NOTICED_NOTHING
