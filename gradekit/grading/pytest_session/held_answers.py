"""Holds the answers of a check that has passed against those of the reference."""

import inspect
from collections.abc import Callable
from dataclasses import replace

import pytest

from gradekit.grading.pytest_session.turn import Turn, run_items
from gradekit.model import Outcome
from gradekit.workers.remote.in_test.answer_facts import AnswerFacts
from gradekit.workers.remote.in_test.confined import StudentClient


class HeldAnswers:
    """Knows the facts of the answers to the check that ran last, and of the reference's to each."""

    def __init__(self) -> None:
        self.facts: AnswerFacts | None = None
        self._reference: dict[str, AnswerFacts] = {}

    def note_reference(self, check: str) -> None:
        """Note that the reference has stood in the place of a hand-in in the check that ran."""
        self._reference[check] = self.facts or AnswerFacts()

    def settle(
        self, turn: Turn, check: str, item: pytest.Item, fails_reference: Callable[[], bool]
    ) -> None:
        """Make a check that passes a FAIL where it has only passed for want of anything to test.

        Where the hand-in has changed what it was given, and the reference does not, the check runs
        once more in a fresh worker, with all that it gives as it was.
        """
        facts = self.facts
        if facts is None or not _has_passed(turn, check):
            return
        if not facts.may_be_nothing(_text_of(item)):
            return
        if fails_reference():
            return
        right = self._reference[check]
        if facts.changed_besides(right) and isinstance(turn.student, StudentClient):
            turn.student.renew()
            with turn.student.changes_only(right.changed):
                run_items([item])
            facts = self.facts or facts
        problem = facts.problem(right)
        if problem and _has_passed(turn, check):
            found = turn.found[check]
            turn.found[check] = replace(
                found, outcome=Outcome.FAIL, message=problem, excused=(), unexcused=""
            )


def _text_of(item: pytest.Item) -> str:
    function = getattr(item, "function", None)
    try:
        return inspect.getsource(inspect.unwrap(function)) if callable(function) else ""
    except (OSError, TypeError):  # a check that is made otherwise
        return ""


def _has_passed(turn: Turn, check: str) -> bool:
    found = turn.found.get(check)
    return found is not None and found.outcome is Outcome.PASS
