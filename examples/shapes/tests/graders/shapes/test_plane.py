"""The hidden checks of the first notebook."""

import numpy as np
import pytest

from gradekit.checks import Reference, Subject, draw, expect_close, expect_like_reference

SQUARE = np.array([[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 2.0]])
ARROW = np.array([[0.0, 0.0], [4.0, 0.0], [1.0, 1.0], [0.0, 4.0]])


@pytest.mark.item("edges", of=["edges"])
def test_edges(student: Subject, reference: Reference) -> None:
    """Edges go from each corner to the next, and from the last to the first."""
    expect_like_reference(student, reference, "edges", draw(1, corners=(5, 2)), 1e-9)


@pytest.mark.item("perimeter", of=["perimeter"], follows=["edges"])
def test_perimeter(student: Subject, reference: Reference) -> None:
    """The perimeter is the sum of all sides."""
    expect_like_reference(student, reference, "perimeter", draw(2, corners=(6, 2)), 1e-9)


@pytest.mark.item("area", weight=2, of=["area"])
def test_area(student: Subject, reference: Reference) -> None:
    """The area of other polygons."""
    expect_like_reference(student, reference, "area", draw(3, corners=(7, 2)), 1e-9)


@pytest.mark.item("area")
def test_area_the_other_way_around(student: Subject) -> None:
    """The area is the same whichever way the corners go around."""
    for corners in (SQUARE, SQUARE[::-1].copy()):
        expect_close(student.ask("area", corners=corners), {"size": np.array(4.0)}, 1e-9)


@pytest.mark.item("is_convex")
def test_is_convex(student: Subject) -> None:
    """A square is convex and an arrow is not, whichever way they go around."""
    for corners, convex in ((SQUARE, 1.0), (ARROW, 0.0)):
        for given in (corners, corners[::-1].copy()):
            expect_close(student.ask("is_convex", corners=given), {"convex": np.array(convex)}, 0)
