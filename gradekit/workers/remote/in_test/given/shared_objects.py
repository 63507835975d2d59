"""Containers, arrays, tables and streams that a test and a worker's code both hold.

One that has a number is one object on each side. What a test has given has a number of the test's,
what the worker's code has given has one of the worker's. Both sides forget a number once the
worker's code holds its object no longer, or nobody here does.
"""

import sys
from collections.abc import Callable, Collection
from typing import Any

from gradekit.workers.remote.arguments import Snapshot, fill, fits
from gradekit.workers.remote.in_test.given.unfolded import Measure, measured
from gradekit.workers.remote.protocol import FIRST_OF_WORKERS, MAX_LINKS, MAX_WEIGHT
from gradekit.workers.remote.values import nodes as n
from gradekit.workers.remote.values import tables
from gradekit.workers.remote.values.encoding import CannotCross, Encoder
from gradekit.workers.wire import WireError

# What only the worker's code holds has its number for so many more, so that `id` tells them apart.
MOST_IDLE, MOST_IDLE_WEIGHT = 400, 20_000
# Of all that something holds, so many parts take the memory that one item may take time for.
_SIZE_OF_WEIGHT = 16

# Whether a change of what has a number is taken, which a test has given first, or has not.
Takes = Callable[[int, Any, bool], bool]


class _Shared:
    """One object: `before` is what it held when it crossed last, None while that is not known."""

    __slots__ = ("before", "depth", "is_tests", "size", "value")

    def __init__(self, value: Any, is_tests: bool) -> None:
        self.value, self.is_tests = value, is_tests
        self.before: Snapshot | None = None
        self.size, self.depth = 1, 0


