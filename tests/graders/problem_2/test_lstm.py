"""Hidden checks of the LSTM's four items and of the model that uses it."""

import numpy as np
import pytest
from own_parts import BOUND, KINDS, backward_parts, cross_entropy, forward_parts, strided

from gradekit.grading.cases import draw, ramp
from gradekit.grading.checks import (
    Pass,
    expect_gradient_like_reference,
    expect_like_reference,
    expect_own_gradient,
)
from gradekit.grading.expect import expect, expect_close
from gradekit.grading.follow import Parts, asked, following

GRADIENT_BOUND = 1e-5
STEP = Pass(
    "lstm_step_forward",
    "lstm_step_backward",
    {"next_h": "dnext_h", "next_c": "dnext_c"},
    ["x", "prev_h", "prev_c", "wx", "wh", "b"],
    without=["b"],
)
SEQUENCE = Pass("forward", "backward", {"h": "dh"}, ["x", "h0", "wx", "wh", "b"])


def step_case(seed, N, D, H):
    """One step's inputs."""
    states = {"x": (N, D), "prev_h": (N, H), "prev_c": (N, H)}
    return draw(seed, 0.7, **states, wx=(D, 4 * H), wh=(H, 4 * H), b=(4 * H,))


def sequence_case(seed, N, T, D, H):
    """A whole sequence's inputs, for a layer or for TestRNN."""
    arrays = {"x": (N, T, D), "h0": (N, H), "wx": (D, 4 * H), "wh": (H, 4 * H), "b": (4 * H,)}
    return {"kind": "LSTM", **draw(seed, 0.7, **arrays)}


def saturated(seed, N, D, H):
    """A step whose gates stand from wide shut to wide open: ±50 go into the sigmoid."""
    return {**step_case(seed, N, D, H), "b": np.resize(ramp(-50, 50, 4 * H - 1), 4 * H)}


@pytest.mark.item("lstm_step_forward")
def test_step_forward_fixed(student):
    """LSTM.step_forward gives the values that the notebook shows."""
    got = student.ask(
        "lstm_step_forward",
        x=ramp(-0.4, 1.2, 3, 4),
        prev_h=ramp(-0.3, 0.7, 3, 5),
        prev_c=ramp(-0.4, 0.9, 3, 5),
        wx=ramp(-2.1, 1.3, 4, 20),
        wh=ramp(-0.7, 2.2, 5, 20),
        b=ramp(0.3, 0.7, 20),
    )
    next_h = [
        [0.24635157, 0.28610883, 0.32240467, 0.35525807, 0.38474904],
        [0.49223563, 0.55611431, 0.61507696, 0.66844003, 0.7159181],
        [0.56735664, 0.66310127, 0.74419266, 0.80889665, 0.858299],
    ]
    next_c = [
        [0.32986176, 0.39145139, 0.451556, 0.51014116, 0.56717407],
        [0.66382255, 0.76674007, 0.87195994, 0.97902709, 1.08751345],
        [0.74192008, 0.90592151, 1.07717006, 1.25120233, 1.42395676],
    ]
    want = {"next_h": np.array(next_h), "next_c": np.array(next_c)}
    expect_close(got, want, BOUND)


@pytest.mark.item("lstm_step_forward")
def test_step_forward_random(student, reference):
    """LSTM.step_forward is right for other sizes, a batch of one and saturated gates."""
    benches, probe = (student, reference), "lstm_step_forward"
    for hint, case in (
        ("", step_case(0, 5, 3, 7)),
        ("Asked with a batch of one.", step_case(1, 1, 7, 2)),
        ("Asked with an input of one number.", step_case(2, 6, 1, 3)),
        ("Asked with gates that are wide open or shut.", saturated(3, 7, 2, 4)),
    ):
        expect_like_reference(*benches, probe, case, BOUND, hint=hint)
    hint = "Asked with arrays that are not contiguous in memory."
    question = strided(probe, step_case(4, 5, 2, 3))
    expect_like_reference(*benches, "strided", question, BOUND, hint=hint)


@pytest.mark.item("lstm_step_backward")
def test_step_backward_numerical(student, reference):
    """LSTM.step_backward agrees with the numerical gradient of your own step_forward."""
    case = {**step_case(11, 2, 3, 4), **draw(12, dnext_h=(2, 4), dnext_c=(2, 4))}
    expect_own_gradient(student, reference, STEP, case, GRADIENT_BOUND)


@pytest.mark.item("lstm_step_backward")
def test_step_backward_random(student, reference):
    """LSTM.step_backward gives the right gradients for other sizes and saturated gates."""
    for hint, make, seed, (N, D, H) in (
        ("", step_case, 13, (5, 2, 4)),
        ("Asked with a batch of one.", step_case, 14, (1, 3, 2)),
        ("Asked with gates that are wide open or shut.", saturated, 15, (6, 2, 3)),
    ):
        case = {**make(seed, N, D, H), **draw(seed + 50, dnext_h=(N, H), dnext_c=(N, H))}
        expect_gradient_like_reference(student, reference, STEP, case, BOUND, hint=hint)


