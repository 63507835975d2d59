"""The hidden checks of the tiny assignment."""

import numpy as np
import pytest

from gradekit.checks import Reference, Subject, draw, expect_close, expect_like_reference


@pytest.mark.item("running_mean")
def test_by_hand(student: Subject) -> None:
    """running_mean gives the means of 2, 4 and 9, one after another."""
    values = np.array([2.0, 4.0, 9.0])
    expect_close(student.ask("running_mean", values=values), {"means": np.array([2, 3, 5.0])}, 1e-9)


@pytest.mark.item("running_mean", weight=2)
def test_other_values(student: Subject, reference: Reference) -> None:
    """running_mean gives the means of other values."""
    expect_like_reference(student, reference, "running_mean", draw(1, values=(7,)), 1e-9)
