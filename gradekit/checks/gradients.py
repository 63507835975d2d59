"""Numerical gradients of a function that was asked about perturbed inputs, all in one message."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from gradekit.errors import CheckFailed

STEP = 1e-5
LEAST = 1e-9  # what is smaller is the rounding of a function that does not depend on its argument


def perturbed(arguments: Mapping[str, Any], wrt: Sequence[str]) -> list[dict[str, Any]]:
    """Return the arguments with each number of those in `wrt` a little larger, then smaller."""
    return [call for name in wrt for call in _perturbed(arguments, name)]


def numerical_gradients(
    answers: Sequence[Mapping[str, np.ndarray]],
    arguments: Mapping[str, Any],
    upstream: Mapping[str, np.ndarray],
    wrt: Sequence[str],
) -> dict[str, np.ndarray]:
    """Return d(sum of upstream × output)/d(argument) for each argument named in `wrt`.

    `answers` are those to the `perturbed` arguments. Central differences with a step of 1e-5, whose
    error is of the order of the step squared. The gradient of an argument has the argument's shape.
    Raises CheckFailed where an output has another shape than asked for, or is not finite.
    """
    totals = np.array([_weighted_sum(answer, upstream) for answer in answers])
    if not np.isfinite(totals).all():
        raise CheckFailed("forward gives values that are not finite, which have no gradient")
    slopes = (totals[0::2] - totals[1::2]) / (2 * STEP)
    gradients, start = {}, 0
    for name in wrt:
        shape = np.shape(arguments[name])
        size = int(np.prod(shape))
        gradients[name] = slopes[start : start + size].reshape(shape)
        start += size
    return gradients


def depends_on_all(gradients: Mapping[str, np.ndarray]) -> bool:
    """Whether each gradient is finite and one of its numbers is not zero."""
    return all(
        bool(np.isfinite(one).all()) and bool(np.abs(one).max() > LEAST)
        for one in gradients.values()
    )


def _perturbed(arguments: Mapping[str, Any], name: str) -> Iterator[dict[str, Any]]:
    array = np.asarray(arguments[name], dtype=float)
    for position in range(array.size):
        for step in (STEP, -STEP):
            changed = array.copy()
            changed.flat[position] += step
            yield {**arguments, name: changed}


def _weighted_sum(answer: Mapping[str, np.ndarray], upstream: Mapping[str, np.ndarray]) -> float:
    total = 0.0
    for name, weights in upstream.items():
        output = answer.get(name)
        if output is None or output.shape != weights.shape:
            raise CheckFailed(f"forward gives no {name} of the right shape to take gradients of")
        with np.errstate(all="ignore"):
            total += float(np.sum(output.astype(float) * weights))
    return total
