"""A mistake is counted once: what only follows from it passes, and nothing else does."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from gradekit.grading.checks import Pass, expect_like_reference, expect_own_gradient
from gradekit.grading.follow import Parts, asked
from gradekit.report import CheckFailed, CheckOutcome, StudentCrash

Probe = Callable[..., dict[str, np.ndarray]]
X = {"x": np.array([0.5, -1.0, 2.0])}
BOUND = 1e-6


class Side:
    """A bench whose probes are functions of this process."""

    def __init__(self, **probes: Probe) -> None:
        self._probes, self.remark = probes, ""

    def ask(self, probe: str, /, **arguments: Any) -> dict[str, np.ndarray]:
        """Return what a probe gives."""
        return self._probes[probe](**arguments)

    def ask_many(
        self, probe: str, calls: Sequence[Mapping[str, Any]]
    ) -> list[dict[str, np.ndarray]]:
        """Return what a probe gives for several calls."""
        return [self.ask(probe, **call) for call in calls]


def gives(function: Callable[[np.ndarray], np.ndarray]) -> Probe:
    """Return a probe that gives y as a function of x."""
    return lambda x: {"y": function(x)}


def crashes(x: np.ndarray) -> np.ndarray:
    """Do what unfinished code does."""
    raise StudentCrash(f"not implemented for {x.shape}")


def double(x: np.ndarray) -> np.ndarray:
    """Return twice x."""
    return 2 * x


def triple(x: np.ndarray) -> np.ndarray:
    """Return three times x."""
    return 3 * x


def constant(x: np.ndarray) -> np.ndarray:
    """Return ones."""
    return np.ones_like(x)


REFERENCE: Any = Side(whole=gives(double), parts=gives(double))


def check(whole: Callable[..., np.ndarray], parts: Callable[..., np.ndarray]) -> str:
    """Return the remark for a whole and its parts that should both double."""
    student: Any = Side(whole=gives(whole), parts=gives(parts))
    made_of = Parts("step", asked("parts"), X, BOUND, ("x",))
    expect_like_reference(student, REFERENCE, "whole", X, BOUND, parts=made_of)
    return str(student.remark)


def test_a_right_whole_passes_without_a_word() -> None:
    """Where the whole is right its parts are not looked at."""
    assert check(double, crashes) == ""


def test_what_follows_from_wrong_parts_passes_with_a_word() -> None:
    """A whole that is just what wrong parts give is not failed for them again."""
    assert check(triple, triple) == "right for your own step: what is wrong there is counted there"


def test_parts_are_asked_once_for_each_input() -> None:
    """To put parts together takes long: it is done for the case and for each nudged input."""
    asked_for: list[np.ndarray] = []

    def parts(x: np.ndarray) -> np.ndarray:
        asked_for.append(x)
        return triple(x)

    assert check(triple, parts)
    assert len({x.tobytes() for x in asked_for}) == len(asked_for) == 2


@pytest.mark.parametrize(
    ("whole", "parts"),
    [(triple, double), (constant, triple), (constant, constant), (triple, crashes)],
    ids=["right parts", "another whole", "parts that do not depend on x", "no parts"],
)
def test_nothing_else_is_excused(
    whole: Callable[..., np.ndarray], parts: Callable[..., np.ndarray]
) -> None:
    """A mistake of the whole's own fails, and so does what is constant, and what has no parts."""
    with pytest.raises(CheckFailed, match="y"):
        check(whole, parts)


def backward(factor: float) -> Probe:
    """Return a probe that gives dx for dy."""
    return lambda x, dy: {"dx": factor * dy + 0 * x}


def check_gradient(forward: Callable[..., np.ndarray], factor: float) -> str:
    """Return the remark for a backward pass beside a forward that should double."""
    student: Any = Side(forward=gives(forward), backward=backward(factor))
    reference: Any = Side(forward=gives(double), backward=backward(2.0))
    passes = Pass("forward", "backward", {"y": "dy"}, ["x"])
    case = {**X, "dy": np.array([1.0, 0.5, -2.0])}
    expect_own_gradient(student, reference, passes, case, 1e-5)
    return str(student.remark)


def test_the_gradient_of_the_own_forward_passes() -> None:
    """Right or wrong, the forward's own numerical gradient is what backward is held against."""
    assert check_gradient(double, 2.0) == check_gradient(triple, 3.0) == ""


def test_a_right_backward_is_not_failed_by_a_wrong_forward() -> None:
    """What forward gives is counted in its own item."""
    remark = "right as it is, though not the numerical gradient of your own forward pass"
    assert check_gradient(triple, 2.0) == check_gradient(constant, 2.0) == remark


def rounds(x: np.ndarray) -> np.ndarray:
    """Return twice x as 32-bit floats."""
    return np.asarray(2 * x, np.float32)


def test_a_right_backward_is_not_failed_by_a_forward_that_rounds() -> None:
    """Numerical gradients of 32-bit floats are too coarse to fail anybody."""
    assert "right as it is" in check_gradient(rounds, 2.0)


@pytest.mark.parametrize(("forward", "factor"), [(double, 3.0), (triple, 4.0), (constant, 0.0)])
def test_a_wrong_backward_fails(forward: Callable[..., np.ndarray], factor: float) -> None:
    """It fails beside a right forward, beside a wrong one, and zeros beside a constant one."""
    with pytest.raises(CheckOutcome):
        check_gradient(forward, factor)
