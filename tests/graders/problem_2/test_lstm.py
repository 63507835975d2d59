"""Hidden checks of the LSTM's four items and of the model that uses it."""

from typing import Any

import numpy as np
import pytest
from questions import (
    BOUND,
    EDGE,
    GRADIENT_BOUND,
    LAYERS,
    LSTM,
    MAIN,
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
    "lstm_step_forward",
    "lstm_step_backward",
    {"next_h": "dnext_h", "next_c": "dnext_c"},
    ["x", "prev_h", "prev_c", "wx", "wh", "b"],
    of=LSTM[:1],
    without=["b"],
)
SEQUENCE = Pass(
    "forward",
    "backward",
    {"h": "dh"},
    ["x", "h0", "wx", "wh", "b"],
    of=(LSTM[2], LSTM[0]),
)
STEP_FORWARD = pytest.mark.item("lstm_step_forward", of=LSTM[0])
STEP_BACKWARD = pytest.mark.item("lstm_step_backward", of=LSTM[1])
FORWARD = pytest.mark.item("lstm_forward", of=LSTM[2], follows=steps_of(LSTM))
BACKWARD = pytest.mark.item("lstm_backward", of=LSTM[3], follows=passes_of(LSTM))
MODEL = pytest.mark.item("lstm_model", of="TestRNN.__init__", follows=LAYERS)


def step_case(seed: int, N: int, D: int, H: int) -> Any:
    """One step's inputs."""
    states = {"x": (N, D), "prev_h": (N, H), "prev_c": (N, H)}
    return draw(seed, 0.7, **states, wx=(D, 4 * H), wh=(H, 4 * H), b=(4 * H,))


def sequence_case(seed: int, N: int, T: int, D: int, H: int) -> Any:
    """A whole sequence's inputs, for a layer or for TestRNN."""
    arrays = {"x": (N, T, D), "h0": (N, H), "wx": (D, 4 * H), "wh": (H, 4 * H), "b": (4 * H,)}
    return {"kind": "LSTM", **draw(seed, 0.7, **arrays)}


def saturated(seed: int, N: int, D: int, H: int) -> Any:
    """A step whose gates stand from wide shut to wide open: ±50 go into the sigmoid."""
    return {**step_case(seed, N, D, H), "b": np.resize(ramp(-50, 50, 4 * H - 1), 4 * H)}


def step_back_case(seed: int, N: int, D: int, H: int, make: Any = step_case) -> Any:
    """One step's inputs and what comes back to it."""
    return {**make(seed, N, D, H), **draw(seed + 50, dnext_h=(N, H), dnext_c=(N, H))}


def sequence_back_case(seed: int, N: int, T: int, D: int, H: int) -> Any:
    """A whole sequence's inputs and what comes back to it."""
    return {**sequence_case(seed, N, T, D, H), **draw(seed + 50, dh=(N, T, H))}


@STEP_FORWARD.with_args(weight=2 * MAIN)
def test_step_forward(student: Subject, reference: Reference) -> None:
    """LSTM.step_forward gives the notebook's values, and right ones for other sizes."""
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
    expect_like_reference(student, reference, "lstm_step_forward", step_case(0, 5, 3, 7), BOUND)
    expect_close(got, want, BOUND)


@STEP_FORWARD.with_args(weight=EDGE, after="test_step_forward")
def test_step_forward_batch_of_one(student: Subject, reference: Reference) -> None:
    """LSTM.step_forward is right for a batch of one."""
    expect_like_reference(student, reference, "lstm_step_forward", step_case(1, 1, 7, 2), BOUND)


@STEP_FORWARD.with_args(weight=EDGE, after="test_step_forward")
def test_step_forward_one_number(student: Subject, reference: Reference) -> None:
    """LSTM.step_forward is right for an input of one number."""
    expect_like_reference(student, reference, "lstm_step_forward", step_case(2, 6, 1, 3), BOUND)


