"""Draws inputs for checks: random, the same each time, and nobody's to guess.

They are drawn from a seed, which the check's text holds, and the secret of the course and
assignment, which a session sets around its checks: who knows the text has no input by that.
"""

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import numpy as np

# Of the thread that collects and runs checks; without any, as in a unit test, inputs are no secret.
_secret: ContextVar[bytes] = ContextVar("the secret that inputs are drawn with", default=b"")


@contextmanager
def drawn_with(secret: bytes) -> Iterator[None]:
    """Have all inputs that are drawn within, by this thread, depend on a secret."""
    token = _secret.set(secret)
    try:
        yield
    finally:
        _secret.reset(token)


def generator(seed: int) -> np.random.Generator:
    """Return a generator of random numbers for a check's inputs.

    It is made from HMAC-SHA-256 of the seed with the secret: what one generator has drawn tells
    nothing of the secret, nor of another seed's.
    """
    mixed = hmac.digest(_secret.get(), str(int(seed)).encode(), hashlib.sha256)
    return np.random.default_rng(int.from_bytes(mixed, "big"))


def draw(seed: int, scale: float = 1.0, **shapes: tuple[int, ...]) -> dict[str, np.ndarray]:
    """Return one array of normal numbers for each named shape, drawn in the order of the names.

    >>> {name: array.shape for name, array in draw(1, x=(2, 3), b=(3,)).items()}
    {'x': (2, 3), 'b': (3,)}
    """
    drawing = generator(seed)
    return {name: scale * drawing.standard_normal(shape) for name, shape in shapes.items()}


def ramp(start: float, stop: float, *shape: int) -> np.ndarray:
    """Return evenly spaced numbers from start to stop in a shape, filled row by row.

    >>> ramp(0, 1, 2, 3).tolist()
    [[0.0, 0.2, 0.4], [0.6000000000000001, 0.8, 1.0]]
    """
    return np.linspace(start, stop, num=int(np.prod(shape))).reshape(shape)
