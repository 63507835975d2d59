"""What earlier questions to a submission say of further ones: which have no hope of an answer."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gradekit.errors import StudentTimeout
from gradekit.workers.values import Arguments, Question


@dataclass
class Asked:
    """The questions that one hand-in was asked so far, and what became of them.

    `suspects` has for each question that hung the functions of which one hangs.
    """

    questions: list[tuple[str, Sequence[Arguments]]] = field(default_factory=list)
    answered: dict[tuple[str, Any], Question] = field(default_factory=dict)
    hung: set[tuple[str, Any]] = field(default_factory=set)
    suspects: list[set[str]] = field(default_factory=list)


class EarlierQuestions:
    """What was asked in some files so far.

    `called` gives the student's functions that a question calls, by qualified names.
    """

    def __init__(self, called: Callable[[Question], Mapping[str, str]]) -> None:
        self._called, self._asked = called, Asked()
        self._right = frozenset[str]()  # the functions that are the reference's in these files
        # Of files with right parts, by these: what hung there hangs with more of them, too.
        self._with_right: dict[frozenset[str], Asked] = {}

    @property
    def questions(self) -> list[tuple[str, Sequence[Arguments]]]:
        """All of them, with right parts or without."""
        return self._asked.questions

    def with_right(self, functions: Collection[str]) -> "EarlierQuestions":
        """Return those in the same files with some functions from the reference in their place."""
        other = EarlierQuestions(self._called)
        other._right, other._with_right = frozenset(functions), self._with_right
        other._asked = self._with_right.setdefault(other._right, Asked(self._asked.questions))
        return other

    def note_answered(self, question: Question) -> None:
        """Note that a question had an answer."""
        self._asked.answered.setdefault(question.way, question)

    def note_hung(self, question: Question) -> None:
        """Note that a question was waited for in vain."""
        self._asked.hung.add(question.way)
        self._asked.suspects.append(set(self._called(question)) - self._right)

    def require_hope(self, question: Question) -> None:
        """Raise StudentTimeout where an earlier question has shown that no answer will come."""
        if question.way in self._asked.hung:
            raise StudentTimeout("not run again: an earlier check waited for the same in vain")
        suspects = self._suspects()
        called = set(self._called(question)) if suspects else set()
        hung = next((some for some in suspects if some <= called), None)
        if hung:
            names = ", ".join(sorted(hung))
            raise StudentTimeout(
                f"not run: it needs {names}, which an earlier check waited for in vain"
            )

    def _suspects(self) -> list[set[str]]:
        """Return sets of functions of which one hangs: what needs them all has no answer.

        What hung with fewer right parts hangs with more of them, too. A function that has answered
        is no suspect; where all have, nobody knows.
        """
        fewer = (asked for right, asked in self._with_right.items() if right <= self._right)
        found = []
        for asked in {id(one): one for one in (self._asked, *fewer)}.values():
            if asked.suspects:
                answered = {name for one in asked.answered.values() for name in self._called(one)}
                found += [some - answered for some in asked.suspects]
        return [some for some in found if some]
