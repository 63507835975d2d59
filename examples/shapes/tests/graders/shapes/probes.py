"""What the checks ask of a submission. Corners are (N, 2), heights numbers."""

import numpy as np

Answer = dict[str, np.ndarray]


def edges(corners: np.ndarray) -> Answer:
    """corners → vectors (N, 2)."""
    from geometry.plane import edges

    return {"vectors": edges(corners)}


def perimeter(corners: np.ndarray) -> Answer:
    """corners → length."""
    from geometry.plane import perimeter

    return {"length": perimeter(corners)}


def area(corners: np.ndarray) -> Answer:
    """corners → size."""
    from geometry.plane import area

    return {"size": area(corners)}


def is_convex(corners: np.ndarray) -> Answer:
    """corners → convex."""
    from geometry.plane import is_convex

    return {"convex": is_convex(corners)}


def volume(corners: np.ndarray, height: float) -> Answer:
    """corners and height → size."""
    from geometry.solid.prism import volume

    return {"size": volume(corners, height)}


def surface(corners: np.ndarray, height: float) -> Answer:
    """corners and height → size."""
    from geometry.solid.prism import surface

    return {"size": surface(corners, height)}
