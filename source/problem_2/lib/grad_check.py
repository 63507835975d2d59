"""Tools to check an implementation: numerical gradients, relative errors, and their bounds."""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def ramp(start: float, stop: float, *shape: int) -> Array:
    """Return evenly spaced numbers from start to stop, both included, that fill a shape by rows."""
    return np.linspace(start, stop, num=math.prod(shape)).reshape(shape)


def rel_error(x: ArrayLike, y: ArrayLike) -> float:
    """Return the greatest relative error between two arrays of one shape.

    For each entry it is |x - y| / max(1e-8, |x| + |y|). Raises ValueError where the shapes differ,
    because NumPy would otherwise stretch the smaller array and hide the mistake.
    """
    x, y = np.asarray(x), np.asarray(y)
    if x.shape != y.shape:
        raise ValueError(f"the shapes {x.shape} and {y.shape} should be the same")
    return float(np.max(np.abs(x - y) / np.maximum(1e-8, np.abs(x) + np.abs(y))))


def check_errors(errors: Mapping[str, float], bound: float) -> None:
    """Print some errors; raise AssertionError unless each is below the bound (NaN is not)."""
    for name, error in errors.items():
        print(f"{name} error: {error:e}")
    wrong = {name: error for name, error in errors.items() if not error < bound}
    report = ", ".join(f"{name} error is {error:e}" for name, error in wrong.items())
    if wrong:
        raise AssertionError(f"{report}; it should be below {bound:g}")


def check_gradients(
    f: Callable[[Array], Array],
    df: Array,
    arrays: Mapping[str, Array],
    gradients: Iterable[ArrayLike],
    bound: float,
) -> None:
    """Print how far gradients are from numerical ones, and raise AssertionError if too far.

    `arrays` gives for each gradient's name the array that f depends on, and `gradients` holds the
    gradients to check in the same order; `df`, in the shape of f's output, is what came back to it.
    Raises ValueError where there are more or fewer gradients than arrays.
    """
    errors = {
        name: rel_error(eval_numerical_gradient_array(f, array, df), gradient)
        for (name, array), gradient in zip(arrays.items(), gradients, strict=True)
    }
    check_errors(errors, bound)


def check_error(name: str, error: float, bound: float) -> None:
    """Print one error; raise AssertionError unless it is below the bound (NaN is not)."""
    check_errors({name: error}, bound)


def eval_numerical_gradient(
    f: Callable[[Array], float], x: Array, verbose: bool = True, h: float = 1e-5
) -> Array:
    """Return the gradient of a number f(x) with respect to x, in x's shape.

    Central differences with step h: (f(x + h) - f(x - h)) / 2h for each entry. `x` is changed in
    place while f runs, so f may also read it from elsewhere, and is as it was afterwards. Where
    `verbose` is true, each entry's index and derivative are printed.
    """
    gradient = np.zeros(x.shape)
    for index in np.ndindex(*x.shape):
        above, below = _both_sides(f, x, index, h)
        gradient[index] = (above - below) / (2 * h)
        if verbose:
            print(index, gradient[index])
    return gradient


def eval_numerical_gradient_array(
    f: Callable[[Array], Array], x: Array, df: Array, h: float = 1e-5
) -> Array:
    """Return the gradient with respect to x, in x's shape, of an f(x) that gives an array.

    `df`, in the shape of f(x), is the gradient that comes back to f's output: the result is that of
    sum(f(x) * df). Otherwise as `eval_numerical_gradient`.
    """
    gradient = np.zeros(x.shape)
    for index in np.ndindex(*x.shape):
        above, below = _both_sides(f, x, index, h)
        gradient[index] = math.fsum(((above - below) * df).flat) / (2 * h)
    return gradient


def _both_sides(
    f: Callable[[Array], Any], x: Array, index: tuple[int, ...], h: float
) -> tuple[Any, Any]:
    # A result is copied, because a layer may write the next one into the same array.
    value = x[index]
    try:
        x[index] = value + h
        above = np.copy(f(x))
        x[index] = value - h
        below = np.copy(f(x))
    finally:
        x[index] = value
    return above, below