@STEP_FORWARD.with_args(weight=EDGE, after="test_step_forward")
def test_step_forward_saturated(student: Subject, reference: Reference) -> None:
    """LSTM.step_forward is right for gates that are wide open or shut."""
    expect_like_reference(student, reference, "lstm_step_forward", saturated(3, 7, 2, 4), BOUND)


@STEP_FORWARD.with_args(weight=EDGE, after="test_step_forward")
def test_step_forward_strided(student: Subject, reference: Reference) -> None:
    """LSTM.step_forward is right for arrays that are not contiguous in memory."""
    question = strided("lstm_step_forward", step_case(4, 5, 2, 3))
    expect_like_reference(student, reference, "strided", question, BOUND)


@STEP_BACKWARD.with_args(weight=MAIN + EDGE)
def test_step_backward_own(student: Subject, reference: Reference) -> None:
    """LSTM.step_backward gives the gradient of step_forward, right or with a known slip."""
    expect_own_gradient(student, reference, STEP, step_back_case(11, 2, 3, 4), GRADIENT_BOUND)


@STEP_BACKWARD.with_args(weight=MAIN + EDGE)
def test_step_backward(student: Subject, reference: Reference) -> None:
    """LSTM.step_backward gives the right gradients for other sizes."""
    case = step_back_case(13, 5, 2, 4)
    expect_gradient_like_reference(student, reference, STEP, case, BOUND)


@STEP_BACKWARD.with_args(weight=EDGE, after="test_step_backward")
def test_step_backward_batch_of_one(student: Subject, reference: Reference) -> None:
    """LSTM.step_backward gives the right gradients for a batch of one."""
    case = step_back_case(14, 1, 3, 2)
    expect_gradient_like_reference(student, reference, STEP, case, BOUND)


@STEP_BACKWARD.with_args(weight=EDGE, after="test_step_backward")
def test_step_backward_saturated(student: Subject, reference: Reference) -> None:
    """LSTM.step_backward gives the right gradients for gates that are wide open or shut."""
    case = step_back_case(15, 6, 2, 3, saturated)
    expect_gradient_like_reference(student, reference, STEP, case, BOUND)


@FORWARD.with_args(weight=2 * MAIN + EDGE)
def test_forward(student: Subject, reference: Reference) -> None:
    """LSTM.forward gives the notebook's values, and right ones for other sizes."""
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
    expect_like_reference(student, reference, "forward", sequence_case(21, 3, 7, 2, 5), BOUND)
    expect_close(got, {"h": np.array(want)}, BOUND)


@FORWARD.with_args(weight=EDGE, after="test_forward")
def test_forward_batch_of_one(student: Subject, reference: Reference) -> None:
    """LSTM.forward is right for a batch of one."""
    expect_like_reference(student, reference, "forward", sequence_case(22, 1, 5, 4, 3), BOUND)


@FORWARD.with_args(weight=EDGE, after="test_forward")
def test_forward_one_timestep(student: Subject, reference: Reference) -> None:
    """LSTM.forward is right for a single timestep."""
    expect_like_reference(student, reference, "forward", sequence_case(23, 4, 1, 6, 3), BOUND)


@FORWARD.with_args(weight=EDGE, after="test_forward")
def test_forward_strided(student: Subject, reference: Reference) -> None:
    """LSTM.forward is right for arrays that are not contiguous in memory."""
    question = strided("forward", sequence_case(24, 3, 4, 2, 5))
    expect_like_reference(student, reference, "strided", question, BOUND)


@BACKWARD.with_args(weight=MAIN)
def test_backward_own(student: Subject, reference: Reference) -> None:
    """LSTM.backward gives the gradient of forward, right or with a known slip."""
    case = sequence_back_case(31, 3, 5, 4, 2)
    expect_own_gradient(student, reference, SEQUENCE, case, GRADIENT_BOUND)


