"""What is noted of a hand-in's answers in a test, to be held against those of the solution.

An empty array agrees with every number: `np.allclose(f(x), 3.5)`, `f(x) == pytest.approx(3.5)` and
`(f(x) == 3.5).all()` all hold for it, since there is nothing that differs. Loops over an empty list
test nothing, and NaN is not larger than any bound. And a function that changes what it was given
changes what it is measured by. What is not there at all raises as well: NameError, AttributeError,
or NotImplementedError, which a test may expect of the right answer. The test's arithmetic cannot
see that; the same test, run with the solution, can.
"""

import math
import sys
from collections import deque
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import PurePath
from typing import Any

import msgspec
import numpy as np

from gradekit.workers.remote.in_test.mirrors.objects import (
    RemoteClass,
    RemoteIterator,
    items_held,
    lineage,
    place_of,
)
from gradekit.workers.remote.values import tables
from gradekit.workers.remote.values.shared import DICTS
from gradekit.workers.remote.values.streams import STREAMS, content_of

NO_ITEMS = "gives an answer without any items, of which nothing can be compared"
NO_NUMBER = "gives an answer without any finite number, of which nothing can be compared"
NOT_WRITTEN = "what is expected to raise an exception is not written, or is no function or class"
NOTHING_COUNTED = "passes only where what is empty, NaN or infinite is not looked at"
NOT_COMPARED = "gives values with other labels, of which the test compares none"
NOT_RAISED = "gives an answer where an exception is expected, which only the test's own line raises"
MOCK = "gives an object of unittest.mock, which takes whatever it is asked for"
UNLIKE = "gives other answers when it is asked the same again, and its first answer is wrong"
COMPARES_NOTHING = "its objects compare the same with others, which the solution's tell apart"
GIVEN_CHANGED = "does not pass with the given data as your code has changed them"
PROBLEMS = frozenset(
    [
        *(NO_ITEMS, NO_NUMBER, NOT_WRITTEN, NOTHING_COUNTED, NOT_COMPARED, NOT_RAISED),
        *(COMPARES_NOTHING, UNLIKE, MOCK, GIVEN_CHANGED),
    ]
)
MOST_NOTED = 20_000
ITEMS, OTHERS = "the items of an iterator", "the rest"  # no names of Python's
# Of half as many bits as NumPy takes by itself, or fewer.
SHORT_FLOATS = (np.float16, np.float32, np.complex64)
# Words without which hardly any test expects an exception, or passes over what it is given.
_PASSING_OVER = ("except", "raises", "Raises", "suppress", " if ")
_SEQUENCES = (list, tuple, set, frozenset, deque)
_PACKAGES = ("numpy", *tables.PACKAGES)


class Fact:
    """What is true of an answer; of several together their sum."""

    EMPTY = 1  # it is, or holds, a collection of no items; it is no text, or holds only such
    NOTHING = 2  # it is None or False
    OBJECT = 4  # it is an object that stays in the worker
    FINITE = 8  # it is, or holds, a finite number
    NOT_FINITE = 16  # it is, or holds, NaN or an infinity
    SHORT = 32  # it is, or holds, an array of floats of fewer than 64 bits
    RAISED = 64  # it is an exception
    UNWRITTEN = 128  # it is one that came of what is not there, or not implemented
    NAMED = 256  # it was asked for by its name
    CODE = 512  # it can be called
    OWN = 1024  # it is an object of a class that is not Python's own, nor a library's
    TEXT = 2048  # it is, or holds, a text that is not empty
    GAP = 4096  # it holds None
    MOCK = 8192  # it is an object of Python's own for tests, or the class of such ones
    DOUBTFUL = EMPTY | NOT_FINITE


