"""Holds tests that pass against the same tests with some answers made wrong.

A test that passes for an answer of nothing, NaN or other labels may have compared nothing of it:
then it passes, or gives as many points, for wrong values as well.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from gradekit.grading.cells.held_ends import least
from gradekit.grading.cells.running.cell_end import CellEnd
from gradekit.model import Outcome
from gradekit.workers.remote.in_test.answers.answer_facts import (
    COMPARES_NOTHING,
    NOT_COMPARED,
    NOT_RAISED,
    NOTHING_COUNTED,
    UNLIKE,
)
from gradekit.workers.remote.in_test.answers.others_compared import (
    MADE,
    MOST_DRAWN,
    compares_nothing,
)
from gradekit.workers.remote.in_test.answers.wrong_answers import (
    CONFIRMED_BY,
    NOTICED_BY,
    AnswerPlaces,
    Wrong,
    WrongAt,
    left_out,
    ways_to_notice,
)
from gradekit.workers.remote.in_test.asking import compared_by

# These ends come of the hand-in, and not of what is wrong of its answers.
NOTICED_NOTHING = (Outcome.TIMEOUT, Outcome.MEMORY)
COMPARED = WrongAt({}, Wrong.COMPARED)
# Of so many places of a test an object is made otherwise, each so often until it has told twice.
MOST_PLACES, MOST_TRIES, MOST_TOLD = 3, 6, 2
# So often a class compares again as the test has it, and as often with one made otherwise.
COMPARED_AGAIN = 2
_SECRET = random.SystemRandom()
# Runs a notebook with some answers of some tests made wrong; returns how its tests ended.
RunWrong = Callable[[Mapping[str, WrongAt]], Sequence[CellEnd]]


def held_with_wrong_answers(
    ends: Sequence[CellEnd], rights: Mapping[str, CellEnd], again: RunWrong, solved: RunWrong
) -> list[CellEnd]:
    """Return how tests end that have noticed what is nothing, and looked at what they were given.

    `rights` are the ends of the solution's; `again` runs the hand-in's cells, `solved` those.
    """
    passed = {end.name: end for end in ends if end.outcome is Outcome.PASS and end.name in rights}
    ends = _held_to_first_answers(ends, rights, again)
    nothing = {
        name: WrongAt(places, Wrong.NOTHING)
        for name, end in passed.items()
        if (places := end.facts.places_of_nothing(rights[name].facts))
    }
    if nothing:
        ends = [_noticed(*pair, nothing) for pair in zip(ends, again(nothing), strict=True)]
    others = {
        end.name: labelled
        for end in ends
        if end.outcome is Outcome.PASS and end.name in passed
        if (labelled := end.facts.places_of_other_labels(rights[end.name].facts))
    }
    if others:
        ends = _looked_at(ends, rights, others, again, solved)
    used = {
        end.name: WrongAt(places, Wrong.NO_ANSWER)
        for end in ends
        if end.outcome is Outcome.PASS and end.name in passed
        if (places := end.facts.places_without_exception(rights[end.name].facts))
    }
    if used:
        in_vain = {end.name for end in again(used) if end.facts.used_in_vain}
        ends = [
            _failed(end, NOT_RAISED) if end.name in used.keys() & in_vain else end for end in ends
        ]
    return list(ends)


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


def compared_with_others(rights: Iterable[CellEnd], solved: RunWrong) -> SolvedComparisons:
    """Return what the solution's objects give where tests compare them with others, too."""
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
        for _ in range(MOST_TRIES if places else 0):
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
    ends: Sequence[CellEnd], again: RunWrong, solved: Callable[[], SolvedComparisons]
) -> list[CellEnd]:
    """Return how tests end in which a student's own class compares: it must not agree with all.

    `again` runs the hand-in's cells, and `solved` tells what the solution's class gives. Who has
    plain values in the place of its objects must have them depend on what they are made of, too.
    """
    passed = [end for end in ends if end.outcome is Outcome.PASS]
    comparing = {end.name: COMPARED for end in passed if students_comparisons(end)}
    right = solved()
    own = {end.name: end for end in (again(comparing) if comparing else ends)}
    agrees = {
        name
        for name in comparing
        if name in right.ends and _agrees_with_all(own[name], right.ends[name])
    }
    moved: dict[tuple[str, str], MadeOtherwise | None] = {}
    for run in right.runs:
        made = {
            end.name: run[end.name]
            for end in passed
            if end.name in run
            and end.name not in agrees
            and not moved.get((end.name, run[end.name].place))
            and run[end.name].place not in end.facts.apart
        }
        found = _run_with(again, made)
        for name, how in made.items():
            is_unmoved = _is_unmoved(found[name], own[name], how)
            moved[name, how.place] = None if is_unmoved else how
    agrees |= {name for (name, _), by in moved.items() if by is None}
    told: dict[str, list[MadeOtherwise]] = {name: [] for name in comparing.keys() & right.ends}
    for (name, _), by in moved.items():
        told.setdefault(name, []).extend([by] if by else [])
    told = {name: of for name, of in told.items() if name not in agrees}
    agrees |= _guessing(told, own, right, again)
    return [_failed(end, COMPARES_NOTHING) if end.name in agrees else end for end in ends]


def _run_with(again: RunWrong, made: Mapping[str, "MadeOtherwise"]) -> Mapping[str, CellEnd]:
    wrong = {name: one.wrong for name, one in made.items()}
    return {end.name: end for end in again(wrong)} if wrong else {}


