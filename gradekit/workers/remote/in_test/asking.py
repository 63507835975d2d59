"""Which of a test's questions go to a student's object: those that ask the solution's one, too.

`abs(f(3) - 2) < 1e-9` is decided here: an object that f gives, and that says what it is less 2,
would decide itself. `len(stack)` asks for no more than `stack.size()` does. Both look alike; what
the solution gives at that place tells them apart: a number, or an object of its own class.

A comparison is a verdict. Where the solution's objects decide it, so do the student's: `v == w` is
what such a test is about. Its points can be forged then, and staff are told so.
"""

import itertools
import sys
from collections import Counter
from collections.abc import Collection, Mapping
from types import FrameType

from gradekit.workers.remote.specials import COMPARISONS

CELL = "<cell "  # how the names of cells as files begin
_MOST_FRAMES, _MOST_PLACES = 8, 2000
_BESIDE = "*"  # how the name of a comparison ends that is one of two of a student's objects
NO_JUDGE = "{} of an object of the student's class {} is not asked: a plain value is needed here"
OWN_CLASS = "gives an object of a class of its own where a plain value is asked for"
_OTHER_SIDES = {"__gt__": "__lt__", "__ge__": "__le__"}


class Asking:
    """Says whether an operator, or a name that plain values have, is asked of an object.

    Always where the author has declared an `operators` of a class; else at the `places` of the
    test, as often as there, in which the source's solution has an object too. Where `places` are
    None the solution is asked itself. No others compare objects of a class whose operators are
    declared.
    """

    def __init__(self, operators: Mapping[str, Collection[str]]) -> None:
        self._operators = dict(operators)
        self.places: Mapping[str, int] | None = {}
        self._asked, self._refused = Counter[str](), set[str]()
        self._apart, self._same = set[str](), set[str]()
        self.last_place = ""

    def is_asked(self, owner: str, name: str, *, beside_another: bool = False) -> bool:
        """Whether an object of a class is asked for something, at the place where the test is.

        Two of a student's objects are compared `beside_another` as often as it takes: sorting them
        takes other numbers of comparisons for other answers.
        """
        if name in self._operators.get(owner, ()):
            return True
        compares = name in COMPARISONS
        if compares and owner in self._operators:
            return False
        asked = _OTHER_SIDES.get(name, name)  # `a < b` asks b where a's class does not know
        place = f"{asked}{_BESIDE * (compares and beside_another)}{_place()}"
        self.last_place = place
        if len(self._asked) < _MOST_PLACES:
            self._asked[place] += 1
        if self.places is None or 0 < self._asked[place] <= self.places.get(place, 0):
            return True
        if compares and beside_another and place in self.places:
            return True
        self._refused.add(place)
        return False

    def note_identity(self, owner: str, name: str, *, is_same: bool) -> None:
        """Note that a class does not compare, and two are the same or not by being one object.

        The class of another hand-in may compare at this place.
        """
        self.is_asked(owner, name, beside_another=True)
        found = self._same if is_same else self._apart
        if len(found) < _MOST_PLACES:
            found.add(self.last_place)

    def taken(self) -> tuple[dict[str, int], set[str], set[str]]:
        """Return what was asked since the last time, what was refused, and where objects whose
        class does not compare were never one, by places.
        """
        found = dict(self._asked), self._refused, self._apart - self._same
        self._asked, self._refused = Counter[str](), set[str]()
        self._apart, self._same = set[str](), set[str]()
        return found


def compared_by(asked: Collection[str]) -> list[str]:
    """Return the signs of the comparisons among what was asked, by places."""
    names = {one.partition(" ")[0].rstrip(_BESIDE) for one in asked}
    return [sign for name, sign in COMPARISONS.items() if name in names]


def _place() -> str:
    """Return where the test is: what it evaluates in each of its functions, from the inside."""
    frame: FrameType | None = sys._getframe(1)
    found = list[str]()
    while frame is not None and len(found) < _MOST_FRAMES:
        if frame.f_code.co_filename.startswith(CELL):
            positions = itertools.islice(frame.f_code.co_positions(), frame.f_lasti // 2, None)
            line, last, begin, end = next(positions, (0, 0, 0, 0))
            found.append(f" {line}:{begin}-{last}:{end}")
        frame = frame.f_back
    return "".join(found)