@BACKWARD.with_args(weight=MAIN)
def test_backward(student: Subject, reference: Reference) -> None:
    """LSTM.backward gives the right gradients for other sizes."""
    case = sequence_back_case(33, 3, 6, 2, 5)
    expect_gradient_like_reference(student, reference, SEQUENCE, case, BOUND)


@BACKWARD.with_args(weight=2 * EDGE, after="test_backward")
def test_backward_again(student: Subject, reference: Reference) -> None:
    """LSTM.backward gives the right gradients again when the layer is used once more."""
    case = sequence_back_case(36, 2, 5, 4, 3)
    again = {"probe": "backward_again"}
    expect_gradient_like_reference(student, reference, SEQUENCE, case, BOUND, **again)


@BACKWARD.with_args(weight=EDGE, after="test_backward")
def test_backward_batch_of_one(student: Subject, reference: Reference) -> None:
    """LSTM.backward gives the right gradients for a batch of one."""
    case = sequence_back_case(34, 1, 4, 7, 3)
    expect_gradient_like_reference(student, reference, SEQUENCE, case, BOUND)


@BACKWARD.with_args(weight=EDGE, after="test_backward")
def test_backward_one_timestep(student: Subject, reference: Reference) -> None:
    """LSTM.backward gives the right gradients for a single timestep."""
    case = sequence_back_case(35, 4, 1, 2, 3)
    expect_gradient_like_reference(student, reference, SEQUENCE, case, BOUND)


def loss_of(scores: Any, labels: Any) -> Any:
    """Return the softmax cross-entropy of scores (N, T, V), summed over T and averaged over N."""
    shifted = scores - scores.max(axis=-1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return -logs[np.arange(scores.shape[-1]) == labels[..., None]].sum() / len(scores)


@MODEL
def test_loss_of_both_cells(student: Subject, reference: Reference) -> None:
    """TestRNN gives the notebook's loss, and right states for other sizes, with both cells."""
    N, T, D, H, V = 10, 13, 20, 40, 4
    labels = (np.arange(N * T) % V).reshape(N, T)
    inputs = {"x": ramp(-1.5, 0.3, N, T, D), "h0": ramp(-1.5, 0.5, N, H)}
    for cell_type, blocks, want in (("rnn", 1, 51.0949189134), ("lstm", 4, 49.2140256354)):
        shapes = {"wx": (D, blocks * H), "wh": (H, blocks * H), "b": (blocks * H,)}
        drawn = {**inputs, **{name: ramp(-1.4, 1.3, *shape) for name, shape in shapes.items()}}
        got = student.ask("test_rnn_forward", cell_type=cell_type, **drawn)
        expect_close(got, {"h": np.zeros((N, T, H))}, np.inf)
        loss = {f"the loss with {cell_type}": np.array(loss_of(got["h"].astype(float), labels))}
        expect_close(loss, {name: np.array(want) for name in loss}, BOUND)
        shapes = {"x": (3, 5, 4), "h0": (3, 6), "wx": (4, blocks * 6), "wh": (6, blocks * 6)}
        case: dict[str, Any] = {"cell_type": cell_type, **draw(43, 0.7, **shapes, b=(blocks * 6,))}
        expect_like_reference(student, reference, "test_rnn_forward", case, BOUND)


@MODEL
def test_gradients_of_the_model(student: Subject, reference: Reference) -> None:
    """TestRNN with the lstm cell passes its parameters on and gathers their gradients."""
    sizes = {"cell_type": "lstm", "input_dim": 2, "hidden_dim": 5}
    new, shaped = (one.ask("new_test_rnn", **sizes) for one in (student, reference))
    expect_close(new, shaped, np.inf)
    layer = sequence_back_case(41, 3, 4, 2, 5)
    case = {"cell_type": "lstm", **{n: value for n, value in layer.items() if n != "kind"}}
    expect_like_reference(student, reference, "test_rnn_backward", case, BOUND)
