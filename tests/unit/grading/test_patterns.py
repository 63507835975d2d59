"""What wrong values look like beside the right ones is told in words, and no value is."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gradekit.checks.compare import Compared
from gradekit.grading.reference.patterns import describe_patterns, how_it_looks

GENERATOR = np.random.default_rng(1)
MATRIX = GENERATOR.standard_normal((4, 3))
STATES = GENERATOR.standard_normal((3, 5, 2))


def only(timesteps: slice) -> np.ndarray:
    """Return states that are right at some timesteps."""
    changed = GENERATOR.standard_normal(STATES.shape)
    changed[:, timesteps] = STATES[:, timesteps]
    return changed


@pytest.mark.parametrize(
    ("got", "want", "words"),
    [
        (0 * MATRIX, MATRIX, "all zeros"),
        (MATRIX.T, MATRIX, "transposed"),
        (MATRIX[:3].T, MATRIX[:3], "transposed"),
        (-MATRIX, MATRIX, "of the opposite sign"),
        (MATRIX / 4, MATRIX, "off by the same factor everywhere"),
        (STATES[:, ::-1], STATES, "in the opposite order of time"),
        (only(slice(0, 1)), STATES, "right at the first timestep only"),
        (only(slice(0, 3)), STATES, "right at the first timesteps"),
        (only(slice(4, 5)), STATES, "right at the last timestep only"),
        (only(slice(2, 5)), STATES, "right at the last timesteps"),
        (np.concatenate([STATES[:1], 1 - STATES[1:]]), STATES, "right for the first sequence"),
        (MATRIX + 1, MATRIX, ""),
        (MATRIX[:, :2], MATRIX, ""),
        (0 * MATRIX[:, :2], MATRIX, ""),
        (MATRIX[:0], MATRIX, ""),
    ],
)
def test_a_look_is_put_into_words(got: np.ndarray, want: np.ndarray, words: str) -> None:
    """Each way to be wrong has its words; what looks like nothing known has none."""
    assert how_it_looks(got, want).startswith(words)
    assert bool(how_it_looks(got, want)) == bool(words)


def test_two_arrays_in_each_others_place_are_told_together() -> None:
    """Swapped arrays are one finding, and others are told beside it."""
    want = {"dx": MATRIX, "dh": MATRIX + 1, "db": MATRIX[0]}
    got = {"dx": MATRIX + 1, "dh": MATRIX, "db": -MATRIX[0]}
    compared = Compared(got, want, ("dx", "dh", "db"), 1e-6)
    found = list(describe_patterns(compared, set(compared.wrong)))
    assert [names for _, names in found] == [{"dx", "dh"}, {"db"}]


def test_what_cannot_be_compared_is_passed_over() -> None:
    """Missing arrays, texts and infinities have no look."""
    want = {"a": MATRIX, "b": MATRIX, "c": MATRIX}
    got = {"b": np.array(["x"]), "c": MATRIX * np.inf}
    assert list(describe_patterns(Compared(got, want, ("a", "b", "c"), 1e-6), set(want))) == []


@given(
    arrays(float, (3, 4, 2), elements=st.floats(-9, 9, width=32)),
    arrays(float, (3, 4, 2), elements=st.floats(-9, 9, width=32)),
)
def test_no_words_hold_a_number(got: np.ndarray, want: np.ndarray) -> None:
    """Whatever the values are, no digit is told."""
    for changed in (got, -want, want[:, ::-1], want[:, :1], 3 * want, 0 * want):
        assert not re.search(r"\d", how_it_looks(changed, want))
