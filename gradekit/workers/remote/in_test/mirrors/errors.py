"""Exceptions of Python's own, by name, made of whatever the student's code gave them."""

import builtins
import sys
from collections.abc import Callable, Collection, Mapping
from typing import Any

import numpy as np

from gradekit.workers import wire
from gradekit.workers.remote.in_test.mirrors.home import Place
from gradekit.workers.remote.in_test.mirrors.objects import place_of, set_place
from gradekit.workers.remote.in_test.mirrors.plain_names import denied
from gradekit.workers.remote.in_test.usage import is_named_by_test
from gradekit.workers.remote.protocol import RAISED_BY_TEST

_KITS = "gradekit_"  # names of attributes of the kit's own


def builtin_error(name: str) -> type[Exception]:
    """Return Python's own class of exceptions by name; Exception for what is none."""
    found = getattr(builtins, name, None)
    if name == "LinAlgError":
        return np.linalg.LinAlgError
    if isinstance(found, type) and issubclass(found, Exception):
        return found
    return Exception


# Whose exceptions end a test otherwise than by failing.
_RUN_TESTS = frozenset(
    ["unittest", "doctest", "bdb", "pdb", "test", "gradekit", "pytest", "_pytest"]
)


def library_error(module: str, name: str, packages: Collection[str]) -> type[Exception] | None:
    """Return the exceptions' class of Python's library, or of some packages, by name; else None."""
    package = module.partition(".")[0]
    is_known = package in sys.stdlib_module_names or package in packages
    if not is_known or package in _RUN_TESTS or module not in sys.modules:
        return None
    found = vars(sys.modules[module]).get(name)
    is_error = isinstance(found, type) and issubclass(found, Exception)
    return found if is_error and found.__module__ == module else None


def made_error(kind: type[Exception], arguments: tuple[Any, ...]) -> Exception:
    """Return an exception of a class, whatever that wants to be made of; nothing is asked for it.

    Raises WireError where there can be none.
    """
    try:
        made: Exception = type.__call__(kind, *arguments)
        return made
    except Exception:  # a class of Python's that wants other arguments
        pass
    try:
        made = kind.__new__(kind)
        made.args = arguments
    except Exception as error:
        raise wire.WireError("an exception that cannot be made here") from error
    return made


def error_mirror(kind: type[Exception], place: Place, arguments: tuple[Any, ...]) -> Exception:
    """Return what stands for an exception of a student's own class, which can be raised here."""
    made = made_error(kind, arguments)
    set_place(made, place)
    return made


def _attribute(error: Any, name: str) -> Any:
    """Return an attribute that has not come with the exception."""
    place = place_of(error)
    if place is None or denied(name) or name.startswith(_KITS):
        raise AttributeError(f"{type(error).__name__!r} object has no attribute {name!r}")
    return place.home.attribute(place.number, name)


def _set_attribute(error: Any, name: str, value: Any) -> None:
    """Set an attribute, there and here; what Python's own exceptions have is set here."""
    place = place_of(error)
    if place is not None and not name.startswith(("_", _KITS)) and name != "args":
        place.home.operate("set_attribute", place.number, name, value)
        vars(error).pop(name, None)
        return
    object.__setattr__(error, name, value)


def _text(error: Any, how: str) -> str:
    """Return its own text."""
    place = place_of(error)
    if place is None:
        return str(BaseException.__str__(error) if how == "str" else BaseException.__repr__(error))
    return str(place.home.operate("text", place.number, how))


def error_methods(specials: Collection[str]) -> dict[str, Any]:
    """Return the body of a mirror of a student's exceptions: of texts those that it has."""
    texts = {"__str__": lambda error: _text(error, "str")}
    texts["__repr__"] = lambda error: _text(error, "repr")
    asked = {"__getattr__": _attribute, "__setattr__": _set_attribute}
    return asked | {name: text for name, text in texts.items() if name in specials}


def told_error(
    fault: wire.Fault,
    builtin: str,
    told: Any,
    raised: Mapping[int, Exception],
    describe: Callable[[wire.Fault], object],
) -> Exception:
    """Return the exception that a worker tells of: of a class like the student's, or Python's.

    `raised` are those of the test's own functions. Raises WireError where it is none.
    """
    if type(told) is not tuple or len(told) != 5 or type(told[0]) is not tuple:
        raise wire.WireError("an exception of other parts")
    arguments, attributes, own, held, cause = told
    has_attributes = type(attributes) is dict
    number = attributes.get(RAISED_BY_TEST) if has_attributes else None
    if type(number) is int and number in raised:
        return raised[number]  # a test's function has raised it, and the student's code let it by
    kind = own if isinstance(own, type) and issubclass(own, Exception) else None
    error = held if isinstance(held, Exception) and type(held) is kind else None
    if error is None:
        error = made_error(kind or builtin_error(builtin), arguments)
    if isinstance(error, StopIteration) and not is_named_by_test("StopIteration"):
        error = RuntimeError("the student's code raised StopIteration")  # as in a generator
    if has_attributes:
        for name, value in attributes.items():
            if type(name) is str and not name.startswith(("__", "gradekit_")):
                vars(error)[name] = value
    if isinstance(cause, Exception) and cause is not error:
        error.__cause__ = cause
    vars(error)["gradekit_outcome"] = describe(fault)
    return error
