"""Objects of packages that a test and a student's code both hold: graphs, pictures, databases.

Each side has an object of its own, and a dict of what it is like that both share by its number:
what one side changes in its object the other one's takes on. Only plain values cross so, and
objects of packages in the object: no student's function becomes a method of one.
"""

import contextlib
import sqlite3
import sys
from collections.abc import Callable, Collection
from typing import Any

from gradekit.workers.remote.database_values import database_as_values, database_of, serialized
from gradekit.workers.wire import WireError

ObjectState = dict[str, Any]
# Whether a value crosses.
Crosses = Callable[[Any], bool]

DATABASE = "sqlite3:Connection"
CURSOR = "sqlite3:Cursor"  # which is one of its database's, on each side another one
_PICTURE = "PIL.Image:Image"
_MOST_PIXELS_OF_BYTE = 8
MOST_BYTES = 4 * 2**20  # of a picture, or a database, that is looked at with each operation
_NAME = "mode", "size", "data"


def library_name(value: Any, packages: Collection[str]) -> str:
    """Return the name of the class of an object of some packages, "module:name"; "" for another."""
    kind = type(value)
    module, name = kind.__module__, kind.__qualname__
    if kind is sqlite3.Connection:
        return DATABASE
    if module.partition(".")[0] not in packages:
        return ""
    if getattr(sys.modules.get(module), name, None) is not kind:
        return ""
    if module.startswith("PIL."):
        return _PICTURE if hasattr(value, "tobytes") else ""
    return f"{module}:{name}" if type(getattr(value, "__dict__", None)) is dict else ""


def state_of(name: str, value: Any, crosses: Crosses, before: ObjectState) -> ObjectState | None:
    """Return what an object of a class is like, as far as it crosses; None where nobody can say.

    What is as it was `before` is not looked at again.
    """
    if name == DATABASE:
        return _database_state(value)
    if name == _PICTURE:
        palette = bytes(value.getpalette() or b"") if value.mode == "P" else b""
        state = {"mode": value.mode, "size": value.size, "data": value.tobytes()}
        return state | ({"palette": palette} if palette else {})
    missing = object()
    return {
        key: one
        for key, one in vars(value).items()
        if one is before.get(key, missing) or crosses(one)
    }


def _database_state(value: sqlite3.Connection) -> ObjectState | None:
    try:
        values = database_as_values(serialized(value))
    except sqlite3.Error:  # it is closed, or has what nobody can tell
        return None
    return {"values": values, "rows": value.row_factory is sqlite3.Row}


def is_large(state: ObjectState) -> bool:
    """Whether an object holds too much to be one on both sides: it crosses as a copy."""
    return sum(len(one) for one in state.values() if type(one) is bytes) > MOST_BYTES


def blank_object(name: str) -> Any:
    """Return an object of a class that is like none yet; raise WireError for no such class."""
    if name == DATABASE:
        return sqlite3.Connection(":memory:")
    module, _, own = name.partition(":")
    kind = getattr(sys.modules.get(module), own, None)
    if not isinstance(kind, type):
        raise WireError(f"there is no class {name}")
    return kind() if name == _PICTURE else object.__new__(kind)


def set_state(
    name: str, value: Any, state: ObjectState, known: Collection[str] | None = None
) -> None:
    """Have an object be like that; with `known` attributes, what a class has hides no others.

    Raises WireError for what none is like.
    """
    try:
        if name == DATABASE:
            _set_database(value, state)
        elif name == _PICTURE:
            _set_picture(value, state)
        else:
            _set_attributes(value, state, known)
    except Exception as error:  # libraries look at what may be anything, and refuse it in any way
        raise WireError(f"no such object: {type(error).__name__}") from error


def _set_database(value: sqlite3.Connection, state: ObjectState) -> None:
    if value.in_transaction:
        value.commit()
    value.row_factory = sqlite3.Row if state["rows"] else value.row_factory
    value.execute("PRAGMA trusted_schema = OFF")  # as SQLite's page on what nobody trusts says
    made = database_of(state["values"])
    try:
        made.backup(value)
    finally:
        made.close()


