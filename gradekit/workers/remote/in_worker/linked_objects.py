"""What a worker's code and a test both hold, in the worker: its numbers, and what has changed."""

import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from gradekit.workers.remote.arguments import Snapshot, fill, kept, partly_linked
from gradekit.workers.remote.protocol import FIRST_OF_WORKERS, MAX_LINKS, MAX_WEIGHT
from gradekit.workers.remote.values import nodes as n

# A part of an array crosses as such if the whole is no larger, in bytes: else as a copy.
_SMALL_BASE, _TIMES_LARGER = 2**16, 4

_Level = dict[int, Snapshot]
_BY_LINK = (n.Ref, n.Instance)


class LinkedObjects:
    """Objects by their numbers, at the levels of operations one within another."""

    def __init__(self) -> None:
        self.links: dict[int, Any] = {}
        self._ids: dict[int, int] = {}
        self._levels: list[_Level] = []
        self._last: _Level = {}  # of what is as it was when the last operation ended
        self._changed, self._stale, self._new = set[int](), set[int](), set[int]()
        self._next = 0

    def begin(self, operation: int) -> None:
        """Number what is new from here on by the operation."""
        self._next = FIRST_OF_WORKERS + (operation << 16)

    def __contains__(self, link: int) -> bool:
        return link in self.links

    def put(self, link: int, value: Any) -> Any:
        """Have a number stand for an object; return it."""
        self._pop(link)
        self.links[link] = value
        self._ids[id(value)] = link
        return value

    def _pop(self, link: int) -> None:
        self._last.pop(link, None)
        value = self.links.pop(link, None)
        if value is not None and self._ids.get(id(value)) == link:
            del self._ids[id(value)]

    def drop(self, links: Iterable[int]) -> None:
        """Forget some numbers."""
        for link in links:
            self._pop(link)

    def drop_given(self, links: Collection[int]) -> None:
        """Forget what a test no longer holds, and what holds that: its change would not be seen."""
        if links:
            self.drop(links)
            self.drop(partly_linked(self.links))

    def clear(self) -> None:
        """Forget all."""
        self.drop(list(self.links))

    def take(self, link: int, value: Any) -> Any:
        """Return what a test's object is here: what it was before, with what it holds now."""
        self._last.pop(link, None)
        if link in self.links and fill(self.links[link], value):
            return self.links[link]
        return self.put(link, value)

    @contextmanager
    def level(self) -> Iterator[None]:
        """Carry out one operation, within others."""
        self._levels.append({})
        try:
            yield
        finally:
            self._levels.pop()

    def note_held(self) -> None:
        """Note what all objects hold before an operation, whose arguments are there."""
        last = self._last
        self._levels[-1] = {
            link: last.get(link) or Snapshot(value) for link, value in self.links.items()
        }

    def changed(self) -> list[int]:
        """Return the numbers of what the operation has changed."""
        changed = self._changed_since(self._levels[-1])
        self._changed, self._new = set(changed), set()
        outer = (link for level in self._levels[:-1] for link in self._changed_since(level))
        self._stale = set(outer) - self._changed
        return changed

    def _changed_since(self, level: _Level) -> list[int]:
        links = self.links
        return [k for k, before in level.items() if k in links and before.differs(links[k])]

    def known(self, value: Any) -> int:
        """Return the number of what a test has as it is here; 0 for all else."""
        link = self._ids.get(id(value), 0)
        if not link or link in self._changed or link in self._stale:
            return 0
        return link if link in self._levels[-1] else 0

    def unchanged(self, value: Any) -> int:
        """Return the number of what nobody has changed in any operation that is under way."""
        link = self._ids.get(id(value), 0)
        if not link or link not in self._levels[-1]:
            return 0
        noted = (level[link] for level in self._levels if link in level)
        return 0 if any(before.differs(value) for before in noted) else link

    def number(self, value: Any) -> int:
        """Return the number of an object, a new one if it has none; 0 where there are too many."""
        link = self._ids.get(id(value), 0)
        if link:
            return 0 if link in self._stale else link
        if len(self.links) >= MAX_LINKS:
            return 0
        link = self._next = self._next + 1
        self._new.add(link)
        self.links[link] = value
        self._ids[id(value)] = link
        return link

    def base(self, array: Any) -> Any:
        """Return the array that another one is a part of, if somebody holds it beside."""
        whole = array.base
        if type(whole) is not np.ndarray or whole.base is not None:
            return None
        # By the array, by this name and by the call.
        if id(whole) not in self._ids and sys.getrefcount(whole) <= 3:
            return None
        is_small = whole.nbytes <= _SMALL_BASE + _TIMES_LARGER * array.nbytes
        return whole if is_small or id(whole) in self._ids else None

    def note_told(self, nodes: Sequence[n.AnyNode]) -> None:
        """Forget what a message was to tell all of, and has not: it went as an object instead."""
        if due := self._new | self._changed:
            due -= {getattr(node, "link", 0) for node in nodes if not isinstance(node, _BY_LINK)}
            self.drop(due)

    def settle(self, besides: Collection[int]) -> list[int]:
        """Forget what nobody else holds, what is too much, and `besides`; return what is left."""
        if not self.links:
            return []
        level, self._last = self._levels[-1], {}
        # What holds others is noted anew: they are counted here.
        flat = {k: one for k, one in level.items() if one.is_flat and k not in self._changed}
        level.clear()
        still, weight = list[int](), 0
        for link in kept(self.links, flat):
            more = (flat.get(link) or Snapshot(self.links[link])).weight
            if weight + more <= MAX_WEIGHT and link not in besides:
                still.append(link)
                weight += more
        if still:
            self.drop(set(self.links) - set(still))
            self.drop(partly_linked(self.links, flat))
            still = list(self.links)
        else:
            self.links.clear()
            self._ids.clear()
        for outer in self._levels[:-1][-1:]:
            outer.update({k: Snapshot(one) for k, one in self.links.items() if k not in outer})
        if len(self._levels) == 1:
            self._last = {link: flat[link] for link in still if link in flat}
        return still
