"""What both sides may hold: which of it has changed, and which the hand-in's code keeps."""

import sys
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from operator import is_
from typing import Any

import numpy as np

from gradekit.workers.remote.values import nodes as n
from gradekit.workers.remote.values import tables
from gradekit.workers.remote.values.encoding import Encoder
from gradekit.workers.remote.values.shared import DICTS, SCALARS
from gradekit.workers.remote.values.streams import STREAMS, content_of, refill
from gradekit.workers.remote.values.views import is_same_part

GivenArguments = tuple[tuple[Any, ...], Mapping[str, Any]]  # of a call

_LARGEST = 2**62 - 1  # of a node's number
_SEQUENCES = (list, set, deque)
# Bytes of an array that are compared in the time of one item.
_BYTES_OF_ITEM = 64
# Lists of so many items are compared many times faster, if nothing can be asked of these.
_LONG, _TIMES_FASTER = 1000, 16
_LEAST_WEIGHT = 10
_CHANGEABLE = frozenset([*_SEQUENCES, *DICTS, *STREAMS])
_ATOMS = SCALARS | {int, float, bool, str, bytes, complex, type(None)}


class Snapshot:
    """What a container, array, table or stream holds at a time; nothing of the hand-in's is asked.

    Items are told apart by what they are, never by whether they say that they are equal: but for
    long lists of nothing but numbers and texts. What `is_flat` holds nothing that has a link.
    """

    __slots__ = ("_held", "_is_long", "is_flat", "weight")

    def __init__(self, value: Any) -> None:
        self._held, self.is_flat = _held_by(value), is_flat(value)
        is_list = type(value) in (list, deque)
        self._is_long = is_list and self.is_flat and len(value) > _LONG
        self.weight = _weight_of(value, self._is_long)  # how long it takes to compare

    def differs(self, value: Any) -> bool:
        """Whether an object holds something else now."""
        before, now = self._held, value if type(value) is list else _held_by(value)
        if isinstance(before, bytes):
            return bool(before != now)
        if any(isinstance(one, n.Table) for one in (before[-1:] or now[-1:])):
            return bool(before != now)
        if len(before) != len(now):
            return True
        return bool(before != now) if self._is_long else not all(map(is_, before, now))


def _held_by(value: Any) -> Any:
    kind = type(value)
    if kind is np.ndarray:
        return value.tolist() if value.dtype.kind == "O" else value.tobytes()
    if kind in DICTS:
        return [*dict.keys(value), *dict.values(value)]
    if kind is set:
        return sorted(value, key=id)
    if kind in STREAMS:
        return b"" if value.closed else b"%d:%b" % (value.tell(), content_of(value))
    if tables.table_kind(value):
        return Encoder(lambda _, inner: n.Object(id(inner) & _LARGEST)).encode(value)
    return list(value)


def is_followed(value: Any) -> bool:
    """Whether it can be told what something holds: a container, an array, a table or a stream."""
    kind = type(value)
    return kind in _CHANGEABLE or kind is np.ndarray or bool(tables.table_kind(value))


def is_flat(value: Any) -> bool:
    """Whether something holds nothing that can have a link."""
    kind = type(value)
    if kind is np.ndarray:
        return value.base is None and value.dtype.kind != "O"
    held = dict.values(value) if kind in DICTS else value if kind in _SEQUENCES else ()
    return _ATOMS.issuperset(map(type, held))


def _weight_of(value: Any, is_long: bool) -> int:
    kind = type(value)
    if kind is np.ndarray:
        more = value.size if value.dtype.kind == "O" else int(value.nbytes) // _BYTES_OF_ITEM
    elif kind in STREAMS:
        more = len(content_of(value)) // _BYTES_OF_ITEM
    elif tables.table_kind(value):
        more = 10 * int(getattr(value, "size", 1))
    else:
        more = len(value) // _TIMES_FASTER if is_long else len(value)
    return _LEAST_WEIGHT + more


def kept(links: Mapping[int, Any], flat: Collection[int] = ()) -> list[int]:
    """Return the links of what somebody holds beside the objects themselves, in order.

    Counted are the references to each object, but for those from others with links; what is held
    by one that is kept is kept, too. Those that are known to be `flat` hold none.
    """
    inner: dict[int, int] = {}
    holding = {k: value for k, value in links.items() if k not in flat and not is_flat(value)}
    for value in holding.values():
        for item in held_items(value):
            inner[id(item)] = inner.get(id(item), 0) + 1
    holding.clear()
    value = item = None
    # By this dict, and by the call itself.
    found = [k for k in links if sys.getrefcount(links[k]) - 2 - inner.get(id(links[k]), 0) > 0]
    if not inner or not found:
        return found
    own, seen = {id(value) for value in links.values()}, set[int]()
    todo = [links[link] for link in found]
    while todo:
        one = todo.pop()
        if id(one) not in seen:
            seen.add(id(one))
            todo += [item for item in held_items(one) if id(item) in own]
    return [link for link, value in links.items() if id(value) in seen]


def partly_linked(links: Mapping[int, Any], flat: Collection[int] = ()) -> set[int]:
    """Return the links of what holds something without a link that can change: it is not followed.

    Those that are known to be `flat` do not.
    """
    holding = {k: one for k, one in links.items() if k not in flat and not is_flat(one)}
    whole, found = {id(one) for one in links.values()}, set[int]()
    while True:
        lost = [
            k for k, one in holding.items() if any(id(x) not in whole for x in _changeable_in(one))
        ]
        if not lost:
            return found
        found.update(lost)
        whole -= {id(holding.pop(k)) for k in lost}


def _changeable_in(value: Any) -> Iterator[Any]:
    if type(value) is np.ndarray and value.dtype.kind != "O":
        return  # it is looked at as a whole
    for one in held_items(value):
        kind = type(one)
        if isinstance(one, tuple | frozenset):
            yield from _changeable_in(list(one))
        elif kind in _CHANGEABLE or tables.table_kind(one) or isinstance(one, np.ndarray):
            yield one


def held_items(value: Any) -> Iterable[Any]:
    """Return what a container of Python's own holds that may have a link, too."""
    kind = type(value)
    if kind in DICTS:
        return dict.values(value)
    if kind is np.ndarray and value.dtype.kind == "O":
        return value.ravel().tolist()  # type: ignore[no-any-return]
    if kind is np.ndarray:
        return () if value.base is None else (value.base,)
    return value if kind in _SEQUENCES else ()


def which_argument(value: Any, given: GivenArguments) -> str:
    """Return at which place of a call a value is given, "(0)" or "(name)"; "" where at none."""
    positional, named = given
    places = [*enumerate(positional), *named.items()]
    return next((f"({place})" for place, one in places if one is value), "")


def fits(value: Any, contents: Any) -> bool:
    """Whether something can hold what another one holds.

    What is a part of an array is so already, or never: its memory is another one's.
    """
    if type(value) is not type(contents):
        return False
    if type(value) is not np.ndarray:
        return True
    same = (contents.dtype, contents.shape) == (value.dtype, value.shape)
    return same and (
        is_same_part(value, contents) or (contents.base is None and bool(value.flags.writeable))
    )


def fill(value: Any, contents: Any) -> bool:
    """Have a container, array, table or stream hold what another one holds; whether it can."""
    if not fits(value, contents):
        return False
    if type(value) is np.ndarray:
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
