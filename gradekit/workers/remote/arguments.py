"""Sees in a worker which arguments of a call have changed, and which the hand-in's code keeps."""

import sys
from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from gradekit.workers.remote.values import nodes as n
from gradekit.workers.remote.values import tables
from gradekit.workers.remote.values.encoding import Encoder
from gradekit.workers.remote.values.shared import DICTS
from gradekit.workers.remote.values.streams import STREAMS, content_of, refill

GivenArguments = tuple[tuple[Any, ...], Mapping[str, Any]]  # of a call

_LARGEST = 2**62 - 1  # of a node's number


class Contents:
    """What arguments hold before an operation, by their links; nothing of the hand-in's is asked.

    Items are told apart by what they are, never by whether they say that they are equal.
    """

    def __init__(self, links: Mapping[int, Any]) -> None:
        self._before = {link: _held(value) for link, value in links.items()}

    def changed(self, links: Mapping[int, Any]) -> list[int]:
        """Return the links of what holds something else now."""
        return [
            link
            for link, before in self._before.items()
            if link in links and _differs(before, _held(links[link]))
        ]

    def forget(self) -> None:
        """Hold nothing more."""
        self._before.clear()


def _held(value: Any) -> Any:
    if type(value) is np.ndarray:
        return value.tolist() if value.dtype.kind == "O" else value.tobytes()
    if type(value) in DICTS:
        return [item for pair in dict.items(value) for item in pair]
    if type(value) is set:
        return sorted(value, key=id)
    if type(value) in STREAMS:
        return b"" if value.closed else b"%d:%b" % (value.tell(), content_of(value))
    if tables.table_kind(value):
        return Encoder(lambda _, inner: n.Object(id(inner) & _LARGEST)).encode(value)
    return list(value)


def _differs(before: Any, now: Any) -> bool:
    if isinstance(before, bytes):
        return bool(before != now)
    if any(isinstance(one, n.Table) for one in (before[-1:] or now[-1:])):
        return bool(before != now)
    return len(before) != len(now) or any(a is not b for a, b in zip(before, now, strict=True))


def kept(links: dict[int, Any]) -> list[int]:
    """Return the links of what somebody holds beside the arguments themselves.

    Counted are the references to each object, but for those from other arguments.
    """
    inner: dict[int, int] = {}
    for value in links.values():
        for item in held_items(value):
            inner[id(item)] = inner.get(id(item), 0) + 1
    found = []
    for link in list(links):
        # By this dict, and by the call itself.
        if sys.getrefcount(links[link]) - 2 - inner.get(id(links[link]), 0) > 0:
            found.append(link)
    return found


def held_items(value: Any) -> Iterable[Any]:
    """Return what a container of Python's own holds that may be an argument, too."""
    if type(value) in DICTS:
        return dict.values(value)
    return value if type(value) in (list, set, deque) else ()


def which_argument(value: Any, given: GivenArguments) -> str:
    """Return at which place of a call a value is given, "(0)" or "(name)"; "" where at none."""
    positional, named = given
    places = [*enumerate(positional), *named.items()]
    return next((f"({place})" for place, one in places if one is value), "")


def fill(value: Any, contents: Any) -> bool:
    """Have a container, array, table or stream hold what another one holds; whether it can."""
    if type(value) is not type(contents):
        return False
    if type(value) is np.ndarray:
        if (value.dtype, value.shape) != (contents.dtype, contents.shape):
            return False
        if not value.flags.writeable:
            return False
        value[...] = contents
    elif tables.table_kind(value):
        value._update_inplace(contents)
    elif type(value) in STREAMS:
        refill(value, contents)
    elif type(value) is list:
        value[:] = contents
    elif type(value) is deque:
        value.clear()
        value.extend(contents)
    elif type(value) in DICTS:
        value.clear()
        for key, held in dict.items(contents):
            value[key] = held
    else:
        value.clear()
        value.update(contents)
    return True
