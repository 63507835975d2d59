"""Compares a student's values with the right ones, in words that give no value away."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from gradekit.errors import CheckFailed
from gradekit.workers.values import why_incomparable

SMALLEST_SCALE = 1e-8
SMALLEST_ERROR = 1e-30  # of values that are not the same
# What 32-bit floats round by, a few dozen times over, measured as `scaled_error` does.
ROUNDING = 1e-5
ROUNDING_16 = 1e-2
ROUNDED = "The values are computed with {}-bit floats, which round too much: use float64"
LIKE_ROUNDED = "So much 32-bit floats round by: are some of the arrays float32?"

NamedValues = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Compared:
    """What was compared: both sides' arrays, the names of those that differ, and the bound.

    `mistaken` has what some mistakes would give, by what to tell who makes them.
    """

    got: NamedValues
    want: NamedValues
    wrong: tuple[str, ...]
    bound: float
    mistaken: Mapping[str, NamedValues] = field(default_factory=dict)

    @property
    def right(self) -> tuple[str, ...]:
        """The names of the arrays that are right."""
        return tuple(name for name in self.want if name not in self.wrong)


class ValuesDiffer(CheckFailed):
    """Values that are not the right ones, with what was compared; none of that is in the text."""

    def __init__(self, message: str, compared: Compared) -> None:
        super().__init__(message)
        self.compared = compared


def scaled_error(got: np.ndarray, want: np.ndarray) -> float:
    """Return the largest difference ÷ the largest absolute value of both (at least 1e-8).

    It is 0 only where both are the same, at most 2, and NaN where a value is not finite: whoever
    compares must write `error <= bound`, which NaN does not meet.

    >>> scaled_error(np.array([2.0, 3.0]), np.array([2.0, 4.0]))
    0.25
    """
    if not want.size:
        return 0.0
    # As floats: the smallest whole number has no absolute value of its own kind.
    one, other = got.astype(float), want.astype(float)
    if not (np.isfinite(one).all() and np.isfinite(other).all()):
        return float("nan")
    scale = max(float(np.abs(one).max()), float(np.abs(other).max()), SMALLEST_SCALE)
    # Divided first: the difference of two large values need not be finite.
    error = float(np.abs(one / scale - other / scale).max())
    # What is rounded away is a difference all the same, of whole numbers above all.
    return error if error or np.array_equal(got, want) else SMALLEST_ERROR


def expect_close(
    got: NamedValues,
    want: NamedValues,
    bound: float,
    *,
    names: Iterable[str] | None = None,
    hint: str = "",
    mistaken: Mapping[str, NamedValues] | None = None,
) -> None:
    """Raise ValuesDiffer unless each array has the right shape and kind, is finite, and is close.

    `bound` is the largest `scaled_error` that passes; `names` are all of `want`'s by default. The
    message names what differs and by how much, and what is right; `hint` stands after it.
    `mistaken` has what some mistakes would give: who gives that is told which one it is.

    >>> expect_close({"y": np.ones(2)}, {"y": np.array([1.0, 2.0])}, 1e-6)
    Traceback (most recent call last):
    gradekit.checks.compare.ValuesDiffer: y differs by 5e-01 (at most 1e-06 is allowed).
    """
    want = {name: want[name] for name in (want if names is None else names)}
    unlike = {name: why_incomparable(got.get(name), value) for name, value in want.items()}
    errors = {name: scaled_error(got[name], want[name]) for name in want if not unlike[name]}
    # Never `error > bound`, which NaN is not.
    off = {name: error for name, error in errors.items() if not error <= bound}
    wrong = tuple(name for name in want if unlike[name] or name in off)
    if wrong:
        message = "; ".join(_differences(unlike, off, bound, [n for n in want if n not in wrong]))
        told = [message, hint, _about_rounding(got, unlike, off)]
        message = " ".join(_sentence(part) for part in told if part)
        raise ValuesDiffer(message, Compared(got, want, wrong, bound, mistaken or {}))


def _differences(
    unlike: Mapping[str, str], off: Mapping[str, float], bound: float, right: list[str]
) -> Iterator[str]:
    for name, problem in unlike.items():
        if problem:
            yield f"{name} {problem}"
    if off:
        told = ", ".join(f"{name} by {in_one_digit(error)}" for name, error in off.items())
        yield f"{told.replace(' by', ' differs by', 1)} (at most {bound:.0e} is allowed)"
    if right:
        yield f"right: {', '.join(right)}"


def _sentence(text: str) -> str:
    return text if text.endswith(("?", ".")) else f"{text}."


def _about_rounding(got: NamedValues, unlike: Mapping[str, str], off: Mapping[str, float]) -> str:
    """Return what to say where all that is wrong is off by no more than 32-bit floats round."""
    if any(unlike.values()):
        return ""
    in_16 = {name for name in off if _has_bits(got[name], np.float16)}
    most = {name: ROUNDING_16 if name in in_16 else ROUNDING for name in off}
    if not all(error <= most[name] for name, error in off.items()):
        return ""
    if in_16:
        return ROUNDED.format(16)
    in_32 = all(_has_bits(got[name], np.float32) for name in off)
    return ROUNDED.format(32) if in_32 else LIKE_ROUNDED


def _has_bits(array: np.ndarray, kind: type[np.floating]) -> bool:
    """Whether floats are of a kind, or were when they were computed.

    Whole numbers that any kind holds tell nothing.
    """
    if array.dtype.kind != "f":
        return False
    with np.errstate(over="ignore"):
        same = np.array_equal(array, array.astype(kind))
    told = (array != np.round(array)) | (np.abs(array) > 2.0 ** np.finfo(kind).nmant)
    return bool(same and told.any())


def in_one_digit(error: float) -> str:
    """Return an error, above 0, rounded up to one digit: how it is wrong is a hand-in's to choose.

    So each array that differs tells no more than some bits of what the hand-in was given.
    """
    if not math.isfinite(error) or error <= 0:
        return f"{error:.0e}"
    exponent = math.floor(math.log10(error))
    digit = math.ceil(round(error / 10.0**exponent, 6))
    return f"{digit if digit < 10 else 1}e{exponent + digit // 10:+03d}"


def expect_equal(got: NamedValues, want: NamedValues, *, hint: str = "") -> None:
    """Raise CheckFailed unless each array of `want` is met exactly.

    >>> expect_equal({"words": np.array([1, 2])}, {"words": np.array([1, 2])})
    """
    expect_close(got, want, 0.0, hint=hint)


def expect(condition: bool, message: str) -> None:
    """Raise CheckFailed with a message that the student may read, unless the condition holds.

    >>> expect(len([1, 2]) == 3, "gives two means, and there are three numbers")
    Traceback (most recent call last):
    gradekit.errors.CheckFailed: gives two means, and there are three numbers
    """
    if not condition:
        raise CheckFailed(message)


def agree(got: NamedValues, want: NamedValues, bound: float) -> bool:
    """Whether each array of `want` is met within a bound, as `expect_close` compares.

    >>> agree({"y": np.ones(2)}, {"y": np.ones(2) + 1e-9}, 1e-6)
    True
    """
    try:
        expect_close(got, want, bound)
    except CheckFailed:
        return False
    return True
