"""Hidden checks of the LSTM's four items and of the model that uses it."""

import numpy as np
import pytest

from gradekit.grading.cases import draw, ramp
from gradekit.grading.expect import expect, expect_close, expect_gradients
from gradekit.grading.gradients import numerical_gradients

FORWARD_BOUND = 1e-6
GRADIENT_BOUND = 1e-5


def step_case(seed, N, D, H):
    """One step's inputs."""
    states = {"x": (N, D), "prev_h": (N, H), "prev_c": (N, H)}
    return draw(seed, 0.7, **states, wx=(D, 4 * H), wh=(H, 4 * H), b=(4 * H,))


def sequence_case(seed, N, T, D, H):
    """A whole sequence's inputs, for a layer or for TestRNN."""
    return draw(seed, 0.7, x=(N, T, D), h0=(N, H), wx=(D, 4 * H), wh=(H, 4 * H), b=(4 * H,))


def cross_entropy(scores, labels):
    """Return the softmax cross-entropy of scores (N, T, V): summed over T, averaged over N."""
    shifted = scores - scores.max(axis=-1, keepdims=True)
    log_probabilities = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    picked = np.take_along_axis(log_probabilities, labels[..., None], axis=-1)
    return -picked.sum() / scores.shape[0]


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
    expect_close(got, want, FORWARD_BOUND)


@pytest.mark.item("lstm_step_forward")
def test_step_forward_random(student, reference):
    """LSTM.step_forward is right for other sizes, a batch of one among them."""
    for seed, sizes in enumerate([(5, 3, 6), (1, 7, 2), (4, 1, 3)]):
        case = step_case(seed, *sizes)
        got, want = (bench.ask("lstm_step_forward", **case) for bench in (student, reference))
        expect_close(got, want, FORWARD_BOUND)


@pytest.mark.item("lstm_step_backward")
def test_step_backward_numerical(student):
    """LSTM.step_backward agrees with the numerical gradient of your own step_forward."""
    case = step_case(11, 2, 4, 3)
    upstream = draw(12, dnext_h=(2, 3), dnext_c=(2, 3))
    got = student.ask("lstm_step_backward", **case, **upstream)
    outputs = {"next_h": upstream["dnext_h"], "next_c": upstream["dnext_c"]}
    wrt = ["x", "prev_h", "prev_c", "wx", "wh", "b"]
    numerical = numerical_gradients(student, "lstm_step_forward", case, outputs, wrt)
    expect_gradients(got, numerical, GRADIENT_BOUND)


@pytest.mark.item("lstm_step_backward")
def test_step_backward_random(student, reference):
    """LSTM.step_backward gives the right gradients for other sizes."""
    for seed, (N, D, H) in enumerate([(5, 2, 4), (1, 3, 2)], start=13):
        case = {**step_case(seed, N, D, H), **draw(seed + 50, dnext_h=(N, H), dnext_c=(N, H))}
        got, want = (bench.ask("lstm_step_backward", **case) for bench in (student, reference))
        expect_close(got, want, FORWARD_BOUND)


@pytest.mark.item("lstm_forward")
def test_forward_fixed(student):
    """LSTM.forward gives the values that the notebook shows."""
    got = student.ask(
        "forward",
        kind="LSTM",
        x=ramp(-0.4, 0.6, 2, 3, 5),
        h0=ramp(-0.4, 0.8, 2, 4),
        wx=ramp(-0.2, 0.9, 5, 16),
        wh=ramp(-0.3, 0.6, 4, 16),
        b=ramp(0.2, 0.7, 16),
    )
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
    expect_close(got, {"h": np.array(want)}, FORWARD_BOUND)


@pytest.mark.item("lstm_forward")
def test_forward_random(student, reference):
    """LSTM.forward is right for other sizes: one timestep, many, a batch of one."""
    for seed, sizes in enumerate([(3, 7, 2, 4), (1, 5, 3, 2), (4, 1, 5, 3)], start=21):
        case = {"kind": "LSTM", **sequence_case(seed, *sizes)}
        got, want = (bench.ask("forward", **case) for bench in (student, reference))
        expect_close(got, want, FORWARD_BOUND)


@pytest.mark.item("lstm_backward")
def test_backward_numerical(student):
    """LSTM.backward agrees with the numerical gradient of your own forward."""
    case = {"kind": "LSTM", **sequence_case(31, 2, 5, 3, 2)}
    upstream = draw(32, dh=(2, 5, 2))
    got = student.ask("backward", **case, **upstream)
    wrt = ["x", "h0", "wx", "wh", "b"]
    numerical = numerical_gradients(student, "forward", case, {"h": upstream["dh"]}, wrt)
    expect_gradients(got, numerical, GRADIENT_BOUND)


@pytest.mark.item("lstm_backward")
def test_backward_random(student, reference):
    """LSTM.backward gives the right gradients for other sizes."""
    for seed, (N, T, D, H) in enumerate([(3, 6, 2, 4), (1, 4, 3, 2), (2, 1, 4, 3)], start=33):
        arrays = {**sequence_case(seed, N, T, D, H), **draw(seed + 50, dh=(N, T, H))}
        got, want = (b.ask("backward", kind="LSTM", **arrays) for b in (student, reference))
        expect_close(got, want, FORWARD_BOUND)


@pytest.mark.item("lstm_model")
def test_loss_of_both_cells(student):
    """TestRNN gives the expected loss with the rnn cell and with the lstm cell."""
    N, T, D, H, V = 10, 13, 20, 40, 4
    labels = (np.arange(N * T) % V).reshape(N, T)
    inputs = {"x": ramp(-1.5, 0.3, N, T, D), "h0": ramp(-1.5, 0.5, N, H)}
    for cell_type, blocks, want in (("rnn", 1, 51.0949189134), ("lstm", 4, 49.2140256354)):
        shapes = {"wx": (D, blocks * H), "wh": (H, blocks * H), "b": (blocks * H,)}
        parameters = {name: ramp(-1.4, 1.3, *shape) for name, shape in shapes.items()}
        got = student.ask("test_rnn_forward", cell_type=cell_type, **inputs, **parameters)
        expect_close(got, {"h": np.zeros((N, T, H))}, np.inf)
        difference = abs(cross_entropy(got["h"], labels) - want)
        expect(difference < 1e-8, f"with {cell_type} the loss is off by {difference:.1e}")


@pytest.mark.item("lstm_model")
def test_gradients_of_the_model(student, reference):
    """TestRNN with the lstm cell passes its parameters on and gathers their gradients."""
    sizes = {"cell_type": "lstm", "input_dim": 2, "hidden_dim": 5}
    new, shaped = (bench.ask("new_test_rnn", **sizes) for bench in (student, reference))
    expect_close(new, shaped, np.inf)
    case = {**sequence_case(41, 3, 4, 2, 5), **draw(42, dh=(3, 4, 5)), "cell_type": "lstm"}
    got, want = (bench.ask("test_rnn_backward", **case) for bench in (student, reference))
    expect_close(got, want, FORWARD_BOUND)
