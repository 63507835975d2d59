"""Hidden checks of the vanilla RNN's four items."""

from typing import Any

import numpy as np
import pytest
from questions import (
    BOUND,
    EDGE,
    GRADIENT_BOUND,
    MAIN,
    VANILLA,
    passes_of,
    steps_of,
    strided,
)

from gradekit.checks import (
    Pass,
    Reference,
    Subject,
    draw,
    expect_close,
    expect_gradient_like_reference,
    expect_like_reference,
    expect_own_gradient,
    ramp,
)

STEP = Pass(
    "rnn_step_forward",
    "rnn_step_backward",
    {"next_h": "dnext_h"},
    ["x", "prev_h", "wx", "wh", "b"],
    of=VANILLA[:1],
    without=["b"],
)
SEQUENCE = Pass(
    "forward",
    "backward",
    {"h": "dh"},
    ["x", "h0", "wx", "wh", "b"],
    of=(VANILLA[2], VANILLA[0]),
)
STEP_FORWARD = pytest.mark.item("rnn_step_forward", of=VANILLA[0])
STEP_BACKWARD = pytest.mark.item("rnn_step_backward", of=VANILLA[1])
FORWARD = pytest.mark.item("rnn_forward", of=VANILLA[2], follows=steps_of(VANILLA))
BACKWARD = pytest.mark.item("rnn_backward", of=VANILLA[3], follows=passes_of(VANILLA))


def step_case(seed: int, N: int, D: int, H: int, scale: float = 0.7) -> Any:
    """One step's inputs."""
    return draw(seed, scale, x=(N, D), prev_h=(N, H), wx=(D, H), wh=(H, H), b=(H,))


def step_back_case(seed: int, N: int, D: int, H: int, scale: float = 0.7) -> Any:
    """One step's inputs and what comes back to it."""
    return {**step_case(seed, N, D, H, scale), **draw(seed + 50, dnext_h=(N, H))}


def sequence_case(seed: int, N: int, T: int, D: int, H: int) -> Any:
    """A whole sequence's inputs."""
    arrays = draw(seed, 0.7, x=(N, T, D), h0=(N, H), wx=(D, H), wh=(H, H), b=(H,))
    return {"kind": "VanillaRNN", **arrays}


def sequence_back_case(seed: int, N: int, T: int, D: int, H: int) -> Any:
    """A whole sequence's inputs and what comes back to it."""
    return {**sequence_case(seed, N, T, D, H), **draw(seed + 50, dh=(N, T, H))}


@STEP_FORWARD.with_args(weight=2 * MAIN)
def test_step_forward(student: Subject, reference: Reference) -> None:
    """VanillaRNN.step_forward gives the notebook's values, and right ones for other sizes."""
    got = student.ask(
        "rnn_step_forward",
        x=ramp(-0.4, 0.7, 3, 10),
        prev_h=ramp(-0.2, 0.5, 3, 4),
        wx=ramp(-0.1, 0.9, 10, 4),
        wh=ramp(-0.3, 0.7, 4, 4),
        b=ramp(-0.2, 0.4, 4),
    )
    want = [
        [-0.58172089, -0.50182032, -0.41232771, -0.31410098],
        [0.66854692, 0.79562378, 0.87755553, 0.92795967],
        [0.97934501, 0.99144213, 0.99646691, 0.99854353],
    ]
    expect_like_reference(student, reference, "rnn_step_forward", step_case(0, 5, 3, 7), BOUND)
    expect_close(got, {"next_h": np.array(want)}, BOUND)


@STEP_FORWARD.with_args(weight=EDGE, after="test_step_forward")
def test_step_forward_batch_of_one(student: Subject, reference: Reference) -> None:
    """VanillaRNN.step_forward is right for a batch of one."""
    expect_like_reference(student, reference, "rnn_step_forward", step_case(1, 1, 8, 3), BOUND)


@STEP_FORWARD.with_args(weight=EDGE, after="test_step_forward")
def test_step_forward_one_number(student: Subject, reference: Reference) -> None:
    """VanillaRNN.step_forward is right for an input of one number."""
    expect_like_reference(student, reference, "rnn_step_forward", step_case(2, 7, 1, 2), BOUND)


@STEP_FORWARD.with_args(weight=EDGE, after="test_step_forward")
def test_step_forward_large_values(student: Subject, reference: Reference) -> None:
    """VanillaRNN.step_forward is right for large values."""
    case = step_case(3, 6, 4, 3, 25.0)
    expect_like_reference(student, reference, "rnn_step_forward", case, BOUND)


@STEP_FORWARD.with_args(weight=EDGE, after="test_step_forward")
def test_step_forward_strided(student: Subject, reference: Reference) -> None:
    """VanillaRNN.step_forward is right for arrays that are not contiguous in memory."""
    question = strided("rnn_step_forward", step_case(4, 5, 2, 3))
    expect_like_reference(student, reference, "strided", question, BOUND)


@STEP_BACKWARD.with_args(weight=MAIN + EDGE)
def test_step_backward_own(student: Subject, reference: Reference) -> None:
    """VanillaRNN.step_backward gives the gradient of step_forward, right or with a known slip."""
    expect_own_gradient(student, reference, STEP, step_back_case(11, 2, 7, 3), GRADIENT_BOUND)


