"""Draws inputs for checks: random, but the same each time."""

import numpy as np


def draw(seed: int, scale: float = 1.0, **shapes: tuple[int, ...]) -> dict[str, np.ndarray]:
    """Return one array of normal numbers for each named shape, drawn in the order of the names."""
    generator = np.random.default_rng(seed)
    return {name: scale * generator.standard_normal(shape) for name, shape in shapes.items()}


def ramp(start: float, stop: float, *shape: int) -> np.ndarray:
    """Return evenly spaced numbers from start to stop in a shape, filled row by row."""
    return np.linspace(start, stop, num=int(np.prod(shape))).reshape(shape)
