"""Hidden checks of the vanilla RNN's four items."""

import numpy as np
import pytest

from gradekit.grading.cases import draw, ramp
from gradekit.grading.expect import expect_close, expect_gradients
from gradekit.grading.gradients import numerical_gradients

FORWARD_BOUND = 1e-6
GRADIENT_BOUND = 1e-5


def step_case(seed, N, D, H):
    """One step's inputs."""
    return draw(seed, 0.7, x=(N, D), prev_h=(N, H), wx=(D, H), wh=(H, H), b=(H,))


def sequence_case(seed, N, T, D, H):
    """A whole sequence's inputs."""
    arrays = draw(seed, 0.7, x=(N, T, D), h0=(N, H), wx=(D, H), wh=(H, H), b=(H,))
    return {"kind": "VanillaRNN", **arrays}


@pytest.mark.item("rnn_step_forward")
def test_step_forward_fixed(student):
    """VanillaRNN.step_forward gives the values that the notebook shows."""
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
    expect_close(got, {"next_h": np.array(want)}, FORWARD_BOUND)


@pytest.mark.item("rnn_step_forward")
def test_step_forward_random(student, reference):
    """VanillaRNN.step_forward is right for other sizes, a batch of one among them."""
    for seed, sizes in enumerate([(5, 3, 7), (1, 6, 4), (4, 1, 2)]):
        case = step_case(seed, *sizes)
        got, want = (bench.ask("rnn_step_forward", **case) for bench in (student, reference))
        expect_close(got, want, FORWARD_BOUND)


@pytest.mark.item("rnn_step_backward")
def test_step_backward_numerical(student):
    """VanillaRNN.step_backward agrees with the numerical gradient of your own step_forward."""
    case = step_case(11, 3, 5, 4)
    upstream = draw(12, dnext_h=(3, 4))
    got = student.ask("rnn_step_backward", **case, **upstream)
    wrt = ["x", "prev_h", "wx", "wh", "b"]
    numerical = numerical_gradients(
        student, "rnn_step_forward", case, {"next_h": upstream["dnext_h"]}, wrt
    )
    expect_gradients(got, numerical, GRADIENT_BOUND)


@pytest.mark.item("rnn_step_backward")
def test_step_backward_random(student, reference):
    """VanillaRNN.step_backward gives the right gradients for other sizes."""
    for seed, (N, D, H) in enumerate([(6, 2, 5), (1, 4, 3)], start=13):
        case = {**step_case(seed, N, D, H), **draw(seed + 50, dnext_h=(N, H))}
        got, want = (bench.ask("rnn_step_backward", **case) for bench in (student, reference))
        expect_close(got, want, FORWARD_BOUND)


@pytest.mark.item("rnn_forward")
def test_forward_fixed(student):
    """VanillaRNN.forward gives the values that the notebook shows."""
    got = student.ask(
        "forward",
        kind="VanillaRNN",
        x=ramp(-0.1, 0.3, 2, 3, 4),
        h0=ramp(-0.3, 0.1, 2, 5),
        wx=ramp(-0.2, 0.4, 4, 5),
        wh=ramp(-0.4, 0.1, 5, 5),
        b=ramp(-0.7, 0.1, 5),
    )
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
    expect_close(got, {"h": np.array(want)}, FORWARD_BOUND)


@pytest.mark.item("rnn_forward")
def test_forward_random(student, reference):
    """VanillaRNN.forward is right for other sizes: one timestep, many, a batch of one."""
    for seed, sizes in enumerate([(4, 7, 3, 5), (1, 5, 2, 6), (3, 1, 4, 2)], start=21):
        case = sequence_case(seed, *sizes)
        got, want = (bench.ask("forward", **case) for bench in (student, reference))
        expect_close(got, want, FORWARD_BOUND)


@pytest.mark.item("rnn_backward")
def test_backward_numerical(student):
    """VanillaRNN.backward agrees with the numerical gradient of your own forward."""
    case = sequence_case(31, 2, 5, 3, 4)
    upstream = draw(32, dh=(2, 5, 4))
    got = student.ask("backward", **case, **upstream)
    wrt = ["x", "h0", "wx", "wh", "b"]
    numerical = numerical_gradients(student, "forward", case, {"h": upstream["dh"]}, wrt)
    expect_gradients(got, numerical, GRADIENT_BOUND)


@pytest.mark.item("rnn_backward")
def test_backward_random(student, reference):
    """VanillaRNN.backward gives the right gradients for other sizes."""
    for seed, (N, T, D, H) in enumerate([(3, 6, 2, 4), (1, 4, 5, 3), (2, 1, 3, 5)], start=33):
        case = {**sequence_case(seed, N, T, D, H), **draw(seed + 50, dh=(N, T, H))}
        got, want = (bench.ask("backward", **case) for bench in (student, reference))
        expect_close(got, want, FORWARD_BOUND)
