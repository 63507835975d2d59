"""Prisms: solids that stand upright over a polygon."""

from geometry.plane import area, perimeter


def volume(corners, height):
    """Return the volume of the prism over corners (N, 2) with a height, a number."""
    ### BEGIN SOLUTION
    size = area(corners) * height
    ### END SOLUTION
    return size


def surface(corners, height):
    """Return the whole surface: that of floor, roof and walls, a number."""
    ### BEGIN SOLUTION
    size = 2 * area(corners) + perimeter(corners) * height
    ### END SOLUTION
    return size
