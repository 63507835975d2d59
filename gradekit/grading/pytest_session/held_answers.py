"""Holds the answers of a check that has passed against those of the reference."""

import inspect
from collections.abc import Callable
from dataclasses import replace

import pytest

from gradekit.grading.pytest_session.turn import Turn, run_items
from gradekit.model import Outcome
from gradekit.workers.remote.in_test.answers.answer_facts import (
    NOT_COMPARED,
    NOT_RAISED,
    NOTHING_COUNTED,
    UNLIKE,
    AnswerFacts,
)
from gradekit.workers.remote.in_test.answers.taken_answers import KEEPS_EARLIER
from gradekit.workers.remote.in_test.answers.wrong_answers import (
    CONFIRMED_BY,
    NOTICED_BY,
    AnswerPlaces,
    Wrong,
    WrongAt,
    left_out,
    ways_to_notice,
)
from gradekit.workers.remote.in_test.confined import StudentClient

AS_IT_IS = WrongAt({}, Wrong.NUMBERS)
# Runs a check with the reference in the hand-in's place, some of whose answers come wrong.
ByReference = Callable[[str, pytest.Item, WrongAt], Turn]


class HeldAnswers:
    """Knows the facts of the answers to the check that ran last, and of the reference's to each."""

    def __init__(self) -> None:
        self.facts: AnswerFacts | None = None
        self._reference: dict[str, AnswerFacts] = {}

    def note_reference(self, check: str) -> None:
        """Note that the reference has stood in the place of a hand-in in the check that ran."""
        self._reference[check] = self.facts or AnswerFacts()

    def settle(
        self,
        turn: Turn,
        check: str,
        item: pytest.Item,
        fails_reference: Callable[[str, pytest.Item], bool],
        by_reference: ByReference,
    ) -> None:
        """Make a check that passes a FAIL where it has only passed for want of anything to test.

        Where the hand-in has changed what it was given, or an earlier answer, and the reference
        does not, the check runs once more in a fresh worker, with all of that as it was.
        """
        facts = self.facts
        if facts is None or not _has_passed(turn, check):
            return
        if not facts.may_be_nothing(_text_of(item)):
            return
        if fails_reference(check, item):
            return
        right = self._reference[check]
        if facts.changed_besides(right) and isinstance(turn.student, StudentClient):
            turn.student.renew()
            with turn.student.changes_only({*right.changed, KEEPS_EARLIER}):
                run_items([item])
            facts = self.facts or facts
        if not _has_passed(turn, check):
            return
        found = turn.found[check]
        if problem := facts.problem(right) or self._not_compared(
            turn, check, item, facts, right, by_reference
        ):
            found = replace(found, outcome=Outcome.FAIL, message=problem, excused=(), unexcused="")
        turn.found[check] = found

    def _not_compared(
        self,
        turn: Turn,
        check: str,
        item: pytest.Item,
        facts: AnswerFacts,
        right: AnswerFacts,
        by_reference: ByReference,
    ) -> str:
        """Return why a check has compared nothing of some answers, which come wrong; else ""."""
        if not isinstance(turn.student, StudentClient):
            return ""
        unlike = WrongAt(dict.fromkeys(facts.unlike - right.unlike, ()), Wrong.AS_BEFORE)
        if unlike.places and not self._passes_with(turn, check, item, unlike):
            return UNLIKE
        nothing = WrongAt(facts.places_of_nothing(right), Wrong.NOTHING)
        if nothing.places and not self._passes_with(turn, check, item, nothing):
            return NOTHING_COUNTED
        places = facts.places_of_other_labels(right)
        if places and self._is_unseen(turn, check, item, places, facts, by_reference):
            return NOT_COMPARED
        without = WrongAt(facts.places_without_exception(right), Wrong.NO_ANSWER)
        if without.places:
            self._passes_with(turn, check, item, without)
            return NOT_RAISED if self.facts and self.facts.used_in_vain else ""
        return ""

    def _is_unseen(
        self,
        turn: Turn,
        check: str,
        item: pytest.Item,
        places: AnswerPlaces,
        before: AnswerFacts,
        by_reference: ByReference,
    ) -> bool:
        """Whether a check notices nothing that is wrong of some answers, and does of others'."""
        return all(
            self._notices_nothing(
                turn, check, item, WrongAt(left_out(places, without), how), before
            )
            for how, without in ways_to_notice([places])
        ) and not all(
            _has_passed(by_reference(check, item, WrongAt(places, how)), check)
            for how in NOTICED_BY
        )

    def _notices_nothing(
        self, turn: Turn, check: str, item: pytest.Item, wrong: WrongAt, before: AnswerFacts
    ) -> bool:
        """Whether a check passes where answers come wrong, or has no time to see that they do.

        Where the hand-in itself gives something else than `before`, it is tried several times.
        """
        if self._passes_with(turn, check, item, wrong):
            return True
        found = turn.found.get(check)
        if found is not None and found.outcome in (Outcome.TIMEOUT, Outcome.MEMORY):
            return True
        if self.facts is None or self.facts.repeats(before):
            return False
        return not all(
            self._passes_with(turn, check, item, one) == (one is AS_IT_IS)
            for one in CONFIRMED_BY * [AS_IT_IS, wrong]
        )

    def _passes_with(self, turn: Turn, check: str, item: pytest.Item, wrong: WrongAt) -> bool:
        """Whether a check passes where some of the hand-in's answers come wrong."""
        assert isinstance(turn.student, StudentClient), "it has answers by name"
        with turn.student.answers_wrong(wrong):
            run_items([item])
        return _has_passed(turn, check)


def _text_of(item: pytest.Item) -> str:
    function = getattr(item, "function", None)
    try:
        return inspect.getsource(inspect.unwrap(function)) if callable(function) else ""
    except (OSError, TypeError):  # a check that is made otherwise
        return ""


def _has_passed(turn: Turn, check: str) -> bool:
    found = turn.found.get(check)
    return found is not None and found.outcome is Outcome.PASS
