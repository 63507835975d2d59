"""Comparing: what differs is told by name and by how much, and no value is given away."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gradekit.checks.compare import (
    ValuesDiffer,
    expect_close,
    expect_equal,
    in_one_digit,
    scaled_error,
)
from gradekit.checks.gradients import depends_on_all, numerical_gradients, perturbed
from gradekit.errors import CheckFailed

Arrays = dict[str, np.ndarray]
WANT: Arrays = {"dx": np.array([[1.0, 2.0], [3.0, 4.0]]), "db": np.array([1.0, -1.0])}


def test_right_values_pass() -> None:
    """Values within the bound pass, also as float32 and with more beside them."""
    got: Arrays = {
        "dx": WANT["dx"].astype(np.float32),
        "db": WANT["db"] + 1e-9,
        "more": np.zeros(1),
    }
    expect_close(got, WANT, 1e-6)


@pytest.mark.parametrize(
    ("dx", "message"),
    [
        (WANT["dx"] * 1.5, r"dx differs by 4e-01 \(at most 1e-06 is allowed\); right: db."),
        (WANT["dx"][0], "dx has 1 dimensions where 2 are asked for; right: db."),
        (WANT["dx"][:, :1], "dx has too few columns; right: db."),
        (WANT["dx"] * np.inf, "dx holds values that are not finite; right: db."),
        (None, "dx is missing; right: db."),
    ],
)
def test_wrong_values_are_told(dx: np.ndarray | None, message: str) -> None:
    """The message names what is wrong, how, and what is right."""
    got = {"db": WANT["db"]} if dx is None else {"db": WANT["db"], "dx": dx}
    with pytest.raises(CheckFailed, match=f"^{message}$"):
        expect_close(got, WANT, 1e-6)


def test_a_hint_stands_after_what_differs_and_all_that_differs_is_told() -> None:
    """Several arrays that differ are one list, and the hint is a sentence of its own."""
    got = {"dx": 2 * WANT["dx"], "db": -WANT["db"]}
    with pytest.raises(
        ValuesDiffer, match=r"^dx differs by .*, db by .* is allowed\). Look\.$"
    ) as told:
        expect_close(got, WANT, 1e-6, hint="Look.")
    assert told.value.compared.wrong == ("dx", "db")
    assert told.value.compared.right == ()


def test_whole_numbers_stay_whole() -> None:
    """Indices as floats are refused, whatever their values."""
    with pytest.raises(CheckFailed, match="whole numbers"):
        expect_equal({"words": np.array([1.0])}, {"words": np.array([1])})


@pytest.mark.parametrize(
    ("got", "want"),
    [
        (np.array([2**53]), np.array([2**53 + 1])),
        (np.array([2**63 - 1]), np.array([2**63 - 2])),
        (np.array([1e300, 5e-324]), np.array([1e300, 0.0])),
        (np.array([1.0]), np.array([np.nextafter(1.0, 2.0)])),
    ],
    ids=["of 54 bits", "the largest", "a small one beside a large one", "the next float"],
)
def test_equal_means_the_same(got: np.ndarray, want: np.ndarray) -> None:
    """No two values are equal that only rounding makes so; within a bound they are."""
    with pytest.raises(ValuesDiffer):
        expect_equal({"x": got}, {"x": want})
    expect_close({"x": got}, {"x": want}, 1e-12)


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_the_error_is_symmetric_and_at_most_two(a: float, b: float) -> None:
    """The error of two numbers is the same both ways, 0 for equal ones and at most 2."""
    x, y = np.array([a]), np.array([b])
    assert scaled_error(x, y) == scaled_error(y, x)
    assert 0 <= scaled_error(x, y) <= 2
    assert scaled_error(x, x) == 0


def test_the_smallest_whole_number_gives_no_size_away() -> None:
    """An error is at most two for whole numbers too, so it tells nothing of the right values."""
    least = np.full(2, np.iinfo(np.int64).min)
    assert scaled_error(least, np.array([0.25, -0.5])) <= 2


SOME_ARRAYS = arrays(float, 3, elements=st.floats(-1e3, 1e3))


@given(SOME_ARRAYS, SOME_ARRAYS, SOME_ARRAYS)
def test_a_message_holds_no_number_but_errors_and_the_bound(
    one: np.ndarray, other: np.ndarray, want: np.ndarray
) -> None:
    """Whatever differs, the digits of the message are those of errors, one each, and the bound."""
    got = {"dx": one, "db": other, "dw": one[:2]}
    with pytest.raises(ValuesDiffer) as told:
        expect_close(got, dict.fromkeys(got, want), 1e-6)
    rest = re.sub(r"by \de[+-]\d\d|at most 1e-06 is|along axis 0", "", str(told.value))
    assert not re.search(r"\d", rest)


HUGE = np.finfo(float).max


@pytest.mark.parametrize("bound", [1e-6, np.inf])
@pytest.mark.parametrize(
    ("got", "want"),
    [
        (np.array([0.0, 1.0]), np.array([np.nan, 1.0])),
        (np.array([0.0, 1.0]), np.array([np.inf, 1.0])),
        (np.array([np.nan, 1.0]), np.array([0.0, 1.0])),
        (np.array([np.inf, 1.0]), np.array([np.inf, 1.0])),
        (np.array([1j, 1.0]), np.array([0.0, 1.0])),
    ],
    ids=["NaN wanted", "infinity wanted", "NaN given", "infinity twice", "complex"],
)
def test_what_is_not_finite_is_never_close(got: np.ndarray, want: np.ndarray, bound: float) -> None:
    """No bound lets a number through that is none, on either side."""
    with pytest.raises(CheckFailed):
        expect_close({"x": got}, {"x": want}, bound)


@pytest.mark.parametrize("bound", [0.0, 1e-6, 1.0])
def test_the_largest_numbers_are_compared(bound: float) -> None:
    """Their difference is no float any more, and they differ all the same, by two."""
    got, want = np.array([HUGE, -HUGE]), np.array([-HUGE, HUGE])
    assert scaled_error(got, want) == 2
    with pytest.raises(CheckFailed, match=r"by 2e\+00"):
        expect_close({"x": got}, {"x": want}, bound)
    expect_close({"x": got}, {"x": got}, bound)


def test_the_smallest_numbers_are_zeros() -> None:
    """Subnormal numbers differ from zero by less than any bound."""
    expect_close({"x": np.array([5e-324])}, {"x": np.array([0.0])}, 1e-6)


def test_values_of_32_bits_are_told_where_they_miss_by_rounding() -> None:
    """Who computes with float32 reads so; who is wrong by more does not."""
    want = np.linspace(0.1, 1.0, 20)
    rounded, off = want.astype(np.float32), want * (1 + 3e-6)
    for got, words in ((rounded, "with 32-bit floats"), (off, "are some of the arrays float32?")):
        for dtype in (got.dtype, np.dtype(float)):
            with pytest.raises(CheckFailed, match=words):
                expect_close({"x": got.astype(dtype)}, {"x": want}, 1e-8)
    for wrong in (1.01 * want, (1.01 * want).astype(np.float32), want[1:].astype(np.float32)):
        with pytest.raises(CheckFailed) as told:
            expect_close({"x": wrong}, {"x": want}, 1e-8)
        assert "32" not in str(told.value)


@pytest.mark.parametrize("scale", [1.0, 3e5, 3e30, 3e-5])
def test_values_of_16_and_32_bits_are_told_at_any_size(scale: float) -> None:
    """What rounds is told relative to the values, for half precision and for a mix of both."""
    want: Arrays = {"x": scale * np.linspace(0.1, 1.0, 20), "y": np.linspace(0.1, 1.0, 7)}
    single: Arrays = {name: value.astype(np.float32) for name, value in want.items()}
    half: Arrays = {"x": want["x"], "y": want["y"].astype(np.float16)}
    for got, bits in ((single, 32), (half, 16), (single | {"y": half["y"]}, 16)):
        with pytest.raises(CheckFailed, match=f"with {bits}-bit floats"):
            expect_close(got, want, 1e-9)


def test_whole_numbers_are_of_no_kind() -> None:
    """Wrong whole numbers, which any kind of float holds, are not taken for rounded ones."""
    with pytest.raises(CheckFailed) as told:
        expect_close({"x": np.array([100.0, 50.0])}, {"x": np.array([100.5, 50.0])}, 1e-6)
    assert "bit" not in str(told.value)


def squares(calls: list[dict[str, np.ndarray]]) -> list[dict[str, np.ndarray]]:
    """Return y = w · x² for each call."""
    return [{"y": call["w"] * call["x"] ** 2} for call in calls]


def test_numerical_gradients_are_those_of_calculus() -> None:
    """d(w x²) is 2 w x for x and x² for w, times what comes from above."""
    arguments = {"x": np.array([[1.0, -2.0], [0.5, 3.0]]), "w": np.array([2.0, -1.0])}
    above = np.array([[1.0, 2.0], [3.0, 4.0]])
    answers = squares(perturbed(arguments, ["x", "w"]))
    found = numerical_gradients(answers, arguments, {"y": above}, ["x", "w"])
    np.testing.assert_allclose(found["x"], 2 * arguments["w"] * arguments["x"] * above, rtol=1e-6)
    np.testing.assert_allclose(found["w"], (arguments["x"] ** 2 * above).sum(axis=0), rtol=1e-6)
    assert depends_on_all(found)


@pytest.mark.parametrize("gradient", [np.zeros(2), np.array([1.0, np.nan]), np.full(2, np.inf)])
def test_a_gradient_of_nothing_is_none(gradient: np.ndarray) -> None:
    """A function that ignores an argument, or whose gradient is not finite, has no gradient."""
    assert not depends_on_all({"x": np.ones(2), "w": gradient})


@pytest.mark.parametrize(
    ("outputs", "problem"),
    [(np.ones(3), "no y of the right shape"), (np.array([HUGE, HUGE]), "not finite")],
)
def test_an_output_that_is_none_has_no_gradient(outputs: np.ndarray, problem: str) -> None:
    """Where forward gives another shape than asked for, or overflows, that is what is told."""
    arguments = {"x": np.ones(2)}
    answers = [{"y": outputs} for _ in perturbed(arguments, ["x"])]
    with pytest.raises(CheckFailed, match=problem):
        numerical_gradients(answers, arguments, {"y": np.ones(2)}, ["x"])


@pytest.mark.parametrize(
    ("error", "told"),
    [(0.33, "4e-01"), (1.04e-6, "2e-06"), (1e-5, "1e-05"), (0.97, "1e+00"), (2.0, "2e+00")],
)
def test_an_error_is_told_in_one_digit(error: float, told: str) -> None:
    """What is told of an error is rounded up: never as small as the bound that it missed."""
    assert in_one_digit(error) == told