class SharedObjects:
    """What both sides hold, by its numbers."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Share nothing, and say nothing of what was shared."""
        self._shared: dict[int, _Shared] = {}
        self._links: dict[int, int] = {}
        self._unlinked: list[int] = []
        self._whole = set[int]()  # what the next message tells all of
        self._updates: list[tuple[_Shared, Any, Measure]] = []
        self._operation = self._count = 0

    def __contains__(self, link: int) -> bool:
        return link in self._shared

    def get(self, link: int) -> Any:
        """Return what goes with a number; None for nothing."""
        found = self._shared.get(link)
        return found and found.value

    def measure(self, link: int) -> Measure:
        """Return how much something holds that goes with a number, and how deep it is."""
        found = self._shared[link]
        return found.size, found.depth

    def forget(self) -> None:
        """Share nothing any more that a test has given; the worker is told with what comes next."""
        for link in [link for link, one in self._shared.items() if one.is_tests]:
            self._drop(link, tell=True)

    def _begin(self, operation: int) -> list[Any]:
        """Begin an operation by its number; return what the test has changed since it crossed."""
        self._operation, self._count = operation, 0
        if not self._shared:
            return []
        idle = self._drop_idle()
        changed = []
        for link, one in self._shared.items():
            if link in idle or (one.before is None and one.is_tests):
                continue
            if one.before is None or one.before.differs(one.value):
                one.before = Snapshot(one.value)
                self._whole.add(link)
                changed.append(one.value)
        return changed

    def written(
        self,
        operation: int,
        arguments: tuple[Any, ...],
        encoder_with: Callable[[Callable[[Any], int], Callable[[Any], int]], Encoder],
        note: Callable[[int, Any], None],
    ) -> tuple[n.Graph, frozenset[int]]:
        """Return the nodes of a call's arguments, with what a test has changed, for an operation.

        Also the numbers of what is in the arguments. `encoder_with` makes what writes them of what
        gives numbers; `note` is told of those of what a test gives.
        """
        changed, found = self._begin(operation), set[int]()

        def follow(value: Any) -> int:
            if value is arguments[1]:  # the dict of named arguments is nobody's
                return 0
            if link := self._follow(value):
                found.add(link)
                note(link, value)
            return link

        def known(value: Any) -> int:
            if link := self._known(value):
                found.add(link)
            return link

        encoder = encoder_with(follow, known)
        try:
            places = [encoder.add(one) for one in arguments]
            in_arguments = frozenset(found)
            places += [encoder.add(one) for one in changed]
            return encoder.end_with(encoder.put_tuple(places)), in_arguments
        except CannotCross:
            for link in self._whole & self._shared.keys():
                self._shared[link].before = None
            raise
        finally:
            self._whole.clear()

    def _drop_idle(self) -> set[int]:
        """Drop what nobody here holds, but for some of the last; return those."""
        # A loop over a comprehension's list would hold what it counts.
        idle = [k for k, one in self._shared.items() if sys.getrefcount(one.value) <= 2]
        count = weight = 0
        for link in reversed(idle):
            count, weight = count + 1, weight + self._weight(link)
            is_too_much = count > MOST_IDLE or weight > MOST_IDLE_WEIGHT
            one = self._shared[link]
            if is_too_much or one.is_tests or tables.table_kind(one.value):
                self._drop(link, tell=True)
        return self._shared.keys() & idle

    def _weight(self, link: int) -> int:
        one = self._shared[link]
        return (one.before.weight if one.before else 0) + one.size // _SIZE_OF_WEIGHT

    def _drop(self, link: int, *, tell: bool) -> None:
        one = self._shared.pop(link)
        if self._links.get(id(one.value)) == link:
            del self._links[id(one.value)]
        if tell:
            self._unlinked.append(link)

    def take_unlinked(self) -> list[int]:
        """Return the numbers of what is not shared any more, each once."""
        self._unlinked, unlinked = self._unlinked[MAX_LINKS:], self._unlinked[:MAX_LINKS]
        return unlinked

    def _known(self, value: Any) -> int:
        """Return the number of what the worker's code has given, if it has it as it is here."""
        link = self._links.get(id(value), 0)
        if not link or link in self._whole or self._shared[link].is_tests:
            return 0
        return link

    def _follow(self, value: Any) -> int:
        """Return the number that goes with what a test gives; 0 where there are too many."""
        link = self._links.get(id(value), 0)
        if link:
            if self._shared[link].is_tests and link not in self._whole:
                self._shared[link].before = None
            return link
        if len(self._shared) >= MAX_LINKS:
            return 0
        self._count += 1
        link = (self._operation << 16) + self._count
        self._put(link, _Shared(value, is_tests=True))
        return link

    def base(self, array: Any) -> Any:
        """Return the array, given already, that another one is a part of; None for none."""
        whole = array.base
        return whole if whole is not None and id(whole) in self._links else None

    def _put(self, link: int, one: _Shared) -> None:
        self._shared[link] = one
        self._links[id(one.value)] = link

    def take(
        self, link: int, value: Any, measure: Measure, takes: Takes, kept: Collection[int]
    ) -> Any:
        """Return what stands here for an object that a message tells of, as it is there now.

        What it holds is that once the message is settled. New ones are shared that are `kept`.
        Raises WireError where it is of another kind than what goes with its number.
        """
        one = self._shared.get(link)
        if one is None:
            if link in kept and link >= FIRST_OF_WORKERS and len(self._shared) < MAX_LINKS:
                one = _Shared(value, is_tests=False)
                one.size, one.depth = measure
                self._put(link, one)
            return value
        if type(one.value) is not type(value):
            raise WireError("an object of another kind than before")
        if not fits(one.value, value) or not takes(link, one.value, one.is_tests):
            # From now on there are two: the test's own stays as it is.
            self._links.pop(id(one.value), None)
            one.value, one.before, one.is_tests = value, None, False
            self._put(link, one)
            one.size, one.depth = measure
            return value
        self._updates.append((one, value, measure))
        return one.value

    def settle(self, told: object) -> None:
        """Have objects hold what a message has told of them.

        Raises WireError where they, or what is told, hold themselves or far too much.
        """
        if not self._updates:
            return
        updates, self._updates = self._updates, []
        planned = {id(one.value): contents for one, contents, _ in updates}
        memo: dict[int, Measure | None] = {}
        for one in self._shared.values():
            one.size, one.depth = measured(one.value, planned, memo)
        measured(told, planned, memo)
        for one, contents, (size, _) in updates:
            fill(one.value, contents)
            one.before, one.size = Snapshot(one.value), max(one.size, size)

    def keep_only(self, links: Collection[int]) -> None:
        """Share these only: the worker's code has kept no others."""
        for link in [link for link in self._shared if link not in links]:
            self._drop(link, tell=False)
        weight = 0
        for link, one in list(self._shared.items()):
            if one.before is None:
                one.before = Snapshot(one.value)
            weight += self._weight(link)
            if weight > 2 * MAX_WEIGHT:  # an honest worker keeps no more than half of it
                self._drop(link, tell=True)