def _guessing(
    told: Mapping[str, Sequence[MadeOtherwise]],
    own: Mapping[str, CellEnd],
    right: SolvedComparisons,
    again: RunWrong,
) -> set[str]:
    """Return the tests whose comparisons are not again what they were, asked in new processes.

    These come in an order that nobody knows: as the test has them, and with an object `told` to be
    another one, or beside others where none is. Who guesses, by a coin or by the clock, what gives
    points and what is a trial would have to be right each time.
    """
    found = set[str]()
    order = [*range(COMPARED_AGAIN), *(COMPARED_AGAIN * [None])]
    _SECRET.shuffle(order)
    for number in order if told else ():
        left = {name: of for name, of in told.items() if name not in found}
        made = {n: of[number % len(of)] for n, of in left.items() if of and number is not None}
        wrong = {n: made[n].wrong if n in made else COMPARED for n in left if number is not None}
        ends = {end.name: end for end in again(wrong)}
        for name in left:
            if number is None:
                is_again = ends[name].outcome is Outcome.PASS
            elif name in made:
                is_again = not _is_unmoved(ends[name], own[name], made[name])
            else:
                is_again = not _agrees_with_all(ends[name], right.ends[name])
            found |= set() if is_again else {name}
    return found


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


def _looked_at(
    ends: Sequence[CellEnd],
    rights: Mapping[str, CellEnd],
    others: Mapping[str, AnswerPlaces],
    again: RunWrong,
    solved: RunWrong,
) -> list[CellEnd]:
    """Return how tests end that have compared something of what looks otherwise.

    They have if they notice what is wrong of it in any way, or of the solution's in none.
    """
    same = {one.name: one for one in ends if one.name in others}
    for how, without in ways_to_notice(others.values()):
        wrong = {name: WrongAt(left_out(others[name], without), how) for name in same}
        found = {end.name: end for end in again(wrong)} if wrong else {}
        differ = {name: one for name, one in same.items() if not _as_good(found, one)}
        doubtful = {n: one for n, one in differ.items() if not _repeats(found[n], one)}
        confirmed = _confirmed(doubtful, wrong, again)
        same = {
            n: one for n, one in same.items() if n not in differ or n in doubtful.keys() - confirmed
        }
    noticed: dict[str, CellEnd] = {}
    for how in NOTICED_BY:
        wrong = {name: WrongAt(others[name], how) for name in same if name not in noticed}
        right = {end.name: end for end in solved(wrong)} if wrong else {}
        noticed |= {name: right[name] for name in wrong if not _as_good(right, rights[name])}
    return [
        _without_uncompared(end, rights[end.name], noticed[end.name])
        if end.name in noticed
        else end
        for end in ends
    ]


def _repeats(end: CellEnd, before: CellEnd) -> bool:
    """Whether the hand-in gave what it gave before, so that a test can only end otherwise for what
    is wrong of it.
    """
    return end.facts.repeats(before.facts)


def _confirmed(
    ends: Mapping[str, CellEnd], wrong: Mapping[str, WrongAt], again: RunWrong
) -> set[str]:
    """Return the tests that notice what is wrong each time, and pass each time without.

    What is drawn at random may be something else each time; who gives now what passes and now what
    fails, to be taken for somebody whose answers are looked at, has to be lucky many times.
    """
    found = set(ends)
    for wrongs in CONFIRMED_BY * [{}, wrong]:
        asked = {name: wrongs[name] for name in found if name in wrongs}
        others = {end.name: end for end in again(asked)} if found else {}
        found = {name for name in found if _as_good(others, ends[name]) == (not asked)}
    return found


def _without_uncompared(end: CellEnd, right: CellEnd, noticed: CellEnd) -> CellEnd:
    """Return a test's end without what it gives for answers of which it has compared nothing.

    `noticed` is the solution's end with these made wrong. A test that gives fewer points than to
    the solution has found something wrong, maybe just there.
    """
    if end.points is None or right.points is None:
        return _failed(end, NOT_COMPARED)
    if noticed.outcome is Outcome.PASS and noticed.points is not None:
        return replace(end, points=min(end.points, noticed.points))
    return end if end.points < right.points else _failed(end, NOT_COMPARED)


def _held_to_first_answers(
    ends: Sequence[CellEnd], rights: Mapping[str, CellEnd], again: RunWrong
) -> Sequence[CellEnd]:
    """Return how tests end that must hold if what is asked once more is answered as at first.

    The solution does so; what gives values in turns may pass each of several bounds by another one.
    """
    unlike = {
        end.name: WrongAt(dict.fromkeys(names, ()), Wrong.AS_BEFORE)
        for end in ends
        if end.outcome is Outcome.PASS and end.name in rights
        if (names := end.facts.unlike - rights[end.name].facts.unlike)
    }
    if not unlike:
        return ends
    pairs = zip(ends, again(unlike), strict=True)
    return [_with_first(*pair) if pair[0].name in unlike else pair[0] for pair in pairs]


def _with_first(end: CellEnd, other: CellEnd) -> CellEnd:
    return least(end, other) if other.outcome is Outcome.PASS else _failed(end, UNLIKE)


def _noticed(end: CellEnd, other: CellEnd, nothing: Mapping[str, WrongAt]) -> CellEnd:
    """Return that end of two which earns less, where the other one had wrong answers."""
    if end.name not in nothing:
        return end
    if other.outcome is not Outcome.PASS:
        return _failed(end, NOTHING_COUNTED)
    if end.points is None or other.points is None:
        return end
    return replace(end, points=min(end.points, other.points))


def _as_good(others: Mapping[str, CellEnd], end: CellEnd) -> bool:
    """Whether a test ends no worse than before; one that has no time for it has noticed nothing."""
    other = others[end.name]
    if other.outcome in NOTICED_NOTHING:
        return True
    return other.outcome is Outcome.PASS and other.points == end.points


def _failed(end: CellEnd, text: str) -> CellEnd:
    return replace(end, outcome=Outcome.FAIL, text=text)