class AnswerFacts(msgspec.Struct):
    """The facts of a test's answers: of each name that was asked for, in order.

    `changed` are the names whose calls have changed what they were given, with its place.
    `used_in_vain` says whether the test used what came in the place of an exception. `asked`
    says how often objects were asked for what they are no judges of, by the places of the test,
    and `refused` where they were not; `apart` are the places where two of them are never one,
    and their class does not compare. `compared` is what comparisons gave at these places, first
    of what the test compares, then of others; `makers` are the numbers of the test's calls that
    made one of the two. `unlike` names what answered the same question otherwise than before,
    and `said` are the first answers by their questions. `drawn` is the seed of what an object was
    made of otherwise.
    """

    answers: dict[str, list[int]] = {}
    changed: set[str] = set()
    used_in_vain: bool = False
    asked: dict[str, int] = {}
    refused: set[str] = set()
    apart: set[str] = set()
    compared: dict[str, list[bool | None]] = {}
    makers: dict[str, int] = {}
    unlike: set[str] = set()
    said: dict[int, int] = {}
    drawn: int = 0
    labels: dict[str, dict[int, int]] = {}
    count: int = 0

    def repeats(self, before: "AnswerFacts") -> bool:
        """Whether what was asked before was answered as it was before."""
        return all(before.said.get(one, answer) == answer for one, answer in self.said.items())

    def note(self, name: str, value: object) -> None:
        """Note an answer to what a test asked for by a name."""
        self.add(name, answers_facts(value))

    def add(self, name: str, facts: int, labels: int = 0) -> None:
        """Note facts, and a table's `labels`; of very many, all further ones are noted together."""
        if self.count >= MOST_NOTED:
            name = OTHERS
        noted = self.answers.setdefault(name, [])
        if name in (ITEMS, OTHERS) and noted:
            noted[0] |= facts
            return
        if labels:
            self.labels.setdefault(name, {})[len(noted)] = labels
        noted.append(facts)
        self.count += 1

    def problem(self, right: "AnswerFacts") -> str:
        """Return why a test that these answers pass has tested nothing; "" where it has.

        `right` are the facts of the solution's answers to the same test.
        """
        for name, _, answer, other in self._beside(right):
            if right.tells_empty(answer, other):
                return NO_ITEMS
            if answer & Fact.MOCK and not right.has_mocks:
                return MOCK
            numbers = answer & (Fact.FINITE | Fact.NOT_FINITE)
            has_others = other & Fact.FINITE and not other & Fact.NOT_FINITE
            if name not in (ITEMS, OTHERS) and numbers == Fact.NOT_FINITE and has_others:
                return NO_NUMBER
        return NOT_WRITTEN if self._is_unwritten(right) else ""

    def tells_empty(self, facts: int, own: int) -> bool:
        """Whether an answer is empty whose facts are beside one of these, `own`, which is not.

        What an object of this test's holds is known where each iterator has given something.
        """
        items = self.answers.get(ITEMS, [])
        is_unknown = own & Fact.OBJECT and (own & Fact.OWN or not items or items[0] & Fact.EMPTY)
        return bool(facts & Fact.EMPTY and not own & (Fact.EMPTY | Fact.NOTHING) and not is_unknown)

    @property
    def has_mocks(self) -> bool:
        """Whether any answer is an object of unittest.mock."""
        return any(facts & Fact.MOCK for noted in self.answers.values() for facts in noted)

    def _is_unwritten(self, right: "AnswerFacts") -> bool:
        """Whether a test got exceptions that it expects only from what is not there.

        The solution raises more of them, and something is missing which the solution has. Those
        that only the hand-in's other names raise, by which a test may ask as well, count for it.
        """
        lost = others = 0
        for name in self.answers.keys() | right.answers.keys():
            wanted, own = right.answers.get(name, []), self.answers.get(name, [])
            expected = sum(bool(facts & Fact.RAISED) for facts in wanted)
            is_missing = any(facts & Fact.UNWRITTEN for facts in wanted)
            raised = _count_raised(own, all_of_them=is_missing)
            lost += max(0, expected - raised)
            others += raised if not wanted else 0
        return lost > others and any(
            facts & Fact.UNWRITTEN > other & Fact.UNWRITTEN
            or (not facts & Fact.RAISED and other & ~facts & (Fact.CODE | Fact.OWN))
            for _, _, facts, other in self._beside(right)
        )

    def places_of_nothing(self, right: "AnswerFacts") -> dict[str, list[int]]:
        """Return the places, by name, of answers that are or hold nothing, unlike the solution's.

        That is what is empty, NaN or an infinity, and what holds nothing but None.
        """
        found: dict[str, list[int]] = {}
        for name, place, facts, other in self._beside(right):
            is_empty = right.tells_empty(facts, other)
            is_whole = other & (Fact.FINITE | Fact.TEXT) and not other & (
                Fact.NOT_FINITE | Fact.GAP
            )
            has_gaps = facts & Fact.NOT_FINITE or (
                facts & Fact.GAP and not facts & (Fact.FINITE | Fact.TEXT)
            )
            if is_empty or (has_gaps and is_whole and name != OTHERS):
                found.setdefault(name, []).append(place)
        return found

    def places_of_other_labels(self, right: "AnswerFacts") -> dict[str, range]:
        """Return the places, by name, where the solution gives values and these look otherwise,
        some of them: all that are asked for by that name.

        Where the solution has values and these are objects, what the objects are asked for is
        among them. An exception has nothing that could be compared, and neither has None.
        """
        found: dict[str, range] = {}
        has_objects = False
        kept = Fact.RAISED | Fact.NOTHING | Fact.NAMED
        for name, noted in self.answers.items():
            own, of = self.labels.get(name, {}), right.labels.get(name, {})
            for place, (facts, other) in enumerate(
                zip(noted, right.answers.get(name, []), strict=False)
            ):
                if facts & kept or other & (kept | Fact.OBJECT | Fact.CODE):
                    continue
                has_objects |= bool(facts & Fact.OBJECT)
                if facts & Fact.OBJECT or own.get(place, 0) != of.get(place, 0):
                    found[name] = range(MOST_NOTED)
        if has_objects:
            asked = self.answers.keys() - right.answers.keys() - {OTHERS}
            found.update(dict.fromkeys({*asked, ITEMS} & self.answers.keys(), range(MOST_NOTED)))
        return found

    def places_without_exception(self, right: "AnswerFacts") -> dict[str, list[int]]:
        """Return the places, by name, of plain answers where the solution's raises an exception."""
        found: dict[str, list[int]] = {}
        kept = Fact.RAISED | Fact.NAMED | Fact.OBJECT | Fact.CODE
        for name, noted in self.answers.items():
            for place, (facts, other) in enumerate(
                zip(noted, right.answers.get(name, []), strict=False)
            ):
                if other & Fact.RAISED and not other & Fact.NAMED and not facts & kept:
                    found.setdefault(name, []).append(place)
        return found

    def is_shorter_than(self, right: "AnswerFacts") -> bool:
        """Whether floats have fewer bits here, and none of the solution's have so few."""
        short = [
            any(facts & Fact.SHORT for noted in one.answers.values() for facts in noted)
            for one in (self, right)
        ]
        return short == [True, False]

    def changed_besides(self, right: "AnswerFacts") -> set[str]:
        """Return the calls, and places, that change what the solution's leave as it is."""
        return self.changed - right.changed

    def may_be_nothing(self, test: str = "") -> bool:
        """Whether it is worth while to look at the solution's answers to a test of some text."""
        if (
            self.changed
            or self.labels
            or self.unlike
            or (self.answers and any(word in test for word in _PASSING_OVER))
        ):
            return True
        return any(_is_doubtful(facts) for noted in self.answers.values() for facts in noted)

    def _beside(self, right: "AnswerFacts") -> Iterator[tuple[str, int, int, int]]:
        """Yield each answer with the solution's, or with all of these where it has no such one.

        By name, and place among the answers of that name.
        """
        every = 0
        for noted in right.answers.values():
            for facts in noted:
                every |= facts
        every &= Fact.EMPTY | Fact.FINITE | Fact.NOT_FINITE
        for name, noted in self.answers.items():
            others = right.answers.get(name, [])
            for place, facts in enumerate(noted):
                yield name, place, facts, others[place] if place < len(others) else every


