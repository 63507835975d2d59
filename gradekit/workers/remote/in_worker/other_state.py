"""Makes an object of a student's class hold other data, so that a comparison can tell."""

import types
from typing import Any

_OTHER = 7919
_CODE = (types.FunctionType, staticmethod, classmethod, property, type)


def hold_otherwise(value: Any) -> None:
    """Have all data of an object be others, of the same kind where that is a plain one.

    Raises TypeError where its data may be elsewhere: in slots, or as in a list.
    """
    kinds = [one for one in type(value).__mro__ if one is not object]
    if any("__slots__" in vars(one) or one.__module__ == "builtins" for one in kinds):
        raise TypeError("its data are not its attributes")
    of_class = {name: one for kind in reversed(kinds) for name, one in vars(kind).items()}
    data = {k: one for k, one in of_class.items() if not (k[:2] == "__" or _is_code(one))}
    for name, one in {**data, **vars(value)}.items():
        vars(value)[name] = _other(one)


def _is_code(value: Any) -> bool:
    return isinstance(value, _CODE) or hasattr(type(value), "__get__")


def _other(value: Any) -> Any:
    kind = type(value)
    if kind is bool:
        return not value
    if kind in (int, float):
        return value + 1
    if kind is str:
        return f"{value}~"
    if kind in (list, tuple):
        return kind([*value, _OTHER])
    if kind in (set, frozenset):
        return kind({*value, _OTHER})
    return {**value, _OTHER: _OTHER} if kind is dict else _OTHER
