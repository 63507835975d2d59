"""Objects of staff's own classes, and of packages, that a test gives to a student's code.

A staff cell that defines `Node` runs on both sides. What a test makes of it is made again there, of
its attributes; what the student's code changes in these is changed here, as in one process: the
attributes are data. What the student's code makes of such a class stays there, as all its objects.
"""

import collections
import sqlite3
import weakref
from collections.abc import Callable, Collection, Sequence
from functools import lru_cache, partial
from typing import Any

from gradekit.workers.remote.in_test.mirrors.objects import place_of
from gradekit.workers.remote.library_objects import (
    CURSOR,
    LibraryObjects,
    is_large,
    library_name,
    state_of,
)
from gradekit.workers.remote.randomness import generator_state
from gradekit.workers.remote.values import nodes as n
from gradekit.workers.remote.values.encoding import CannotCross, Encoder
from gradekit.workers.wire import WireError

_FIRST_GENERATOR = 2**50  # of links
GENERATOR = "random:generator"


@lru_cache(maxsize=200)
def _named_tuple_class(name: str, fields: tuple[str, ...]) -> Any:
    try:
        made: Any = collections.namedtuple(name, fields)  # type: ignore[misc]  # it is no literal
    except ValueError as error:
        raise WireError("a named tuple of no names") from error
    type.__setattr__(made, "_is_students", True)
    return made


class OwnObjects:
    """What a test has given of such objects; `find` says what a name of staff's stands for."""

    def __init__(self, packages: Collection[str]) -> None:
        self.find: Callable[[str], object] = lambda _: None
        self._packages = packages
        self._looked_at: dict[int, tuple[bool, object]] = {}  # while one object is looked at
        self.library = LibraryObjects(self._crosses, lambda value: _is_data(value))
        self.clear()

    def clear(self) -> None:
        """Forget what was given."""
        self.library.clear()
        self._drawing: dict[int, Any] = {}
        self._given: weakref.WeakValueDictionary[int, Any] = weakref.WeakValueDictionary()

    def __contains__(self, link: int) -> bool:
        return link in self._given or link in self._drawing or link in self.library

    def get(self, link: int) -> Any:
        """Return the object whose attributes have a link, or None."""
        for known in (self._given, self._drawing, self.library):
            if link in known:  # a graph without nodes is false
                return known.get(link)
        return None

    def node(self, encoder: Encoder, value: Any) -> n.AnyNode | None:
        """Return how an object is given; None where it is of no such class."""
        kind = type(value)
        if isinstance(value, BaseException | type | partial):
            return None
        state = generator_state(value)  # which `from random import Random` makes no staff's object
        if state is not None:
            return self._generator(encoder, value, state)
        name = kind.__name__ if "_is_students" in vars(kind) else self._staffs_name(kind)
        if name and isinstance(value, tuple):
            return n.Instance(name, encoder.add(tuple(value)))
        if name and type(getattr(value, "__dict__", None)) is dict:
            link = encoder.link(vars(value))
            if not link:
                raise CannotCross("more objects than are followed")
            encoder.wait(link, name, vars(value))
            self._given[link] = value
            return n.Instance(name, -1, link)
        return self._of_package(encoder, value)

    def _generator(self, encoder: Encoder, value: Any, state: dict[str, Any]) -> n.AnyNode:
        """Give a generator of random numbers, once: it goes on there, as one and the same."""
        for link, known in self._drawing.items():
            if known is value:
                return n.Instance(GENERATOR, -1, link)
        link = _FIRST_GENERATOR + len(self._drawing)
        self._drawing[link] = value
        return n.Instance(GENERATOR, encoder.add(state), link)

    def named_tuple(self, name: str, told: object) -> Any:
        """Return a named tuple of the student's, of staff's class where they have such a one.

        Raises WireError where it is none.
        """
        if type(told) is not tuple or [type(one) for one in told] != [tuple, tuple]:
            raise WireError("no named tuple")
        fields, values = told
        if len(fields) != len(values) or not all(type(one) is str for one in fields):
            raise WireError("a named tuple of other parts")
        kind: Any = self.staffs_class("__main__", name)
        if getattr(kind, "_fields", None) != fields or not issubclass(kind, tuple):
            kind = _named_tuple_class(name, fields)
        return tuple.__new__(kind, values)

    def staffs_class(self, module: str, name: str) -> type | None:
        """Return the class of staff's that a class of the student's says it is, or None."""
        found = self.find(name) if module == "__main__" else None
        return found if isinstance(found, type) and found.__name__ == name else None

    def known_above(self, classes: Sequence[type]) -> str:
        """Return the name of the first of some classes that both sides have, or ""."""
        for one in classes:
            name = one.__name__ if one.__module__ == "builtins" else self._staffs_name(one)
            if name:
                return name
        return ""

    def _staffs_name(self, kind: type) -> str:
        """Return the name by which a class of staff's, or of their modules, is known; else ""."""
        if kind.__module__.partition(".")[0] in self._packages:
            return ""
        if self.find(kind.__name__) is kind:
            return kind.__name__
        module = self.find(kind.__module__)
        known = module is not None and getattr(module, kind.__name__, None) is kind
        return f"{kind.__module__}.{kind.__name__}" if known else ""

    def _of_package(self, encoder: Encoder, value: Any) -> n.AnyNode | None:
        """Return how an object of a package is given: one on both sides, or else a copy."""
        if type(value) is sqlite3.Cursor:
            return n.Instance(CURSOR, encoder.add([value.connection]))
        name = library_name(value, self._packages)
        if not name:
            return None
        known = self.library.link_of(value)
        state = self.library.state(known) if known else None
        if state is None:
            state = state_of(name, value, self._crosses, {})
        if state is None or (name.startswith("sklearn.") and len(state) < len(vars(value))):
            return None
        link = 0 if is_large(state) else encoder.link(state)
        if not link:
            return n.Instance(name, encoder.add(state))
        encoder.wait(link, name, state)
        self.library.drop([known])
        self.library.put(link, name, value, state)
        return n.Instance(name, -1, link)

    def _crosses(self, value: Any) -> bool:
        """Whether a value crosses; one that is in itself does not."""
        is_first = not self._looked_at
        if id(value) not in self._looked_at:
            self._looked_at[id(value)] = False, value  # as long as nobody knows better
            self._looked_at[id(value)] = self._is_encoded(value), value
        found, _ = self._looked_at[id(value)]
        if is_first:
            self._looked_at.clear()
        return found

    def _is_encoded(self, value: Any) -> bool:
        def inner(encoder: Encoder, one: Any) -> n.AnyNode:
            made = self._of_package(encoder, one)
            if made is None:
                raise CannotCross("no value")
            return made

        try:
            Encoder(inner).encode(value)
        except CannotCross:
            return False
        return True


def _is_data(value: Any) -> bool:
    """Whether something that the student's code gives may be a part of an object of a package."""
    return place_of(value) is None and not callable(value)
