"""What a test takes of a hand-in's answers: their facts, and which changes of its arguments."""

import types
from collections.abc import Collection, Hashable, Mapping
from typing import Any

from gradekit.workers.remote.arguments import GivenArguments, which_argument
from gradekit.workers.remote.in_test.answers.answer_facts import (
    ITEMS,
    AnswerFacts,
    Fact,
    answers_facts,
)
from gradekit.workers.remote.in_test.answers.answer_labels import labels_of
from gradekit.workers.remote.in_test.answers.repeated import Repeated
from gradekit.workers.remote.in_test.answers.wrong_answers import (
    WRONG,
    NoAnswer,
    Wrong,
    WrongAt,
    made_wrong,
)
from gradekit.workers.remote.in_test.mirrors.objects import place_of
from gradekit.workers.remote.in_test.usage import result_is_used
from gradekit.workers.remote.values import tables

# These ask for something by its name, which is called later.
_BY_NAME = frozenset(["get", "attribute", "module_attribute"])
_OF_PARTS = frozenset(
    ["set_attribute", "delete_attribute", "item", "set_item", "delete_item", "attribute"]
)
# Among the places of changes that are taken it says that others of earlier answers are not.
KEEPS_EARLIER = "only these change earlier answers"
_EARLIER = " changes an earlier answer"


class TakenAnswers:
    """Notes what comes, by the names that the test asks for, and says which arguments change.

    They change where what a call returns is not used, or with `takes_changes`, or where the
    function is one of `in_place`; `withheld` counts where they did not. Where `changes_only_of` is
    there they change at these places only.
    """

    def __init__(self, in_place: Collection[str]) -> None:
        self._in_place = frozenset(in_place)
        self.takes_changes, self.withheld = False, 0
        self.changes_only_of: Collection[str] | None = None
        self.wrong: WrongAt | None = None  # which answers come wrong
        self.facts, self._repeated = AnswerFacts(), (AnswerFacts(), Repeated())
        self.clear()

    def clear(self) -> None:
        """Forget by which names objects were asked for."""
        self._asked_as: dict[int, str] = {}
        self._has_items: set[int] = set()

    def name_of(self, target: int, mirror: object) -> str:
        """Return the name by which a test has asked for a function, or else its own."""
        own = mirror.__name__ if isinstance(mirror, types.FunctionType) else ""
        return self._asked_as.get(target, own)

    def was_named(self, target: int) -> bool:
        """Whether a test has asked for a function by name.

        Others are what calls have given: each may go on from where it was, as a counter does.
        """
        return target in self._asked_as

    def note(self, kind: str, name: str, value: object, question: Hashable = None) -> object:
        """Note what came of an operation of some kind, unless a test does not use it.

        Return it, or what is wrong in its place. A `question` tells a call from other calls.
        """
        place = place_of(value)
        if place is not None and kind in _BY_NAME:
            self._asked_as[place.number] = name
        tables.without_truth()
        if kind == "next":
            return value
        facts = answers_facts(value)
        if facts & Fact.DOUBTFUL and not result_is_used():
            facts = 0
        name, noted = name or kind, facts | (Fact.NAMED if kind in _BY_NAME else 0)
        number = len(self.facts.answers.get(name, ()))
        self.facts.add(name, noted, labels_of(value))
        if question is not None:
            value = self._answered_again(name, question, value)
        if self.wrong is None or not self.wrong.includes(name, number):
            return value
        if self.wrong.how is Wrong.NO_ANSWER:
            return NoAnswer(self._note_used)
        return made_wrong(value, self.wrong.how)

    def _answered_again(self, name: str, question: Hashable, value: object) -> object:
        """Note whether a question that was asked before is answered otherwise; return the answer.

        Where that is wrong it is the first one.
        """
        if self._repeated[0] is not self.facts:  # another test has begun
            self._repeated = self.facts, Repeated()
        is_unlike, first = self._repeated[1].answered((name, question), value)
        if not is_unlike:
            return value
        self.facts.unlike.add(name)
        wrong = self.wrong
        is_first = wrong is not None and wrong.how is Wrong.AS_BEFORE and name in wrong.places
        return first if is_first else value

    def take_facts(self) -> AnswerFacts:
        """Return what was noted since the last time, with what questions were answered first."""
        facts = self.facts_so_far
        self.facts = AnswerFacts()
        return facts

    @property
    def facts_so_far(self) -> AnswerFacts:
        """What was noted since the last time."""
        if self._repeated[0] is self.facts:
            self.facts.said = self._repeated[1].said
        return self.facts

    def _note_used(self) -> None:
        self.facts.used_in_vain = True

    def note_raised(self, kind: str, name: str, error: BaseException, owner: object) -> None:
        """Note an exception that came of an operation of some kind on a mirror, `owner`.

        What is raised where something is only asked for by its name is not what a test may expect
        of it, if the solution has it; nor what objects of Python's own say of their attributes.
        """
        if kind == "attribute" and name.startswith("__"):  # a tool looks whether it has one
            return
        named = Fact.NAMED if kind in _BY_NAME else 0
        is_foreign = kind in _OF_PARTS and not answers_facts(owner) & Fact.OWN
        is_unwritten = named or is_foreign or type(error) is NotImplementedError
        facts = Fact.RAISED | named | (Fact.UNWRITTEN if is_unwritten else 0)
        self.facts.add(name or kind, facts)

    def note_refused(self, operator: str) -> None:
        """Note what is not asked of an object: TypeError is raised here. Lists ask for sizes."""
        if operator not in ("__len__", "__length_hint__"):
            self.facts.add(operator, Fact.UNWRITTEN)

    def note_item(self, iterator: int, item: tuple[Any, ...]) -> tuple[Any, ...]:
        """Note the next item of an iterator, or that there is none; return it, or a wrong one."""
        if item:
            self._has_items.add(iterator)
            self.facts.note(ITEMS, item[0])
            if self.wrong is not None and self.wrong.includes(ITEMS, 0):
                return (made_wrong(item[0], self.wrong.how),)
        elif iterator not in self._has_items:
            self.facts.add(ITEMS, Fact.EMPTY)
            if self.wrong is not None and self.wrong.takes_place_of_items(ITEMS):
                self._has_items.add(iterator)
                return (WRONG,)
        return item

    def note_given(self, given: tuple[Any, ...], named: Mapping[str, Any]) -> None:
        """Note what one of the test's functions was given."""
        for one in (*given, *named.values()):
            self.facts.note("given to a test's function", one)

    def takes_earlier(self, kind: str, name: str) -> bool:
        """Whether an earlier answer holds from now on what it holds there, though an operation of
        another purpose has changed it: what a student's code holds of it is its own.
        """
        if kind == "run":  # a cell of the notebook
            return True
        only_of, place = self.changes_only_of, f"{name or kind}{_EARLIER}"
        if only_of is not None and KEEPS_EARLIER in only_of and place not in only_of:
            return False
        self.facts.changed.add(place)
        return True

    def takes_change(self, value: Any, used: bool, name: str, given: GivenArguments) -> bool:
        """Whether what a test has given holds from now on what it holds there.

        It does not where what the call returned is `used`.
        """
        if used and not self.takes_changes and name not in self._in_place:
            self.withheld += 1
            return False
        place = f"{name}{which_argument(value, given)}"
        if self.changes_only_of is not None and place not in self.changes_only_of:
            return False
        self.facts.changed.add(place)
        return True
