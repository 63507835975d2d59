"""Compares a student's values with the right ones, in words that give no value away."""

from collections.abc import Iterable, Mapping

import numpy as np

from gradekit.report import CheckFailed

SMALLEST_SCALE = 1e-8

Values = Mapping[str, np.ndarray]


def scaled_error(got: np.ndarray, want: np.ndarray) -> float:
    """Return the largest difference ÷ the largest absolute value of both (at least 1e-8)."""
    if not want.size:
        return 0.0
    scale = max(float(np.abs(got).max()), float(np.abs(want).max()), SMALLEST_SCALE)
    return float(np.abs(got.astype(float) - want.astype(float)).max()) / scale


def expect_close(
    got: Values, want: Values, bound: float, *, names: Iterable[str] | None = None, hint: str = ""
) -> None:
    """Raise CheckFailed unless each array has the right shape and kind, is finite, and is close.

    `bound` is the largest `scaled_error` that passes; `names` are all of `want`'s by default. The
    message names what differs and by how much, and what is right.
    """
    names = list(names if names is not None else want)
    wrong = {name: difference(got.get(name), want[name]) for name in names}
    problems = [f"{name} {problem}" for name, problem in wrong.items() if problem]
    errors = {n: scaled_error(got[n], want[n]) for n in names if not wrong[n]}
    large = [f"{name} {error:.1e}" for name, error in errors.items() if error > bound]
    if large:
        problems.append(f"error too large (at most {bound:.0e} is allowed): {', '.join(large)}")
    right = [name for name, error in errors.items() if error <= bound]
    if problems and right:
        problems.append(f"right: {', '.join(right)}")
    if len(right) < len(names):
        raise CheckFailed("; ".join(problems) + (f". {hint}" if hint else ""))


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
