"""Makes in a worker what a test has given of staff's classes, and of packages: of attributes."""

import weakref
from collections import namedtuple
from collections.abc import Callable
from types import FunctionType
from typing import Any

from gradekit.workers.remote.library_objects import CURSOR, LibraryObjects, blank_object, set_state
from gradekit.workers.remote.randomness import generator_of
from gradekit.workers.remote.specials import COMPARISONS
from gradekit.workers.remote.values import nodes as n
from gradekit.workers.remote.values.encoding import CannotCross, Encoder
from gradekit.workers.wire import WireError

# By these tuples compare, count and give their items.
_OF_TUPLES = frozenset(
    [*COMPARISONS, "__len__", "__getitem__", "__iter__", "__contains__", "__hash__", "__class__"]
)


class GivenObjects:
    """The objects by their links; `find` says what a name of the notebook's stands for."""

    def __init__(self, find: Callable[[str], Any]) -> None:
        self._find, self.library = find, LibraryObjects(_is_plain)
        self.clear()

    def clear(self) -> None:
        """Forget them."""
        self.library.clear()
        self._drawing: dict[int, Any] = {}
        self._made: weakref.WeakValueDictionary[int, Any] = weakref.WeakValueDictionary()

    def link_of(self, value: Any) -> int:
        """Return the link of what a test has given; 0 for all else."""
        found = (link for link, one in self._made.items() if one is value)
        return next(found, 0) or self.library.link_of(value)

    def make(self, node: n.Instance, state: Any) -> Any:
        """Return the object of a node, whose attributes are `state`; WireError for no such class.

        Without state it is one that is told later.
        """
        if type(state) is dict and len(state) == 1 and node.name == "random:generator":
            self._drawing[node.link] = generator_of(state)
        if node.link in self._drawing:
            return self._drawing[node.link]
        if ":" in node.name:
            return self._of_package(node, state)
        made = self._made.get(node.link) if node.link else None
        if made is None:
            made = self._new(node.name, state)
            if node.link:
                self._made[node.link] = made
        if type(state) is dict:
            made.__dict__ = state
        return made

    def _of_package(self, node: n.Instance, state: Any) -> Any:
        if node.name == CURSOR:
            return state[0].cursor()
        made = self.library.get(node.link) if node.link else None
        if made is None:
            made = blank_object(node.name)
            if node.link:
                self.library.put(node.link, node.name, made, {})
        if type(state) is dict:
            set_state(node.name, made, state)
            if node.link:
                self.library.put(node.link, node.name, made, state)
        elif not node.link:
            raise WireError(f"there is no class {node.name}")
        return made

    def _new(self, name: str, state: Any) -> Any:
        first, *others = name.split(".")
        kind = self._find(first)
        for one in others:
            kind = getattr(kind, one, None)
        if not isinstance(kind, type):
            raise WireError(f"there is no class {name}")
        if type(state) is tuple:
            return tuple.__new__(kind, state)
        return object.__new__(kind)


def is_named_tuple(kind: type) -> bool:
    """Whether objects of a class are tuples whose items have names, and nothing more."""
    fields = vars(kind).get("_fields")
    if kind.__bases__ != (tuple,) or type(fields) is not tuple:
        return False
    try:
        plain = vars(namedtuple("plain", fields))
    except (ValueError, TypeError):
        return False
    own = {k for k, one in vars(kind).items() if isinstance(one, FunctionType | property)}
    return own <= set(plain)


def is_plain_tuple(kind: type) -> bool:
    """Whether objects of a class are tuples that compare, count and give their items as such."""
    if tuple not in kind.__mro__:
        return False
    own = {name for one in kind.__mro__ if one not in (tuple, object) for name in vars(one)}
    return not own & _OF_TUPLES


def _is_plain(value: Any) -> bool:
    try:
        Encoder().encode(value)
    except CannotCross:
        return False
    return True
