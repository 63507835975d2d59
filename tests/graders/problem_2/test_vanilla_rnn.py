"""Hidden checks of the vanilla RNN's four items."""

import numpy as np
import pytest
from own_parts import BOUND, backward_parts, forward_parts, strided

from gradekit.grading.cases import draw, ramp
from gradekit.grading.checks import (
    Pass,
    expect_gradient_like_reference,
    expect_like_reference,
    expect_own_gradient,
)
from gradekit.grading.expect import expect_close
from gradekit.grading.follow import following

GRADIENT_BOUND = 1e-5
STEP = Pass(
    "rnn_step_forward",
    "rnn_step_backward",
    {"next_h": "dnext_h"},
    ["x", "prev_h", "wx", "wh", "b"],
    without=["b"],
)
SEQUENCE = Pass("forward", "backward", {"h": "dh"}, ["x", "h0", "wx", "wh", "b"])


def step_case(seed, N, D, H, scale=0.7):
    """One step's inputs."""
    return draw(seed, scale, x=(N, D), prev_h=(N, H), wx=(D, H), wh=(H, H), b=(H,))


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
    expect_close(got, {"next_h": np.array(want)}, BOUND)


@pytest.mark.item("rnn_step_forward")
def test_step_forward_random(student, reference):
    """VanillaRNN.step_forward is right for other sizes, a batch of one and large values."""
    benches, probe = (student, reference), "rnn_step_forward"
    for hint, case in (
        ("", step_case(0, 5, 3, 7)),
        ("Asked with a batch of one.", step_case(1, 1, 8, 3)),
        ("Asked with an input of one number.", step_case(2, 7, 1, 2)),
        ("Asked with large values.", step_case(3, 6, 4, 3, 25.0)),
    ):
        expect_like_reference(*benches, probe, case, BOUND, hint=hint)
    hint = "Asked with arrays that are not contiguous in memory."
    question = strided(probe, step_case(4, 5, 2, 3))
    expect_like_reference(*benches, "strided", question, BOUND, hint=hint)


@pytest.mark.item("rnn_step_backward")
def test_step_backward_numerical(student, reference):
    """VanillaRNN.step_backward agrees with the numerical gradient of your own step_forward."""
    case = {**step_case(11, 2, 7, 3), **draw(12, dnext_h=(2, 3))}
    expect_own_gradient(student, reference, STEP, case, GRADIENT_BOUND)


@pytest.mark.item("rnn_step_backward")
def test_step_backward_random(student, reference):
    """VanillaRNN.step_backward gives the right gradients for other sizes and a batch of one."""
    for hint, seed, (N, D, H), scale in (
        ("", 13, (6, 2, 5), 0.7),
        ("Asked with a batch of one.", 14, (1, 4, 3), 0.7),
        ("Asked with large values.", 15, (5, 3, 2), 3.0),
    ):
        case = {**step_case(seed, N, D, H, scale), **draw(seed + 50, dnext_h=(N, H))}
        expect_gradient_like_reference(student, reference, STEP, case, BOUND, hint=hint)


@pytest.mark.item("rnn_forward")
def test_forward_fixed(student, reference):
    """VanillaRNN.forward gives the values that the notebook shows."""
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
    with following(student, reference, got, forward_parts(case)):
        expect_close(got, {"h": np.array(want)}, BOUND)


@pytest.mark.item("rnn_forward")
def test_forward_random(student, reference):
    """VanillaRNN.forward is right for other sizes: one timestep, many, a batch of one."""
    benches = (student, reference)
    for hint, case in (
        ("", sequence_case(21, 4, 7, 2, 6)),
        ("Asked with a batch of one.", sequence_case(22, 1, 5, 7, 3)),
        ("Asked with one timestep.", sequence_case(23, 3, 1, 5, 2)),
    ):
        expect_like_reference(
            *benches, "forward", case, BOUND, parts=forward_parts(case), hint=hint
        )
    case = sequence_case(24, 3, 4, 2, 6)
    hint, question = "Asked with arrays that are not contiguous.", strided("forward", case)
    parts = forward_parts(case)
    expect_like_reference(*benches, "strided", question, BOUND, parts=parts, hint=hint)


@pytest.mark.item("rnn_backward")
def test_backward_numerical(student, reference):
    """VanillaRNN.backward agrees with the numerical gradient of your own forward."""
    case = {**sequence_case(31, 3, 5, 2, 4), **draw(32, dh=(3, 5, 4))}
    parts = backward_parts(case)
    expect_own_gradient(student, reference, SEQUENCE, case, GRADIENT_BOUND, parts=parts)


@pytest.mark.item("rnn_backward")
def test_backward_random(student, reference):
    """VanillaRNN.backward gives the right gradients for other sizes: one timestep, many."""
    for hint, seed, (N, T, D, H) in (
        ("", 33, (4, 6, 5, 3)),
        ("Asked with a batch of one.", 34, (1, 4, 5, 3)),
        ("Asked with one timestep.", 35, (3, 1, 2, 6)),
    ):
        case = {**sequence_case(seed, N, T, D, H), **draw(seed + 50, dh=(N, T, H))}
        parts = backward_parts(case)
        expect_like_reference(student, reference, "backward", case, BOUND, parts=parts, hint=hint)
