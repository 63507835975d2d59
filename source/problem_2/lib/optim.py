"""Optimizers: each step changes a language model's parameters in place, down their gradients."""

from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Key = tuple[str, str]


class Network(Protocol):
    """What an optimizer needs of a model: three layers, each with `params` and `grads`."""

    preprocess: Any
    rnn: Any
    postprocess: Any


def params_and_grads(net: Network) -> Iterator[tuple[Key, Array, Array]]:
    """Yield for each parameter of a model its part and name, its array and its gradient.

    Raises ValueError where a parameter has no gradient yet.
    """
    for part in ("preprocess", "rnn", "postprocess"):
        layer = getattr(net, part)
        for name, param in layer.params.items():
            grad = layer.grads.get(name)
            if grad is None:
                raise ValueError(f"{name} has no gradient: its layer's backward did not store one")
            yield (part, name), param, grad


class SGD:
    """Gradient descent as it is: each parameter moves by -lr times its gradient."""

    def __init__(self, net: Network, lr: float = 1e-4) -> None:
        """Take the model, whose parameters may have any shape, and the learning rate."""
        self.net, self.lr = net, lr

    def step(self) -> None:
        """Update all parameters once; raise ValueError where a gradient is missing."""
        for _, param, grad in params_and_grads(self.net):
            param -= self.lr * grad


class Adam:
    """Adam (Kingma & Ba, "Adam: a method for stochastic optimization", 2015, algorithm 1).

    Each parameter moves along a running mean of its gradients, over the root of a running mean of
    their squares; both means are corrected for having started at zero.
    """

    def __init__(
        self,
        net: Network,
        lr: float = 1e-3,
        beta1: float = 0.9,
        beta2: float = 0.999,
        t: int = 0,
        eps: float = 1e-8,
    ) -> None:
        """Take the model, the learning rate, the decay of both means, the steps made, and eps."""
        self.net, self.lr = net, lr
        self.beta1, self.beta2, self.eps = beta1, beta2, eps
        self.t = t
        self.mean: dict[Key, Array] = {}
        self.square: dict[Key, Array] = {}

    def step(self) -> None:
        """Update all parameters once; raise ValueError where a gradient is missing."""
        # One count for all parameters: a step is a step, however many arrays it changes.
        self.t += 1
        for key, param, grad in params_and_grads(self.net):
            param -= self.lr * self._direction(key, grad)

    def _direction(self, key: Key, grad: Array) -> Array:
        self.mean[key] = self.beta1 * self.mean.get(key, 0.0) + (1 - self.beta1) * grad
        self.square[key] = self.beta2 * self.square.get(key, 0.0) + (1 - self.beta2) * grad**2
        mean = self.mean[key] / (1 - self.beta1**self.t)
        square = self.square[key] / (1 - self.beta2**self.t)
        return mean / (np.sqrt(square) + self.eps)
