"""Polygons of the plane. Corners (N, 2) go around, N at least 3, no edge crosses another."""

import numpy as np


def edges(corners):
    """Return the vectors (N, 2) from each corner to the next, the last one back to the first."""
    ### BEGIN SOLUTION
    vectors = np.roll(corners, -1, axis=0) - corners
    ### END SOLUTION
    return vectors


def perimeter(corners):
    """Return the length of the way around, a number."""
    ### BEGIN SOLUTION
    length = np.sqrt((edges(corners) ** 2).sum(axis=1)).sum()
    ### END SOLUTION
    return length


def area(corners):
    """Return the area, a number that is not negative, whichever way the corners go around."""
    ### BEGIN SOLUTION
    following = np.roll(corners, -1, axis=0)
    crossed = corners[:, 0] * following[:, 1] - corners[:, 1] * following[:, 0]
    size = abs(crossed.sum()) / 2
    ### END SOLUTION
    return size


def is_convex(corners):
    """Return 1.0 where all turns are to the same side, else 0.0; no three corners are in a line."""
    ### BEGIN SOLUTION
    sides = edges(corners)
    ahead = np.roll(sides, -1, axis=0)
    turns = sides[:, 0] * ahead[:, 1] - sides[:, 1] * ahead[:, 0]
    convex = float(abs(np.sign(turns).sum()) == len(corners))
    ### END SOLUTION
    return convex
