"""Objects of classes that only a test has, which it gives to a student's code: they stay here.

The code there holds what stands for one, and asks: for attributes whose names are public, for calls
and for operators. It gets plain values, functions that it can call, and further such objects; no
module, no class, nothing whose name begins with an underscore: no test's names can be reached.
"""

import itertools
import sys
import types
from typing import Any

from gradekit.workers.remote.specials import ASKED_BACK
from gradekit.workers.wire import WireError

_SHOWN = ("__str__", "__repr__")
_EXAMPLES: tuple[Any, ...] = ([], (), "", b"", range(0), set[int](), {}, {}.values(), {}.items())
# Python's own iterators: they give their items here, one by one, as a student's code asks for them.
_ITERATORS = frozenset(
    [
        *(type(iter(one)) for one in _EXAMPLES),
        *(type(reversed(one)) for one in (list[int](), range(0), dict[int, int]())),
        *(map, filter, zip, enumerate, reversed, types.GeneratorType),
        *(one for one in vars(itertools).values() if isinstance(one, type)),
    ]
)
_MODELS = "sklearn."
_OF_GENERATORS = frozenset(["send", "throw", "close"])


class GivenIterator:
    """An iterator over such an object."""

    def __init__(self, value: Any) -> None:
        self._items = iter(value)

    def __iter__(self) -> "GivenIterator":
        return self

    def __next__(self) -> Any:
        return next(self._items)


def _is_mock(value: object) -> bool:
    mocks: Any = sys.modules.get("unittest.mock")
    return mocks is not None and mocks.NonCallableMock in type(value).__mro__


def is_tests_object(value: object) -> bool:
    """Whether something is an object of a class that a cell defines, an iterator, or a mock.

    Or a model whose parts do not cross, such as a tree of scikit-learn's.
    """
    kind = type(value)
    if kind.__module__.startswith(_MODELS):
        return True
    if kind in _ITERATORS:
        return True
    if isinstance(value, BaseException | type | types.ModuleType):
        return False
    return kind.__module__ == "__main__" or kind is GivenIterator or _is_mock(value)


def classes_above(value: Any) -> tuple[type, ...]:
    """Return the classes that an object says it is of, its own first."""
    said = value.__class__ if _is_mock(value) else type(value)
    return tuple(one for one in said.__mro__ if one is not object)


def asked_of(value: Any, what: str, given: tuple[Any, ...], named: dict[str, Any]) -> Any:
    """Return what an object gives: an attribute, or what a method with two underscores does.

    `what` is that method, or "get NAME" or "set NAME". Raises WireError for what may not be asked,
    and what the object raises.
    """
    how, _, name = what.partition(" ")
    if how in ("get", "set"):
        is_kept = _is_mock(value) or type(value).__module__.startswith(_MODELS)
        if name.startswith("_") or (how == "set" and is_kept):
            raise AttributeError(name)
        if type(value) in _ITERATORS and name not in _OF_GENERATORS:  # not its frame, nor its code
            raise AttributeError(name)
        return getattr(value, name) if how == "get" else setattr(value, name, *given)
    if how in _SHOWN and type(value) in _ITERATORS:
        return f"<{type(value).__name__} object>"  # without its place in memory
    if how in _SHOWN:
        return str(value) if how == "__str__" else repr(value)
    if how not in ASKED_BACK:
        raise WireError(f"{what} of a test's object")
    if how == "__iter__":
        return GivenIterator(value)
    if _is_mock(value):  # what it has is its own, and no function of its class
        return getattr(value, how)(*given, **named)
    method = next((vars(one)[how] for one in type(value).__mro__ if how in vars(one)), None)
    if method is None:
        raise TypeError(f"{type(value).__name__!r} object has no {how}")
    return method.__get__(value, type(value))(*given, **named)
