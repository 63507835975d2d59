"""Compares plain values of any kind with those of the reference, and asks both for the same."""

import contextlib
import copy
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from gradekit.checks.compare import in_one_digit, scaled_error
from gradekit.errors import CheckFailed
from gradekit.workers.remote.in_test.answers.answer_facts import Fact, answers_facts
from gradekit.workers.remote.in_test.mirrors.home import NotAsked
from gradekit.workers.remote.in_test.mirrors.objects import RemoteIterator, place_of
from gradekit.workers.values import why_incomparable

ENOUGH = 24  # inputs that are compared
_NUMBERS = (int, float, complex, np.number)
_TRUTHS = (bool, np.bool_)
_ADDRESS = " at 0x"  # in the text of an object whose class gives it none
_TABLES = ("DataFrame", "Series")


def expect_alike(got: Any, want: Any, bound: float = 1e-9) -> None:
    """Raise CheckFailed unless a value is the right one: of its kind, and equal.

    Numbers, arrays, texts, tables, lists, tuples, sets and dicts of them may be compared; floats
    agree where their `scaled_error` is at most `bound`, and NaN where both are. Objects of classes
    of the solution's own are compared by their `repr`; TypeError where that tells nothing. The
    message holds no value.

    >>> expect_alike([1.0, "a"], [1.0, "b"])
    Traceback (most recent call last):
    gradekit.errors.CheckFailed: gives another text than is right
    """
    if place_of(want) is not None:
        _expect_alike_objects(got, want, bound)
    elif isinstance(want, _TRUTHS):
        _expect(isinstance(got, _TRUTHS), f"gives {_kind(got)} where True or False is asked for")
        _expect(bool(got) == bool(want), "gives True for False, or False for True")
    elif isinstance(want, (np.ndarray, *_NUMBERS)):
        _expect_alike_numbers(got, want, bound)
    elif type(want).__name__ in _TABLES:
        _expect(type(got) is type(want), f"gives {_kind(got)} where {_kind(want)} is asked for")
        expect_alike(_of_table(got), _of_table(want), bound)
    elif isinstance(want, Mapping | list | tuple):
        _expect(_kind(got) == _kind(want), f"gives {_kind(got)} where {_kind(want)} is asked for")
        _expect_alike_items(got, want, bound)
    else:
        _expect(_kind(got) == _kind(want), f"gives {_kind(got)} where {_kind(want)} is asked for")
        _expect(bool(got == want), f"gives another {_named(want)} than is right")


def expect_same_answers(
    ask: Callable[..., Any],
    student: Any,
    reference: Any,
    inputs: Iterable[Sequence[Any]],
    raises: Sequence[type[Exception]] = (),
    bound: float = 1e-9,
) -> None:
    """Raise CheckFailed unless a hand-in answers as the reference does, to some inputs.

    `ask(module, *values)` asks a module, or a notebook, for something: of a hand-in, as
    `student.means`, and of the reference, as `reference.means`. What is printed, and values that
    are changed in place where nothing is returned, are compared as well. Where the reference
    raises one of `raises`, the hand-in has to raise it, too; inputs for which it raises anything
    else, or gives NaN or an infinity, are left out. Raises ValueError where none is left.
    """
    count = 0
    for values in inputs:
        with contextlib.suppress(_NotTaken):
            want = _answer(ask, reference, values, raises, left_out=True)
            if answers_facts(want[1]) & Fact.NOT_FINITE:
                raise _NotTaken
            got = _answer(ask, student, values, raises)
            _expect(got[0] == want[0], _told_raised(got[0], want[0]))
            expect_alike(got[1:], want[1:], bound)
            count += 1
        if count == ENOUGH:
            return
    if not count:
        raise ValueError("the solution has no answer to any of the inputs: take others")


class _NotTaken(Exception):
    """The reference takes no such input."""


