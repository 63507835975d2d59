"""Compares a student's values with the right ones, in words that give no value away."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from gradekit.report import CheckFailed

SMALLEST_SCALE = 1e-8

Values = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Compared:
    """What was compared: both sides' arrays, the names of those that differ, and the bound.

    `mistaken` has what some mistakes would give, by what to tell who makes them.
    """

    got: Values
    want: Values
    wrong: tuple[str, ...]
    bound: float
    mistaken: Mapping[str, Values] = field(default_factory=dict)

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
    """Return the largest difference ÷ the largest absolute value of both (at least 1e-8)."""
    if not want.size:
        return 0.0
    # As floats: the smallest whole number has no absolute value of its own kind.
    one, other = got.astype(float), want.astype(float)
    scale = max(float(np.abs(one).max()), float(np.abs(other).max()), SMALLEST_SCALE)
    return float(np.abs(one - other).max()) / scale


def expect_close(
    got: Values,
    want: Values,
    bound: float,
    *,
    names: Iterable[str] | None = None,
    hint: str = "",
    mistaken: Mapping[str, Values] | None = None,
) -> None:
    """Raise ValuesDiffer unless each array has the right shape and kind, is finite, and is close.

    `bound` is the largest `scaled_error` that passes; `names` are all of `want`'s by default. The
    message names what differs and by how much, and what is right; `hint` stands after it.
    `mistaken` has what some mistakes would give: who gives that is told which one it is.
    """
    want = {name: want[name] for name in (want if names is None else names)}
    unlike = {name: difference(got.get(name), value) for name, value in want.items()}
    errors = {name: scaled_error(got[name], want[name]) for name in want if not unlike[name]}
    off = {name: error for name, error in errors.items() if error > bound}
    wrong = tuple(name for name in want if unlike[name] or name in off)
    if wrong:
        message = "; ".join(_differences(unlike, off, bound, [n for n in want if n not in wrong]))
        message = f"{message}. {hint}".rstrip(". ") + "."
        raise ValuesDiffer(message, Compared(got, want, wrong, bound, mistaken or {}))


def _differences(
    unlike: Mapping[str, str], off: Mapping[str, float], bound: float, right: list[str]
) -> Iterator[str]:
    for name, problem in unlike.items():
        if problem:
            yield f"{name} {problem}"
    if off:
        told = ", ".join(f"{name} by {error:.1e}" for name, error in off.items())
        yield f"{told.replace(' by', ' differs by', 1)} (at most {bound:.0e} is allowed)"
    if right:
        yield f"right: {', '.join(right)}"


def expect_equal(got: Values, want: Values, *, hint: str = "") -> None:
    """Raise CheckFailed unless each array of `want` is met exactly."""
    expect_close(got, want, 0.0, hint=hint)


def expect_gradients(got: Values, numerical: Values, bound: float) -> None:
    """Raise CheckFailed unless each argument's gradient d… is the numerical one, and none is zero.

    A forward that does not depend on an argument has a numerical gradient of zero, with which a
    backward that gives zeros would agree.
    """
    idle = [name for name, gradient in numerical.items() if not np.abs(gradient).max() > 0]
    expect(not idle, f"the forward pass does not depend on {', '.join(idle)}")
    expect_close(got, {f"d{name}": gradient for name, gradient in numerical.items()}, bound)


def expect(condition: bool, message: str) -> None:
    """Raise CheckFailed with a message that the student may read, unless the condition holds."""
    if not condition:
        raise CheckFailed(message)


def difference(got: np.ndarray | None, want: np.ndarray) -> str:
    """Return why an array cannot be compared, without a value of it; nothing where it can be."""
    if got is None:
        return "is missing"
    if got.ndim != want.ndim:
        return f"has {got.ndim} dimensions where {want.ndim} are asked for"
    if got.shape != want.shape:
        axes = [axis for axis in range(got.ndim) if got.shape[axis] != want.shape[axis]]
        return f"has the wrong length along axis {axes[0]}"
    if want.dtype.kind in "iub" and got.dtype.kind not in "iub":
        return "is not made of whole numbers"
    if want.dtype.kind != "b" and got.dtype.kind == "b":
        return "is made of truth values, not of numbers"
    return "" if np.isfinite(got.astype(float)).all() else "holds values that are not finite"
