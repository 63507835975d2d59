"""Which of a test's questions go to a student's object: those that ask the solution's one, too.

`abs(f(3) - 2) < 1e-9` is decided here: an object that f gives, and that says what it is less 2,
would decide itself. `len(stack)` asks for no more than `stack.size()` does. Both look alike; what
the solution gives at that place tells them apart: a number, or an object of its own class.
"""

import itertools
import sys
from collections import Counter
from collections.abc import Collection, Mapping
from types import FrameType

CELL = "<cell "  # how the names of cells as files begin
# These give a test's verdict itself: whoever is asked has no need of a right answer.
COMPARISONS = frozenset(["__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__"])
_MOST_FRAMES, _MOST_PLACES = 8, 2000


class Asking:
    """Says whether an operator, or a name that plain values have, is asked of an object.

    Always where the author has declared an `operators` of a class; else at the `places` of the
    test, as often as there, in which the source's solution has an object too. Where `places` are
    None the solution is asked itself, for all but what compares.
    """

    def __init__(self, operators: Mapping[str, Collection[str]]) -> None:
        self._operators = dict(operators)
        self.places: Mapping[str, int] | None = {}
        self._asked, self._refused = Counter[str](), set[str]()

    def is_asked(self, owner: str, name: str) -> bool:
        """Whether an object of a class is asked for something, at the place where the test is."""
        if name in self._operators.get(owner, ()):
            return True
        if name in COMPARISONS:
            return False
        place = f"{name}{_place()}"
        if len(self._asked) < _MOST_PLACES:
            self._asked[place] += 1
        if self.places is None or self._asked[place] <= self.places.get(place, 0):
            return True
        self._refused.add(place)
        return False

    def taken(self) -> tuple[dict[str, int], set[str]]:
        """Return what was asked since the last time, and what was refused, by places."""
        found = dict(self._asked), self._refused
        self._asked, self._refused = Counter[str](), set[str]()
        return found


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
