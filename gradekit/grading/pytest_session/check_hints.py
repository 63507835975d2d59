"""Names the mistake behind a check that fails: it is given what a known mistake gives there.

The check runs once more with the mistaken solution in the hand-in's place, beside no hand-in's
code, and what it is given by names is compared: how the check compares, and how the code is
written, does not matter. No verdict changes.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

import pytest

from gradekit.checks.compare import Compared
from gradekit.grading.pytest_session.mistaken_solutions import GivenToCheck, MistakenSolutions
from gradekit.grading.pytest_session.turn import Turn
from gradekit.model import Outcome, Result
from gradekit.workers.client import ProbeClient
from gradekit.workers.remote.in_test.answers.answer_facts import AnswerFacts
from gradekit.workers.remote.in_test.answers.transcript import Transcript
from gradekit.workers.remote.in_test.confined import StudentClient

Explain = Callable[[Compared], str]
# Runs a check for a client, in a turn of its own.
RunFor = Callable[[ProbeClient, pytest.Item], Turn]

# What ends so is not written: no mistake in it is looked for.
_NOT_WRITTEN = (NotImplementedError, NameError)
_LOST = (Outcome.FAIL, Outcome.CRASH)


class CheckHints:
    """Says what to look at where a check fails; it starts nothing before one does.

    `explain` is for values that a probe gave, `mistaken` for what is asked for by names.
    """

    def __init__(
        self, explain: Explain = lambda _: "", mistaken: MistakenSolutions | None = None
    ) -> None:
        self._explain, self._mistaken = explain, mistaken
        self._transcript = Transcript()
        self._given: dict[str, tuple[GivenToCheck, Collection[str]]] = {}

    def explained(self, compared: Compared, student: ProbeClient) -> str:
        """Return what to look at where values of a probe differ; "" also where that goes wrong."""
        try:
            return self._explain(compared)
        except Exception as error:  # whatever it is, a failed check has its outcome already
            student.staff_message = f"no hint: {type(error).__name__}: {error}"
            return ""

    def begin(self, client: ProbeClient) -> None:
        """Note from now on what a check is given by a client."""
        self._transcript = Transcript()
        if self._mistaken is not None and isinstance(client, StudentClient):
            client.remote.after_answer = self._transcript.note

    def note(self, turn: Turn, check: str, facts: AnswerFacts | None) -> None:
        """Keep what a check of a hand-in was given that has just run, if it did not pass.

        `facts` are those of its answers.
        """
        given = self._of_last(turn, check)
        if given.hash and given.outcome is not Outcome.PASS:
            self._given[check] = given, [*facts.answers] if facts else []

    def tell(
        self, turn: Turn, checks: Sequence[tuple[Result, pytest.Item]], run_for: RunFor
    ) -> None:
        """Put the hint of a known mistake into what checks say that a hand-in has failed."""
        noted, self._given = self._given, {}
        for check, item in checks:
            found = turn.found.get(check.check)
            if found and found.outcome in _LOST and check.check in noted:
                hint = self._hint(item, check.check, *noted[check.check], run_for)
                if hint and hint not in found.message:
                    message = f"{found.message.rstrip('.')}. {hint}"
                    turn.found[check.check] = replace(found, message=message)
                    turn.keep_end(check.check, is_settled=False)

    def _hint(
        self,
        item: pytest.Item,
        check: str,
        given: GivenToCheck,
        asked: Collection[str],
        run_for: RunFor,
    ) -> str:
        def run(client: StudentClient) -> GivenToCheck:
            return self._of_last(run_for(client, item), check)

        known = self._mistaken.that_change(asked) if self._mistaken else ()
        for mistake in known:
            if self._mistaken and self._mistaken.given(check, mistake, run) == given:
                return mistake.hint
        return ""

    def _of_last(self, turn: Turn, check: str) -> GivenToCheck:
        """Return what the check that ran last was given."""
        found, noted = turn.found.get(check), self._transcript
        is_written = not isinstance(noted.last, _NOT_WRITTEN)
        told = noted.digest if noted.count and is_written else ""
        return GivenToCheck(found.outcome if found else Outcome.ERROR, told)