def _is_doubtful(facts: int) -> bool:
    is_no_code = facts & (Fact.NAMED | Fact.CODE | Fact.RAISED) == Fact.NAMED
    return bool(facts & (Fact.DOUBTFUL | Fact.UNWRITTEN | Fact.OBJECT | Fact.MOCK)) or is_no_code


def _count_raised(noted: list[int], *, all_of_them: bool) -> int:
    """Return how many exceptions are noted of what a test asks for by one name.

    Else without those of what is not there, and NotImplementedError of what has given no answer.
    """
    has_answered = any(not facts & (Fact.RAISED | Fact.NAMED) for facts in noted)
    return sum(
        all_of_them or not facts & Fact.UNWRITTEN or (has_answered and not facts & Fact.NAMED)
        for facts in noted
        if facts & Fact.RAISED
    )


def answers_facts(value: object) -> int:
    """Return the facts of an answer, and of all that it holds."""
    if type(value) in (int, float):
        return _of_number(value)
    if value is None or value is False:
        return Fact.NOTHING
    if (items := items_held(value)) is not None:
        value = items
    elif place_of(value) is not None:
        return _of_remote(value)
    if callable(value):  # a library's, which is the same one here
        return Fact.CODE
    facts, todo, seen, lacks_text = 0, [value], set[int](), False
    while todo:
        one = todo.pop()
        kind = type(one)
        if kind in (float, int, bool, complex):
            facts |= _of_number(one)
        elif kind is Fraction:
            facts |= Fact.FINITE
        elif isinstance(one, Decimal):
            facts |= Fact.FINITE if one.is_finite() else Fact.NOT_FINITE
        elif isinstance(one, PurePath):
            facts |= Fact.TEXT
        elif kind in (str, bytes) and not one and one is not value:
            lacks_text = True
        elif kind in (str, bytes, range):
            facts |= Fact.TEXT if one else Fact.EMPTY
        elif one is None:
            facts |= Fact.GAP
        elif id(one) not in seen:
            seen.add(id(one))
            found, held = _of_other(kind, one)
            facts |= found
            todo += held
    # Of records one field may be empty, where others are not.
    return facts | Fact.EMPTY if lacks_text and not facts & Fact.TEXT else facts


