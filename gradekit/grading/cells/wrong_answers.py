"""Holds tests that pass against the same tests with some answers made wrong.

A test that passes for an answer of nothing, NaN or other labels may have compared nothing of it:
then it passes, or gives as many points, for wrong values as well.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from gradekit.grading.cells.runner import CellEnd
from gradekit.model import Outcome
from gradekit.workers.remote.in_test.answers.answer_facts import NOT_COMPARED, NOTHING_COUNTED
from gradekit.workers.remote.in_test.answers.wrong_answers import Wrong, WrongAt

# Runs a notebook with some answers of some tests made wrong; returns how its tests ended.
RunWrong = Callable[[Mapping[str, WrongAt]], Sequence[CellEnd]]


def held_with_wrong_answers(
    ends: Sequence[CellEnd], rights: Mapping[str, CellEnd], again: RunWrong, solved: RunWrong
) -> list[CellEnd]:
    """Return how tests end that have noticed what is nothing, and looked at what they were given.

    `rights` are the ends of the solution's; `again` runs the hand-in's cells, `solved` those.
    """
    passed = {end.name: end for end in ends if end.outcome is Outcome.PASS and end.name in rights}
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
        same = {one.name: one for one in ends if one.name in others}
        for how in (Wrong.NUMBERS, Wrong.ALL):
            wrong = {name: WrongAt(others[name], how) for name in same}
            found = {end.name: end for end in again(wrong)} if wrong else {}
            same = {name: one for name, one in same.items() if _as_good(found, one)}
        wrong = {name: WrongAt(others[name], Wrong.NUMBERS) for name in same}
        right = {end.name: end for end in solved(wrong)} if wrong else {}
        unseen = {name for name in same if not _as_good(right, rights[name])}
        ends = [_failed(end, NOT_COMPARED) if end.name in unseen else end for end in ends]
    return list(ends)


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
    other = others[end.name]
    return other.outcome is Outcome.PASS and other.points == end.points


def _failed(end: CellEnd, text: str) -> CellEnd:
    return replace(end, outcome=Outcome.FAIL, text=text)