@pytest.mark.item("lstm_forward")
def test_forward_fixed(student, reference):
    """LSTM.forward gives the values that the notebook shows."""
    case = {
        "kind": "LSTM",
        "x": ramp(-0.4, 0.6, 2, 3, 5),
        "h0": ramp(-0.4, 0.8, 2, 4),
        "wx": ramp(-0.2, 0.9, 5, 16),
        "wh": ramp(-0.3, 0.6, 4, 16),
        "b": ramp(0.2, 0.7, 16),
    }
    want = [
        [
            [0.01764008, 0.01823233, 0.01882671, 0.0194232],
            [0.11287491, 0.12146228, 0.13018446, 0.13902939],
            [0.31358768, 0.33338627, 0.35304453, 0.37250975],
        ],
        [
            [0.45767879, 0.4761092, 0.4936887, 0.51041945],
            [0.6704845, 0.69350089, 0.71486014, 0.7346449],
            [0.81733511, 0.83677871, 0.85403753, 0.86935314],
        ],
    ]
    got = student.ask("forward", **case)
    with following(student, reference, got, forward_parts(case)):
        expect_close(got, {"h": np.array(want)}, BOUND)


@pytest.mark.item("lstm_forward")
def test_forward_random(student, reference):
    """LSTM.forward is right for other sizes: one timestep, many, a batch of one."""
    benches = (student, reference)
    for hint, case in (
        ("", sequence_case(21, 3, 7, 2, 5)),
        ("Asked with a batch of one.", sequence_case(22, 1, 5, 4, 3)),
        ("Asked with one timestep.", sequence_case(23, 4, 1, 6, 3)),
    ):
        parts = forward_parts(case)
        expect_like_reference(*benches, "forward", case, BOUND, parts=parts, hint=hint)
    case = sequence_case(24, 3, 4, 2, 5)
    hint, question = "Asked with arrays that are not contiguous.", strided("forward", case)
    parts = forward_parts(case)
    expect_like_reference(*benches, "strided", question, BOUND, parts=parts, hint=hint)


@pytest.mark.item("lstm_backward")
def test_backward_numerical(student, reference):
    """LSTM.backward agrees with the numerical gradient of your own forward."""
    case = {**sequence_case(31, 3, 5, 4, 2), **draw(32, dh=(3, 5, 2))}
    parts = backward_parts(case)
    expect_own_gradient(student, reference, SEQUENCE, case, GRADIENT_BOUND, parts=parts)


@pytest.mark.item("lstm_backward")
def test_backward_random(student, reference):
    """LSTM.backward gives the right gradients for other sizes: one timestep, many."""
    for hint, seed, (N, T, D, H) in (
        ("", 33, (3, 6, 2, 5)),
        ("Asked with a batch of one.", 34, (1, 4, 7, 3)),
        ("Asked with one timestep.", 35, (4, 1, 2, 3)),
    ):
        case = {**sequence_case(seed, N, T, D, H), **draw(seed + 50, dh=(N, T, H))}
        parts = backward_parts(case)
        expect_like_reference(student, reference, "backward", case, BOUND, parts=parts, hint=hint)


@pytest.mark.item("lstm_model")
def test_loss_of_both_cells(student, reference):
    """TestRNN gives the expected loss with the rnn cell and with the lstm cell."""
    N, T, D, H, V = 10, 13, 20, 40, 4
    labels = (np.arange(N * T) % V).reshape(N, T)
    inputs = {"x": ramp(-1.5, 0.3, N, T, D), "h0": ramp(-1.5, 0.5, N, H)}
    for cell_type, blocks, want in (("rnn", 1, 51.0949189134), ("lstm", 4, 49.2140256354)):
        shapes = {"wx": (D, blocks * H), "wh": (H, blocks * H), "b": (blocks * H,)}
        case = {**inputs, **{name: ramp(-1.4, 1.3, *shape) for name, shape in shapes.items()}}
        got = student.ask("test_rnn_forward", cell_type=cell_type, **case)
        layer = {"kind": KINDS[cell_type], **case}
        steps = forward_parts(layer)
        whole = Parts("layer's forward", asked("forward"), layer, BOUND, ("x",), steps)
        benches = (student, reference)
        with following(*benches, got, steps), following(*benches, got, whole):
            expect_close(got, {"h": np.zeros((N, T, H))}, np.inf)
            difference = abs(cross_entropy(got["h"], labels)[0] - want)
            expect(difference < 1e-8, f"with {cell_type} the loss is off by {difference:.1e}")


@pytest.mark.item("lstm_model")
def test_gradients_of_the_model(student, reference):
    """TestRNN with the lstm cell passes its parameters on and gathers their gradients."""
    sizes = {"cell_type": "lstm", "input_dim": 2, "hidden_dim": 5}
    new, shaped = (bench.ask("new_test_rnn", **sizes) for bench in (student, reference))
    expect_close(new, shaped, np.inf)
    layer = {**sequence_case(41, 3, 4, 2, 5), **draw(42, dh=(3, 4, 5))}
    case = {name: value for name, value in layer.items() if name != "kind"}
    probe, case = "test_rnn_backward", {"cell_type": "lstm", **case}
    got, want = (bench.ask(probe, **case) for bench in (student, reference))
    steps, benches = backward_parts(layer), (student, reference)
    whole = Parts("layer's backward", asked("backward"), layer, BOUND, ("x", "dh"), steps)
    with following(*benches, got, steps), following(*benches, got, whole):
        expect_close(got, want, BOUND)
