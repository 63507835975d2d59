"""Numerical gradients of a student's own forward, all perturbed inputs in one message."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from gradekit.report import CheckFailed

STEP = 1e-5


class Asks(Protocol):
    """Whatever can be asked to run a probe many times: a bench."""

    def ask_many(
        self, probe: str, calls: Sequence[Mapping[str, Any]]
    ) -> list[dict[str, np.ndarray]]:
        """Return the arrays of several calls of one probe."""


def numerical_gradients(
    bench: Asks,
    probe: str,
    arguments: Mapping[str, Any],
    upstream: Mapping[str, np.ndarray],
    wrt: Sequence[str],
) -> dict[str, np.ndarray]:
    """Return d(sum of upstream × output)/d(argument) for each argument named in `wrt`.

    Central differences with a step of 1e-5, whose error is of the order of the step squared. The
    gradient of an argument has the argument's shape.
    """
    calls = [call for name in wrt for call in _perturbed(arguments, name)]
    totals = [_weighted_sum(answer, upstream) for answer in bench.ask_many(probe, calls)]
    slopes = (np.asarray(totals[0::2]) - np.asarray(totals[1::2])) / (2 * STEP)
    gradients, start = {}, 0
    for name in wrt:
        shape = np.shape(arguments[name])
        size = int(np.prod(shape))
        gradients[name] = slopes[start : start + size].reshape(shape)
        start += size
    return gradients


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
        total += float(np.sum(output * weights))
    return total
