"""The hidden checks of the second notebook."""

import pytest

from gradekit.checks import Reference, Subject, draw, expect_like_reference


@pytest.mark.item("volume", of=["volume"], follows=["area"])
def test_volume(student: Subject, reference: Reference) -> None:
    """The volume is that of the prism over other polygons."""
    case = draw(4, corners=(5, 2)) | {"height": 2.5}
    expect_like_reference(student, reference, "volume", case, 1e-9)


@pytest.mark.item("surface", of=["surface"], follows=["area", "perimeter"])
def test_surface(student: Subject, reference: Reference) -> None:
    """The surface has floor, roof and walls."""
    case = draw(5, corners=(6, 2)) | {"height": 1.5}
    expect_like_reference(student, reference, "surface", case, 1e-9)
