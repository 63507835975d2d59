"""Functions of a test's that a student's code is given: they have the test's parameters there."""

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from gradekit.workers.remote.in_test.namespace import SessionNamespace
from gradekit.workers.remote.in_test.session import RemoteSession
from gradekit.workers.remote.in_worker.tests_functions import calling
from gradekit.workers.remote.local import LocalExchange
from gradekit.workers.remote.values.nodes import Callback

CODE = """
import inspect
def told(f): return str(inspect.signature(f)), f.__code__.co_argcount
def apply(f, *given, **named): return f(*given, **named)
def curry(f):
    n = len(inspect.signature(f).parameters)
    def take(*given):
        return f(*given) if len(given) >= n else lambda *more: take(*given, *more)
    return take
"""


@pytest.fixture
def get() -> Callable[[str], Any]:
    """Return what looks up a student's function."""
    remote = SessionNamespace(RemoteSession(LocalExchange()))
    remote.run(CODE, "cell.py")
    return remote.get


def several(a: int, b: int = 2, *more: int, k: int, last: int = 4, **named: int) -> object:
    """Return what it is given."""
    return a, b, more, k, last, named


def test_parameters_are_seen(get: Callable[[str], Any]) -> None:
    """By `inspect`, and of the code."""
    assert get("told")(lambda x, y: x + y) == ("(x, y)", 2)
    assert get("told")(several)[1] == several.__code__.co_argcount
    assert get("curry")(lambda a, b, c: (a, b, c))(1)(2, 3) == (1, 2, 3)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ((1,), {"k": 3}),
        ((1, 5, 6, 7), {"k": 3, "last": 0, "other": 9}),
        ((), {"a": 1, "b": 0, "k": 3}),
        ((), {"b": 7, "a": 1, "k": 3}),
    ],
)
def test_arguments_come_as_they_were_given(
    given: tuple[int, ...], named: dict[str, int], get: Callable[[str], Any]
) -> None:
    """In place or by name; what is left out is what the test's function says."""
    assert get("apply")(several, *given, **named) == several(*given, **named)


def test_what_has_no_parameters_is_called_as_well(get: Callable[[str], Any]) -> None:
    """Python's own functions, and those that have some arguments already."""
    apply = get("apply")
    assert (apply(max, 3, 4), apply(math.sqrt, 4), apply(partial(max, 3), 5)) == (4, 2.0, 5)
    with pytest.raises(TypeError, match="missing 1 required"):
        apply(lambda x: x)


@pytest.mark.parametrize("name", ["", "a b", "x=print(1)", "def", "_gradekit_call"])
def test_names_that_are_none_make_no_code(name: str) -> None:
    """Such a function takes what it is given."""
    made = calling(Callback(1, "f", parameters=((name, 1, False),)), lambda *told: told)
    assert made(1, z=2) == (1, "", (1,), {"z": 2})
    assert made.__code__.co_argcount == 0