@STEP_BACKWARD.with_args(weight=MAIN + EDGE)
def test_step_backward(student: Subject, reference: Reference) -> None:
    """VanillaRNN.step_backward gives the right gradients for other sizes."""
    case = step_back_case(13, 6, 2, 5)
    expect_gradient_like_reference(student, reference, STEP, case, BOUND)


@STEP_BACKWARD.with_args(weight=EDGE, after="test_step_backward")
def test_step_backward_batch_of_one(student: Subject, reference: Reference) -> None:
    """VanillaRNN.step_backward gives the right gradients for a batch of one."""
    case = step_back_case(14, 1, 4, 3)
    expect_gradient_like_reference(student, reference, STEP, case, BOUND)


@STEP_BACKWARD.with_args(weight=EDGE, after="test_step_backward")
def test_step_backward_large_values(student: Subject, reference: Reference) -> None:
    """VanillaRNN.step_backward gives the right gradients for large values."""
    case = step_back_case(15, 5, 3, 2, 3.0)
    expect_gradient_like_reference(student, reference, STEP, case, BOUND)


@FORWARD.with_args(weight=2 * MAIN + EDGE)
def test_forward(student: Subject, reference: Reference) -> None:
    """VanillaRNN.forward gives the notebook's values, and right ones for other sizes."""
    case = {
        "kind": "VanillaRNN",
        "x": ramp(-0.1, 0.3, 2, 3, 4),
        "h0": ramp(-0.3, 0.1, 2, 5),
        "wx": ramp(-0.2, 0.4, 4, 5),
        "wh": ramp(-0.4, 0.1, 5, 5),
        "b": ramp(-0.7, 0.1, 5),
    }
    want = [
        [
            [-0.42070749, -0.27279261, -0.11074945, 0.05740409, 0.22236251],
            [-0.39525808, -0.22554661, -0.0409454, 0.14649412, 0.32397316],
            [-0.42305111, -0.24223728, -0.04287027, 0.15997045, 0.35014525],
        ],
        [
            [-0.55857474, -0.39065825, -0.19198182, 0.02378408, 0.23735671],
            [-0.27150199, -0.07088804, 0.13562939, 0.33099728, 0.50158768],
            [-0.51014825, -0.30524429, -0.06755202, 0.17806392, 0.40333043],
        ],
    ]
    got = student.ask("forward", **case)
    expect_like_reference(student, reference, "forward", sequence_case(21, 4, 7, 2, 6), BOUND)
    expect_close(got, {"h": np.array(want)}, BOUND)


@FORWARD.with_args(weight=EDGE, after="test_forward")
def test_forward_batch_of_one(student: Subject, reference: Reference) -> None:
    """VanillaRNN.forward is right for a batch of one."""
    expect_like_reference(student, reference, "forward", sequence_case(22, 1, 5, 7, 3), BOUND)


@FORWARD.with_args(weight=EDGE, after="test_forward")
def test_forward_one_timestep(student: Subject, reference: Reference) -> None:
    """VanillaRNN.forward is right for a single timestep."""
    expect_like_reference(student, reference, "forward", sequence_case(23, 3, 1, 5, 2), BOUND)


@FORWARD.with_args(weight=EDGE, after="test_forward")
def test_forward_strided(student: Subject, reference: Reference) -> None:
    """VanillaRNN.forward is right for arrays that are not contiguous in memory."""
    question = strided("forward", sequence_case(24, 3, 4, 2, 6))
    expect_like_reference(student, reference, "strided", question, BOUND)


@BACKWARD.with_args(weight=MAIN)
def test_backward_own(student: Subject, reference: Reference) -> None:
    """VanillaRNN.backward gives the gradient of forward, right or with a known slip."""
    case = sequence_back_case(31, 3, 5, 2, 4)
    expect_own_gradient(student, reference, SEQUENCE, case, GRADIENT_BOUND)


@BACKWARD.with_args(weight=MAIN)
def test_backward(student: Subject, reference: Reference) -> None:
    """VanillaRNN.backward gives the right gradients for other sizes."""
    case = sequence_back_case(33, 4, 6, 5, 3)
    expect_gradient_like_reference(student, reference, SEQUENCE, case, BOUND)


@BACKWARD.with_args(weight=2 * EDGE, after="test_backward")
def test_backward_again(student: Subject, reference: Reference) -> None:
    """VanillaRNN.backward gives the right gradients again when the layer is used once more."""
    case = sequence_back_case(36, 2, 4, 3, 5)
    again = {"probe": "backward_again"}
    expect_gradient_like_reference(student, reference, SEQUENCE, case, BOUND, **again)


@BACKWARD.with_args(weight=EDGE, after="test_backward")
def test_backward_batch_of_one(student: Subject, reference: Reference) -> None:
    """VanillaRNN.backward gives the right gradients for a batch of one."""
    case = sequence_back_case(34, 1, 4, 5, 3)
    expect_gradient_like_reference(student, reference, SEQUENCE, case, BOUND)


@BACKWARD.with_args(weight=EDGE, after="test_backward")
def test_backward_one_timestep(student: Subject, reference: Reference) -> None:
    """VanillaRNN.backward gives the right gradients for a single timestep."""
    case = sequence_back_case(35, 3, 1, 2, 6)
    expect_gradient_like_reference(student, reference, SEQUENCE, case, BOUND)
