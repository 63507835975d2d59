"""What stands in a worker for a test's functions: with the parameters that these have."""

import keyword
from collections.abc import Callable
from inspect import Parameter, Signature
from itertools import takewhile
from typing import Any

from gradekit.workers.remote.values import nodes as n

KINDS = n.PARAMETER_KINDS
# Calls a test's function, by its number, with what is given.
Call = Callable[[int, str, tuple[Any, ...], dict[str, Any]], Any]
_OWN = "_gradekit_"


class _Left:
    """What stands for an argument that is left out: the test's function knows what it is."""

    def __repr__(self) -> str:
        return f"{_OWN}left"


_LEFT = _Left()


def calling(node: n.Callback, call: Call) -> Callable[..., Any]:
    """Return a function that calls a test's: its parameters are the same."""

    def function(*given: Any, **named: Any) -> Any:
        return call(node.id, "", given, named)

    made = _with_parameters(node.parameters or (), function) if node.parameters else function
    made.__name__ = made.__qualname__ = node.name
    made.__doc__ = node.doc or None
    return made


def _with_parameters(
    parameters: n.TestsParameters, function: Callable[..., Any]
) -> Callable[..., Any]:
    """Return a function like another one, with parameters; that one where they are none.

    Its text is made here, of names only.
    """
    names = [name for name, _, _ in parameters]
    if any(not one.isidentifier() or keyword.iskeyword(one) or _OWN in one for one in names):
        return function
    try:
        told = [
            Parameter(name, KINDS[kind], default=_LEFT if optional else Parameter.empty)
            for name, kind, optional in parameters
        ]
        signature = Signature(told)
    except (ValueError, IndexError):
        return function

    def call(given: dict[str, Any], more: tuple[Any, ...], named: dict[str, Any]) -> Any:
        rest = {name: value for name, value in given.items() if value is not _LEFT}
        before = takewhile(lambda one: one.kind in KINDS[:2] and one.name in rest, told)
        first = [rest.pop(one.name) for one in before]
        return function(*first, *more, **rest, **named)

    plain = [one.name for one in told if one.kind not in (KINDS[2], KINDS[4])]
    more = next((one.name for one in told if one.kind is KINDS[2]), "()")
    named = next((one.name for one in told if one.kind is KINDS[4]), "{}")
    given = "{" + ", ".join(f"{name!r}: {name}" for name in plain) + "}"
    text = f"def made{signature}: return {_OWN}call({given}, {more}, {named})"
    names_there: dict[str, Any] = {f"{_OWN}call": call, f"{_OWN}left": _LEFT}
    exec(compile(text, "<a test's function>", "exec"), names_there)
    made: Callable[..., Any] = names_there["made"]
    return made