def _of_other(kind: type, value: Any) -> tuple[int, list[Any]]:
    """Return the facts of what is no number, text or range, and what it holds."""
    if kind in _SEQUENCES:
        return 0 if value else Fact.EMPTY, list(value)
    if kind in DICTS:
        return 0 if value else Fact.EMPTY, list(dict.values(value))
    if kind in STREAMS:
        return Fact.TEXT if content_of(value) else Fact.EMPTY, []
    if isinstance(value, np.ndarray | np.generic):
        return _of_array(value)
    if tables.table_kind(value) in tables.FRAMES:
        if not value.size:
            return Fact.EMPTY, []
        columns = [column for _, column in value.items()] if value.ndim == 2 else [value]
        return 0, [column.to_numpy() for column in columns]
    if tables.table_kind(value) in (*tables.TABLE_SCALARS, *tables.SINGLE):
        is_none = tables.table_kind(value) in tables.SINGLE
        return Fact.NOT_FINITE if is_none else Fact.FINITE, []
    has_length = bool(tables.table_kind(value)) and hasattr(type(value), "__len__")
    return Fact.EMPTY if has_length and 0 in getattr(value, "shape", (1,)) else 0, []


def _of_remote(value: object) -> int:
    """Return the facts of what stays in the worker."""
    kind, facts = type(value), Fact.CODE if callable(value) else 0
    of = value if isinstance(value, RemoteClass) else kind
    if any(one.__module__ == "unittest.mock" for one in lineage(of)):
        facts |= Fact.MOCK
    if not isinstance(kind, RemoteClass):
        return facts
    is_own = not issubclass(kind, RemoteIterator) and not _is_library(kind.__module__)
    return facts | Fact.OBJECT | (Fact.OWN if is_own else 0)


def _is_library(module: str) -> bool:
    package = module.partition(".")[0]
    return not package or package in sys.stdlib_module_names or package in _PACKAGES


def _of_array(array: Any) -> tuple[int, list[Any]]:
    if not array.size:
        return Fact.EMPTY, []
    if array.dtype.kind == "O":
        return 0, [array.ravel().tolist()]
    if array.dtype.kind not in "biufcmM":
        return 0, []
    finite = np.isfinite(array)  # NaT is not
    is_any, is_all = bool(finite.any()), bool(finite.all())
    facts = (Fact.FINITE if is_any else 0) | (0 if is_all else Fact.NOT_FINITE)
    return facts | (Fact.SHORT if array.dtype in SHORT_FLOATS else 0), []


def _of_number(number: Any) -> int:
    if type(number) is complex:
        is_finite = math.isfinite(number.real) and math.isfinite(number.imag)
    else:
        is_finite = type(number) is not float or math.isfinite(number)
    return Fact.FINITE if is_finite else Fact.NOT_FINITE
