"""Which cells stand elsewhere than in the release, and how they come back to their places."""

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from gradekit.notebook.order import out_of_order

RELEASED = ["setup", "double", "slope", "question"]


def test_what_stands_in_order_stays() -> None:
    """Nothing moves where cells are in the release's order, though some may be gone."""
    assert out_of_order(RELEASED, RELEASED) == []
    assert out_of_order(["setup", "question"], RELEASED) == []
    assert out_of_order([], RELEASED) == []


def test_one_cell_that_was_moved_is_named_alone() -> None:
    """An answer at the top has moved, and not all that it was moved before."""
    assert out_of_order(["question", "setup", "double", "slope"], RELEASED) == ["question"]
    assert out_of_order(["double", "slope", "question", "setup"], RELEASED) == ["setup"]


@given(st.sampled_from(list(permutations("abcdef"))))
def test_without_what_must_move_the_rest_is_in_order(names: tuple[str, ...]) -> None:
    """Whatever the order is, what is left stands as it was released."""
    moved = out_of_order(names, "abcdef")
    left = [name for name in names if name not in moved]
    assert left == sorted(left)
    assert (not moved) == (list(names) == sorted(names))
