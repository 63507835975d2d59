"""The operators of what stands for a student's object: asked there, or decided here by none."""

from collections.abc import Callable, Sequence
from functools import update_wrapper
from inspect import Signature, signature
from types import FunctionType, MappingProxyType
from typing import Any

from gradekit.workers.remote.in_test.mirrors.home import Place
from gradekit.workers.remote.in_test.usage import is_asked_by_kit
from gradekit.workers.remote.specials import (
    COMPARISONS,
    IN_PLACE,
    OPERATOR_METHODS,
    REFLECTED,
    SPECIALS,
    TEXTS,
    TWO_SIDED,
)

OF_TUPLES = frozenset(
    [*COMPARISONS, "__bool__", "__len__", "__contains__", "__hash__", "__add__", "__mul__"]
)
# What a test looks at in a class, as by `inspect.getsource(Stack.__init__)`.
LOOKED_AT = frozenset([*OPERATOR_METHODS, *TEXTS, "__init__", "__dict__"]) - {"__array__"}
# Asks an object: returns what `kind` of operation gives, of a name and of what is given.
Ask = Callable[..., Any]
Has = Callable[[Any, str], bool]


def has_own(value: Any, name: str) -> bool:
    """Whether the class of the student's has a method with two underscores, not as any class."""
    found = next((one for one in type(value).__mro__ if name in vars(one)), object)
    return found is not object and vars(found)[name] is not None


def decided_here(value: Any, name: str, given: tuple[Any, ...], has: Has) -> Any:
    """Return what Python itself says of any object of such a class; NotImplemented where it asks.

    An object is not None, and true unless its class says how it is false or how long it is. It is
    equal to itself alone, unless its class says to what.
    """
    is_plain = not any(has(value, one) for one in ("__eq__", "__ne__", "__hash__"))
    if name in ("__eq__", "__ne__") and given:
        other = given[0]
        is_mirror = type(type(other)) is type(type(value)) and not has(other, "__eq__")
        if other is None or (is_plain and is_mirror):
            return (value is other) == (name == "__eq__")
    if name == "__bool__" and not has(value, "__bool__") and not has(value, "__len__"):
        return True
    return NotImplemented


def seen_by_test(name: str, own: Any, place: Place | None) -> Any:
    """Return what a test sees as an attribute of a class, whose own one is for the kit.

    A call of an operator goes the way of the operator, and its source is the student's. What the
    class has as any class has it is Python's own.
    """
    if place is None or is_asked_by_kit():
        return own
    if name == "__dict__":
        return MappingProxyType(place.home.operate("own_names", place.number))
    theirs = place.home.attribute(place.number, name)
    if not isinstance(theirs, FunctionType):
        return vars(object).get(name, own)
    if name in TEXTS or name == "__init__":
        return theirs

    def operator(*given: Any, **named: Any) -> Any:
        return own(*given, **named)

    return update_wrapper(operator, theirs)


def made_with(place: Place) -> Signature | None:
    """Return what a class is called with, as `inspect.signature` tells it; None for any class's."""
    method = place.home.attribute(place.number, "__init__")
    if not isinstance(method, FunctionType):
        return None
    of_method = signature(method)
    return of_method.replace(parameters=[*of_method.parameters.values()][1:])


def of_items(
    items: tuple[Any, ...],
    name: str,
    theirs: Sequence[tuple[Any, ...] | None],
    given: Sequence[Any],
) -> Any:
    """Return what a tuple gives that compares as such; `theirs` are the items of what is given."""
    others = [one if own is None else own for own, one in zip(theirs, given, strict=True)]
    if name == "__bool__":
        return bool(items)
    return getattr(items, name)(*others)


def compared_there(
    ask_of: Callable[[Any], Ask | None], has: Has, name: str, value: Any, other: Any
) -> Any:
    """Return what one of two objects says of both: the other one where its class does not know."""
    asks, asks_other = ask_of(value), ask_of(other)
    found = asked_there(asks, value, name, (other,), has) if asks else NotImplemented
    if found is NotImplemented and asks_other:
        found = asked_there(asks_other, other, REFLECTED.get(name, name), (value,), has)
    return found


def _is_long(ask: Ask) -> bool:
    length = ask("method", "__len__")
    if type(length) not in (int, bool):
        raise TypeError(f"{type(length).__name__!r} object cannot be interpreted as an integer")
    if length < 0:
        raise ValueError("__len__() should return >= 0")
    return bool(length)


def asked_there(ask: Ask, value: Any, name: str, given: tuple[Any, ...], has: Has) -> Any:
    """Return what the student's object gives; what its class lacks is as Python has it."""
    if name == "__array__":
        made = ask("array")
        return made if not given or given[0] is None else made.astype(given[0])
    if name == "__bool__":  # Python itself refuses what is no truth value
        return ask("method", "__bool__") if has(value, "__bool__") else _is_long(ask)
    if name in SPECIALS and name in (*IN_PLACE, *TWO_SIDED) and not has(value, name):
        return NotImplemented
    if name == "__contains__" and not has(value, name):
        return ask("contains", "", *given)
    return ask("method", name, *given)