def _answer(
    ask: Callable[..., Any],
    asked: Any,
    values: Sequence[Any],
    raises: Sequence[type[Exception]],
    left_out: bool = False,
) -> tuple[str, Any, str, Any]:
    """Return what is raised, returned, printed, and what has become of the values."""
    given = copy.deepcopy(list(values))
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            found = ask(asked, *given)
    except tuple(raises) as error:
        kind = next(one for one in raises if isinstance(error, one))
        return kind.__name__, None, "", None
    except Exception as error:
        if left_out and hasattr(error, "gradekit_outcome") and not isinstance(error, NotAsked):
            raise _NotTaken from error
        raise
    return "", found, printed.getvalue(), given if found is None else None


def _told_raised(got: str, want: str) -> str:
    if not want:
        return f"raises {got} for what has an answer"
    return f"raises {got or 'nothing'} where {want} is asked for"


def _expect(holds: bool, told: str) -> None:
    if not holds:
        raise CheckFailed(told)


def _expect_alike_objects(got: Any, want: Any, bound: float) -> None:
    if isinstance(want, RemoteIterator):
        _expect(isinstance(got, RemoteIterator), f"gives {_kind(got)} where items come one by one")
        expect_alike(list(got), list(want), bound)
        return
    text = repr(want)
    if _ADDRESS in text:
        raise TypeError(f"{type(want).__name__} has no __repr__ to compare: ask for its attributes")
    _expect(place_of(got) is not None, f"gives {_kind(got)} where an object is asked for")
    _expect(repr(got) == text, "gives an object that shows itself otherwise than is right")


def _expect_alike_numbers(got: Any, want: Any, bound: float) -> None:
    if isinstance(want, np.ndarray):
        _expect(isinstance(got, np.ndarray), f"gives {_kind(got)} where an array is asked for")
    else:
        is_number = isinstance(got, _NUMBERS) and not isinstance(got, _TRUTHS)
        _expect(is_number, f"gives {_kind(got)} where a number is asked for")
    one, other = np.asarray(got), np.asarray(want)
    if other.dtype.kind not in "iubf":
        same = one.shape == other.shape and one.dtype.kind == other.dtype.kind
        close = same and (
            np.allclose(one, other, rtol=bound, atol=bound, equal_nan=True)
            if other.dtype.kind == "c"
            else np.array_equal(one, other)
        )
        _expect(bool(close), "gives other values than are right")
        return
    real = one.dtype.kind in "iubf"
    finite = np.isfinite(other)
    if real and one.shape == other.shape and not finite.all():
        ends = np.array_equal(one[~finite], other[~finite], equal_nan=True)
        _expect(ends, "gives other values than are right where these are not finite")
        one, other = one[finite], other[finite]
    # 2 is as good as 2.0, and the other way around.
    unlike = why_incomparable(one, other.astype(float) if other.dtype.kind in "iu" else other)
    _expect(not unlike, f"what it gives {unlike}")
    error = scaled_error(one, other)
    allowed = f"at most {bound:.0e} is allowed"
    _expect(error <= bound, f"what it gives differs by {in_one_digit(error)} ({allowed})")


def _expect_alike_items(got: Any, want: Any, bound: float) -> None:
    if isinstance(want, Mapping):
        _expect(got.keys() == want.keys(), "gives other keys than are right")
        pairs = [(got[key], want[key]) for key in want]
    else:
        lacking = "too many" if len(got) > len(want) else "too few"
        _expect(len(got) == len(want), f"gives {lacking} items")
        pairs = list(zip(got, want, strict=True))
    for one, other in pairs:
        expect_alike(one, other, bound)


def _of_table(table: Any) -> dict[str, Any]:
    """Return a table as plain values: its labels and columns."""
    labels = {"index": table.index.tolist()}
    if table.ndim == 1:
        return labels | {"values": table.to_numpy()}
    columns = table.columns.tolist()
    return labels | {"columns": columns, "values": [c.to_numpy() for _, c in table.items()]}


def _named(value: object) -> str:
    return {"str": "text"}.get(type(value).__name__, type(value).__name__)


def _kind(value: object) -> str:
    """Return in words what a value is; a class of a hand-in's is not named."""
    if place_of(value) is not None:
        return "an object of a class"
    if value is None:
        return "None"
    if isinstance(value, _TRUTHS):
        return "True or False"
    if isinstance(value, _NUMBERS):
        return "a number"
    name = "dict" if isinstance(value, dict) else _named(value)
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"