def _set_picture(value: Any, state: ObjectState) -> None:
    mode, size, data = (state[name] for name in _NAME)
    if size[0] * size[1] > _MOST_PIXELS_OF_BYTE * (len(data) + 1):
        raise ValueError("a picture of fewer pixels")
    made = sys.modules["PIL.Image"].frombytes(mode, size, data)
    if "palette" in state:
        made.putpalette(state["palette"])
    if hasattr(value, "fp"):  # it may not have been read yet
        value.load()
    vars(value).update(vars(made))


def _set_attributes(value: Any, state: ObjectState, known: Collection[str] | None) -> None:
    kind, own = type(value), vars(value)
    by_class = kind.__module__.startswith("networkx.")  # whose views are made anew then
    for key, one in state.items():
        if key in own and own[key] is one:
            continue
        if known is not None and key not in known and hasattr(kind, key):
            continue
        if by_class:
            setattr(value, key, one)
        else:
            own[key] = one


class _Record:
    """One object: `state` is what both sides share, `before` what it held when it was the same.

    Of a database `seen` is what it was like then in SQLite's own form, which is looked at quickly.
    """

    __slots__ = ("before", "known", "name", "seen", "state", "value")

    def __init__(self, name: str, value: Any, state: ObjectState) -> None:
        self.name, self.value, self.state = name, value, state
        self.before, self.known = dict(state), frozenset(state)
        self.seen: tuple[bytes, object] | None = None

    def is_as_seen(self) -> bool:
        """Whether it is a database that is as it was when this was last asked."""
        if self.name != DATABASE:
            return False
        with contextlib.suppress(sqlite3.Error):
            before, now = self.seen, (serialized(self.value), self.value.row_factory)
            self.seen = now
            return before == now
        return False


class LibraryObjects:
    """Such objects by their numbers, until a test ends; `crosses` says whether a value does.

    Of what the other side tells only that is taken which `may_come`.
    """

    def __init__(self, crosses: Crosses, may_come: Crosses = lambda _: True) -> None:
        self._crosses, self._may_come = crosses, may_come
        self._records: dict[int, _Record] = {}

    def __contains__(self, link: int) -> bool:
        return link in self._records

    def get(self, link: int) -> Any:
        """Return the object of a number, or None."""
        found = self._records.get(link)
        return found and found.value

    def link_of(self, value: Any) -> int:
        """Return the number of an object; 0 for another."""
        return next((link for link, one in self._records.items() if one.value is value), 0)

    def put(self, link: int, name: str, value: Any, state: ObjectState) -> None:
        """Have a number stand for an object that is like a state, which both sides share."""
        self._records[link] = _Record(name, value, state)

    def state(self, link: int) -> ObjectState | None:
        """Return what both sides share of the object of a number, or None."""
        found = self._records.get(link)
        return found.state if found else None

    def drop(self, links: Collection[int]) -> None:
        """Forget some numbers."""
        for link in links:
            self._records.pop(link, None)

    def clear(self) -> None:
        """Forget all."""
        self._records.clear()

    def refresh(self) -> None:
        """Have what is shared say what the objects are like now."""
        for one in self._records.values():
            if one.is_as_seen():
                continue
            found = state_of(one.name, one.value, self._crosses, one.before)
            if found is None:
                continue
            for key, item in found.items():
                before = one.before.get(key)
                if not (item is before or (type(item) in (bytes, str, tuple) and item == before)):
                    one.state[key] = item
            for key in one.state.keys() - found.keys():
                del one.state[key]
            one.before = dict(one.state)

    def apply(self) -> None:
        """Have the objects be like what is shared says; raise WireError where none can be."""
        for one in self._records.values():
            told = {k: v for k, v in one.state.items() if v is not one.before.get(k, one)}
            if not told and not one.before.keys() - one.state.keys():
                continue
            coming = {k: v for k, v in one.state.items() if k not in told or self._may_come(v)}
            for key in one.before.keys() - one.state.keys():
                getattr(one.value, "__dict__", {}).pop(key, None)
            set_state(one.name, one.value, coming, one.known)
            one.before, one.seen = dict(one.state), None
