"""Holds tests that pass against the same tests with some answers made wrong.

A test that passes for an answer of nothing, NaN or other labels may have compared nothing of it:
then it passes, or gives as many points, for wrong values as well.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from gradekit.grading.cells.held_ends import least
from gradekit.grading.cells.running.cell_end import CellEnd
from gradekit.model import Outcome
from gradekit.workers.remote.in_test.answers.answer_facts import (
    NOT_COMPARED,
    NOT_RAISED,
    NOTHING_COUNTED,
    UNLIKE,
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

# These ends come of the hand-in, and not of what is wrong of its answers.
NOTICED_NOTHING = (Outcome.TIMEOUT, Outcome.MEMORY)
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
