"""The solved library reproduces the assignment's known figures and keeps its contracts."""

import importlib
import io
import math
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest

from gradekit.submission.parts.images import decode_image
from gradekit.submission.rules import load_rules

SOURCE = Path(__file__).resolve().parents[3] / "source" / "problem_2"
plotted_accuracy: Any = load_rules(SOURCE / "handin_rules.py")["plotted_accuracy"]
MODULES = ("rnn.layer_utils", "rnn.rnn", "rnn.train", "optim", "grad_check", "plots", "generate")
CELLS = ("rnn", "lstm")


def forget_lib() -> None:
    """Drop every loaded `lib`, for other folders have one too."""
    for name in [name for name in sys.modules if name.split(".")[0] == "lib"]:
        del sys.modules[name]


@pytest.fixture
def lib(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """All public names of the source library, as the notebook's star imports give them."""
    mpl.use("agg")
    forget_lib()
    monkeypatch.syspath_prepend(str(SOURCE))
    names: dict[str, Any] = {}
    for module in MODULES:
        names |= vars(importlib.import_module(f"lib.{module}"))
    yield SimpleNamespace(**{k: v for k, v in names.items() if not k.startswith("__")})
    forget_lib()


def set_params(layer: Any, wx: np.ndarray, wh: np.ndarray, b: np.ndarray) -> None:
    """Give a recurrent layer its three parameters."""
    layer.params.update({layer.wx_name: wx, layer.wh_name: wh, layer.b_name: b})


def grads_of(layer: Any) -> list[np.ndarray]:
    """Return the gradients of a recurrent layer's parameters, in the order Wx, Wh, b."""
    return [layer.grads[name] for name in (layer.wx_name, layer.wh_name, layer.b_name)]


def small_model(lib: SimpleNamespace, cell: str, seed: int = 1) -> Any:
    """Return a language model with V, D, H = 6, 5, 16."""
    return lib.LanguageModelRNN(6, 5, 16, cell_type=cell, seed=seed)


def counting_data(repeats: int = 20) -> dict[str, np.ndarray]:
    """Return a text that counts from 0 to 5 over and over."""
    words = np.tile(np.arange(6), repeats)
    return {"data_train": words[:-1], "labels_train": words[1:]}


def train(lib: SimpleNamespace, model: Any, optimizer: Any, epochs: int, **options: Any) -> Any:
    """Train a small model on counting, with windows of 7 words, 4 at a time."""
    loss = lib.temporal_softmax_CE_loss()
    return lib.train_net(counting_data(), model, loss, optimizer, 7, 4, epochs, **options)


# --- forward passes: the assignment's own figures -------------------------------------------------


def test_rnn_step_forward_has_the_known_error(lib: SimpleNamespace) -> None:
    """VanillaRNN.step_forward is as far from the printed numbers as their rounding."""
    rnn, ramp = lib.VanillaRNN(10, 4), lib.ramp
    set_params(rnn, ramp(-0.1, 0.9, 10, 4), ramp(-0.3, 0.7, 4, 4), ramp(-0.2, 0.4, 4))
    next_h, _ = rnn.step_forward(ramp(-0.4, 0.7, 3, 10), ramp(-0.2, 0.5, 3, 4))
    expected = [
        [-0.58172089, -0.50182032, -0.41232771, -0.31410098],
        [0.66854692, 0.79562378, 0.87755553, 0.92795967],
        [0.97934501, 0.99144213, 0.99646691, 0.99854353],
    ]
    assert lib.rel_error(expected, next_h) == pytest.approx(6.2924e-09, rel=1e-4)


def test_rnn_forward_has_the_known_error(lib: SimpleNamespace) -> None:
    """VanillaRNN.forward is as far from the printed numbers as their rounding."""
    rnn, ramp = lib.VanillaRNN(4, 5), lib.ramp
    set_params(rnn, ramp(-0.2, 0.4, 4, 5), ramp(-0.4, 0.1, 5, 5), ramp(-0.7, 0.1, 5))
    h = rnn.forward(ramp(-0.1, 0.3, 2, 3, 4), ramp(-0.3, 0.1, 2, 5))
    expected = [
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
    assert lib.rel_error(expected, h) == pytest.approx(7.7285e-08, rel=1e-4)


def test_embedding_forward_has_the_known_error(lib: SimpleNamespace) -> None:
    """word_embedding.forward is as far from the printed numbers as their rounding."""
    we = lib.word_embedding(5, 3)
    we.params[we.w_name] = lib.ramp(0, 1, 5, 3)
    out = we.forward(np.array([[0, 3, 1, 2], [2, 1, 0, 3]]))
    rows = [
        [0.0, 0.07142857, 0.14285714],
        [0.21428571, 0.28571429, 0.35714286],
        [0.42857143, 0.5, 0.57142857],
        [0.64285714, 0.71428571, 0.78571429],
    ]
    expected = [[rows[i] for i in (0, 3, 1, 2)], [rows[i] for i in (2, 1, 0, 3)]]
    assert lib.rel_error(expected, out) == pytest.approx(1.0000e-08, rel=1e-4)


def test_lstm_step_forward_has_the_known_errors(lib: SimpleNamespace) -> None:
    """Both states of LSTM.step_forward are as far from the printed numbers as their rounding."""
    lstm, ramp = lib.LSTM(4, 5), lib.ramp
    set_params(lstm, ramp(-2.1, 1.3, 4, 20), ramp(-0.7, 2.2, 5, 20), ramp(0.3, 0.7, 20))
    states = ramp(-0.3, 0.7, 3, 5), ramp(-0.4, 0.9, 3, 5)
    next_h, next_c, _ = lstm.step_forward(ramp(-0.4, 1.2, 3, 4), *states)
    expected_h = [
        [0.24635157, 0.28610883, 0.32240467, 0.35525807, 0.38474904],
        [0.49223563, 0.55611431, 0.61507696, 0.66844003, 0.7159181],
        [0.56735664, 0.66310127, 0.74419266, 0.80889665, 0.858299],
    ]
    expected_c = [
        [0.32986176, 0.39145139, 0.451556, 0.51014116, 0.56717407],
        [0.66382255, 0.76674007, 0.87195994, 0.97902709, 1.08751345],
        [0.74192008, 0.90592151, 1.07717006, 1.25120233, 1.42395676],
    ]
    assert lib.rel_error(expected_h, next_h) == pytest.approx(5.7054e-09, rel=1e-4)
    assert lib.rel_error(expected_c, next_c) == pytest.approx(5.8143e-09, rel=1e-4)


def test_lstm_forward_has_the_known_error(lib: SimpleNamespace) -> None:
    """LSTM.forward is as far from the printed numbers as their rounding."""
    lstm, ramp = lib.LSTM(5, 4), lib.ramp
    set_params(lstm, ramp(-0.2, 0.9, 5, 16), ramp(-0.3, 0.6, 4, 16), ramp(0.2, 0.7, 16))
    h = lstm.forward(ramp(-0.4, 0.6, 2, 3, 5), ramp(-0.4, 0.8, 2, 4))
    expected = [
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
    assert lib.rel_error(expected, h) == pytest.approx(8.6105e-08, rel=1e-4)


@pytest.mark.parametrize(("cell", "expected"), [("rnn", 51.0949189134), ("lstm", 49.2140256354)])
def test_model_has_the_known_loss(lib: SimpleNamespace, cell: str, expected: float) -> None:
    """TestRNN with evenly spaced parameters gives the printed loss of each cell."""
    model = lib.TestRNN(20, 40, cell_type=cell)
    for name, value in model.params.items():
        model.params[name] = lib.ramp(-1.4, 1.3, *value.shape)
    model.assign_params()
    states = model.forward(lib.ramp(-1.5, 0.3, 10, 13, 20), lib.ramp(-1.5, 0.5, 10, 40))
    labels = (np.arange(130) % 4).reshape(10, 13)
    loss = lib.temporal_softmax_CE_loss().forward(states, labels, np.ones((10, 13)))
    assert abs(loss - expected) < 1e-10


# --- backward passes: numerical gradients under the assignment's bounds ---------------------------


def test_rnn_step_backward_is_within_its_bound(lib: SimpleNamespace) -> None:
    """VanillaRNN.step_backward agrees with numerical gradients to 1e-8."""
    np.random.seed(231)
    rnn = lib.VanillaRNN(5, 6)
    x, h = np.random.randn(4, 5), np.random.randn(4, 6)
    params = np.random.randn(5, 6), np.random.randn(6, 6), np.random.randn(6)
    set_params(rnn, *params)
    next_h, meta = rnn.step_forward(x, h)
    dnext_h = np.random.randn(*next_h.shape)
    arrays = dict(zip("xhWUb", (x, h, *params), strict=True))
    gradients = rnn.step_backward(dnext_h, meta)
    lib.check_gradients(lambda _: rnn.step_forward(x, h)[0], dnext_h, arrays, gradients, 1e-8)


def test_lstm_step_backward_is_within_its_bound(lib: SimpleNamespace) -> None:
    """LSTM.step_backward agrees with numerical gradients of both states to 1e-6."""
    np.random.seed(231)
    lstm = lib.LSTM(5, 6)
    x, h, c = np.random.randn(4, 5), np.random.randn(4, 6), np.random.randn(4, 6)
    params = np.random.randn(5, 24), np.random.randn(6, 24), np.random.randn(24)
    set_params(lstm, *params)
    *_, meta = lstm.step_forward(x, h, c)
    dnext_h, dnext_c = np.random.randn(4, 6), np.random.randn(4, 6)
    arrays = dict(zip("xhcWUb", (x, h, c, *params), strict=True))
    gradients = lstm.step_backward(dnext_h, dnext_c, meta)
    lib.check_gradients(
        lambda _: np.hstack(lstm.step_forward(x, h, c)[:2]),
        np.hstack([dnext_h, dnext_c]),
        arrays,
        gradients,
        1e-6,
    )


@pytest.mark.parametrize(("kind", "H", "blocks"), [("VanillaRNN", 5, 1), ("LSTM", 6, 4)])
def test_backward_is_within_its_bound(lib: SimpleNamespace, kind: str, H: int, blocks: int) -> None:
    """The backward pass over ten timesteps agrees with numerical gradients to 5e-7."""
    np.random.seed(231)
    layer = getattr(lib, kind)(3, H)
    x, h0 = np.random.randn(2, 10, 3), np.random.randn(2, H)
    params = [
        np.random.randn(*shape) for shape in ((3, blocks * H), (H, blocks * H), (blocks * H,))
    ]
    set_params(layer, *params)
    layer.forward(x, h0)
    dh = np.random.randn(2, 10, H)
    arrays = dict(zip("xhWUb", (x, h0, *params), strict=True))
    gradients = [*layer.backward(dh), *grads_of(layer)]
    lib.check_gradients(lambda _: layer.forward(x, h0), dh, arrays, gradients, 5e-7)


@pytest.mark.parametrize(("N", "T"), [(50, 3), (2, 11)])
def test_embedding_backward_is_within_its_bound(lib: SimpleNamespace, N: int, T: int) -> None:
    """word_embedding.backward agrees with the numerical gradient to 1e-11, however long."""
    np.random.seed(231)
    we = lib.word_embedding(5, 6)
    x = np.random.randint(5, size=(N, T))
    table = np.random.randn(5, 6)
    we.params[we.w_name] = table
    dout = np.random.randn(*we.forward(x).shape)
    assert we.backward(dout) is None
    gradients = [we.grads[we.w_name]]
    lib.check_gradients(lambda _: we.forward(x), dout, {"dW": table}, gradients, 1e-11)


def test_temporal_fc_backward_is_within_its_bound(lib: SimpleNamespace) -> None:
    """temporal_fc.backward agrees with numerical gradients to 1e-9."""
    np.random.seed(231)
    fc = lib.temporal_fc(4, 5)
    x, w, b = np.random.randn(2, 3, 4), np.random.randn(4, 5), np.random.randn(5)
    fc.params.update({fc.w_name: w, fc.b_name: b})
    dout = np.random.randn(*fc.forward(x).shape)
    gradients = [fc.backward(dout), fc.grads[fc.w_name], fc.grads[fc.b_name]]
    arrays = {"x": x, "w": w, "b": b}
    lib.check_gradients(lambda _: fc.forward(x), dout, arrays, gradients, 1e-9)


def test_loss_backward_is_within_its_bound(lib: SimpleNamespace) -> None:
    """The gradient of the masked loss agrees with the numerical one to 1e-7."""
    np.random.seed(231)
    loss = lib.temporal_softmax_CE_loss()
    x, y, mask = (
        np.random.randn(7, 8, 9),
        np.random.randint(9, size=(7, 8)),
        np.random.rand(7, 8) > 0.5,
    )
    loss.forward(x, y, mask)
    gradient = loss.backward()
    # Rounding of the loss weighs less with a larger step, and the gradients here are small.
    numerical = lib.eval_numerical_gradient(lambda _: loss.forward(x, y, mask), x, False, h=1e-4)
    assert lib.rel_error(numerical, gradient) < 1e-7


def test_model_gradient_is_within_its_bound(lib: SimpleNamespace) -> None:
    """TestRNN's gradients through the loss agree with numerical ones to 1e-7."""
    np.random.seed(231)
    labels = np.random.randint(4, size=(2, 3))
    x, h0, mask = np.random.randn(2, 3, 4), np.random.randn(2, 6), np.ones((2, 3))
    model, loss = lib.TestRNN(4, 6, cell_type="rnn"), lib.temporal_softmax_CE_loss()
    loss.forward(model.forward(x, h0), labels, mask)
    model.backward(loss.backward())
    for name, gradient in model.grads.items():
        numerical = lib.eval_numerical_gradient(
            lambda _: loss.forward(model.forward(x, h0), labels, mask), model.params[name], False
        )
        assert lib.rel_error(numerical, gradient) < 1e-7


@pytest.mark.parametrize("cell", CELLS)
def test_language_model_gradient_is_right(lib: SimpleNamespace, cell: str) -> None:
    """Every parameter of the language model gets the gradient of the loss, embedding included."""
    model, loss = small_model(lib, cell), lib.temporal_softmax_CE_loss()
    for value in model.params.values():
        value += 0.3 * np.random.randn(*value.shape)
    words, h0 = np.random.randint(6, size=(3, 4)), np.zeros((3, 16))

    def value_of(_: Any) -> float:
        return float(loss.forward(model.forward(words, h0), words, np.ones((3, 4))))

    value_of(None)
    model.backward(loss.backward())
    assert model.grads.keys() == model.params.keys()
    for name, gradient in model.grads.items():
        numerical = lib.eval_numerical_gradient(value_of, model.params[name], verbose=False)
        np.testing.assert_allclose(gradient, numerical, rtol=1e-5, atol=1e-8)


# --- layers ---------------------------------------------------------------------------------------


def test_sigmoid_is_right_and_stable(lib: SimpleNamespace) -> None:
    """Sigmoid keeps shape and precision, and far out it neither warns nor overflows."""
    x = np.array([[-1000.0, -40.0, -1.0], [0.0, 2.0, 1000.0]])
    with np.errstate(all="raise", under="ignore"):
        found = lib.sigmoid(x)
    expected = [
        [0.0, math.exp(-40), 1 / (1 + math.e)],
        [0.5, 1 / (1 + math.exp(-2)), 1.0],
    ]
    np.testing.assert_allclose(found, expected, rtol=1e-14)


def test_initial_values_are_as_documented(lib: SimpleNamespace) -> None:
    """Weights are scaled normal numbers from NumPy's generator, and biases are zero."""
    np.random.seed(3)
    lstm = lib.LSTM(2, 3, init_scale=0.5, name="cell")
    np.random.seed(3)
    wx, wh = 0.5 * np.random.randn(2, 12), 0.5 * np.random.randn(3, 12)
    np.testing.assert_array_equal(lstm.params["cell_wx"], wx)
    np.testing.assert_array_equal(lstm.params["cell_wh"], wh)
    np.testing.assert_array_equal(lstm.params["cell_b"], np.zeros(12))


def test_lstm_gates_stand_in_their_order(lib: SimpleNamespace) -> None:
    """A closed input gate and an open forget and output gate hand the cell state on."""
    lstm = lib.LSTM(1, 2)
    lstm.params[lstm.b_name] = np.array([-50.0, -50, 50, 50, 50, 50, 7, 7])
    c = np.array([[0.3, -0.8]])
    next_h, next_c, _ = lstm.step_forward(np.zeros((1, 1)), np.zeros((1, 2)), c)
    np.testing.assert_allclose(next_c, c, rtol=1e-12)
    np.testing.assert_allclose(next_h, np.tanh(c), rtol=1e-12)


def test_embedding_refuses_unknown_words(lib: SimpleNamespace) -> None:
    """An index beyond the table raises an IndexError."""
    with pytest.raises(IndexError):
        lib.word_embedding(5, 3).forward(np.array([[5]]))


def test_loss_is_the_masked_sum_over_time_and_mean_over_the_batch(lib: SimpleNamespace) -> None:
    """The loss equals the formula, written as plain loops."""
    np.random.seed(0)
    x, y = np.random.randn(3, 4, 5), np.random.randint(5, size=(3, 4))
    mask = np.random.rand(3, 4) > 0.3
    total = 0.0
    for n, t in np.argwhere(mask):
        probabilities = np.exp(x[n, t]) / np.exp(x[n, t]).sum()
        total -= math.log(probabilities[y[n, t]])
    loss = lib.temporal_softmax_CE_loss().forward(x, y, mask)
    assert loss == pytest.approx(total / 3, rel=1e-12)


def test_loss_survives_huge_scores(lib: SimpleNamespace) -> None:
    """Scores far apart give a finite loss and gradient, without a warning."""
    loss = lib.temporal_softmax_CE_loss()
    scores, labels = np.array([[[1e4, -1e4]]]), np.array([[1]])
    assert loss.forward(scores, labels, np.ones((1, 1))) == pytest.approx(2e4)
    np.testing.assert_allclose(loss.backward(), [[[1, -1]]])


def test_loss_needs_forward_first(lib: SimpleNamespace) -> None:
    """A backward pass without a forward pass says what is missing."""
    with pytest.raises(RuntimeError, match="forward"):
        lib.temporal_softmax_CE_loss().backward()


# --- models ---------------------------------------------------------------------------------------


def test_model_and_layers_share_arrays(lib: SimpleNamespace) -> None:
    """A parameter changed in place, or replaced and assigned, is changed in its layer."""
    model = small_model(lib, "lstm")
    model.params["we_w"][:] = 2.0
    assert model.preprocess.params["we_w"].min() == 2.0
    model.params["t_fc_b"] = np.full(6, 3.0)
    model.assign_params()
    assert model.postprocess.params["t_fc_b"] is model.params["t_fc_b"]


def test_assigning_needs_every_parameter(lib: SimpleNamespace) -> None:
    """A missing parameter is reported by name."""
    model = small_model(lib, "rnn")
    del model.params["vanilla_rnn_b"]
    with pytest.raises(KeyError, match="vanilla_rnn_b"):
        model.assign_params()


def test_unknown_cells_are_refused(lib: SimpleNamespace) -> None:
    """Both models name the cell type that they do not know."""
    for make in (lib.TestRNN, lambda *a, **k: lib.LanguageModelRNN(9, *a, **k)):
        with pytest.raises(ValueError, match="gru"):
            make(3, 4, cell_type="gru")


def test_seed_makes_models_repeatable(lib: SimpleNamespace) -> None:
    """The same seed gives the same parameters; without one the generator goes on."""
    first, second = small_model(lib, "lstm", seed=5), small_model(lib, "lstm", seed=5)
    third = lib.LanguageModelRNN(6, 5, 16, cell_type="lstm")
    assert all(np.array_equal(first.params[k], second.params[k]) for k in first.params)
    assert not np.array_equal(second.params["we_w"], third.params["we_w"])


def test_dtype_is_taken_and_changes_nothing(lib: SimpleNamespace) -> None:
    """An older call with float32 works, and the layers still hold float64."""
    model = lib.LanguageModelRNN(6, 5, 4, cell_type="lstm", dtype=np.float32)
    assert {value.dtype for value in model.params.values()} == {np.dtype(np.float64)}


@pytest.mark.parametrize("cell", CELLS)
def test_sample_is_what_the_whole_sequence_gives(lib: SimpleNamespace, cell: str) -> None:
    """Each sampled word is the best one after all words before it, the cell state included."""
    model = small_model(lib, cell, seed=3)
    for value in model.params.values():
        value += 2 * np.random.randn(*value.shape)
    for first in range(6):
        words = [first]
        for _ in range(12):
            scores = model.forward(np.array([words]), np.zeros((1, 16)))
            words.append(int(scores[0, -1].argmax()))
        sampled = model.sample(np.int64(first), 12)
        assert sampled == words
        assert {type(word) for word in sampled} == {int}


def test_sample_of_nothing_is_the_first_word(lib: SimpleNamespace) -> None:
    """Asked for no further word, sampling returns the given one."""
    assert small_model(lib, "rnn").sample(2, 0) == [2]


# --- optimizers -----------------------------------------------------------------------------------


def network(*shapes: tuple[int, ...]) -> SimpleNamespace:
    """Return a stand-in for a model: three layers with a parameter or two of given shapes."""
    layers = [SimpleNamespace(params={}, grads={}) for _ in range(3)]
    for number, shape in enumerate(shapes):
        layers[number % 3].params[f"p{number}"] = np.random.randn(*shape)
    return SimpleNamespace(preprocess=layers[0], rnn=layers[1], postprocess=layers[2])


def params_of(net: SimpleNamespace) -> dict[str, np.ndarray]:
    """Return all parameters of a stand-in, the arrays themselves."""
    params: dict[str, np.ndarray] = net.preprocess.params | net.rnn.params | net.postprocess.params
    return params


def set_grads(net: SimpleNamespace, grads: dict[str, np.ndarray]) -> None:
    """Give each layer of a stand-in the gradients of its parameters."""
    for layer in (net.preprocess, net.rnn, net.postprocess):
        layer.grads = {name: grads[name] for name in layer.params}


def test_adam_is_the_published_algorithm(lib: SimpleNamespace) -> None:
    """Five steps on four parameters follow Kingma & Ba's algorithm 1, one count for them all."""
    np.random.seed(1)
    net = network((2, 3), (4,), (3, 2), (5,))
    adam = lib.Adam(net, lr=0.1, beta1=0.8, beta2=0.95, eps=1e-3)
    expected = {name: value.copy() for name, value in params_of(net).items()}
    m = {name: np.zeros_like(value) for name, value in expected.items()}
    v = {name: np.zeros_like(value) for name, value in expected.items()}
    for t in range(1, 6):
        grads = {name: np.random.randn(*value.shape) for name, value in expected.items()}
        set_grads(net, grads)
        adam.step()
        for name, g in grads.items():
            m[name] = 0.8 * m[name] + 0.2 * g
            v[name] = 0.95 * v[name] + 0.05 * g * g
            m_hat, v_hat = m[name] / (1 - 0.8**t), v[name] / (1 - 0.95**t)
            expected[name] = expected[name] - 0.1 * m_hat / (np.sqrt(v_hat) + 1e-3)
        for name, value in params_of(net).items():
            np.testing.assert_allclose(value, expected[name], rtol=1e-12)


def test_adam_goes_on_from_a_given_step(lib: SimpleNamespace) -> None:
    """With t steps behind it, Adam corrects its means as for step t + 1."""
    net = network((1,))
    params_of(net)["p0"][:] = 0.0
    set_grads(net, {"p0": np.array([2.0])})
    lib.Adam(net, lr=1.0, t=9, eps=0.0).step()
    step = (0.2 / (1 - 0.9**10)) / math.sqrt(0.004 / (1 - 0.999**10))
    assert params_of(net)["p0"][0] == pytest.approx(-step)


def test_sgd_follows_the_gradient(lib: SimpleNamespace) -> None:
    """One step moves each parameter by the learning rate times its gradient."""
    net = network((2,), (3,), (2, 2))
    before = {name: value.copy() for name, value in params_of(net).items()}
    grads = {name: np.random.randn(*value.shape) for name, value in before.items()}
    set_grads(net, grads)
    lib.SGD(net, lr=0.5).step()
    for name, value in params_of(net).items():
        np.testing.assert_allclose(value, before[name] - 0.5 * grads[name])


@pytest.mark.parametrize("kind", ["Adam", "SGD"])
def test_optimizers_change_arrays_in_place(lib: SimpleNamespace, kind: str) -> None:
    """After a step the layers hold the same arrays, with other numbers."""
    net = network((2,), (3,), (2, 2))
    arrays = params_of(net)
    set_grads(net, {name: np.ones_like(value) for name, value in arrays.items()})
    before = {name: value.copy() for name, value in arrays.items()}
    getattr(lib, kind)(net).step()
    for name, value in params_of(net).items():
        assert value is arrays[name]
        assert (value < before[name]).all()


@pytest.mark.parametrize("kind", ["Adam", "SGD"])
def test_optimizers_name_a_missing_gradient(lib: SimpleNamespace, kind: str) -> None:
    """A parameter without a gradient is named, not skipped."""
    with pytest.raises(ValueError, match="p0 has no gradient"):
        getattr(lib, kind)(network((2,))).step()


# --- training -------------------------------------------------------------------------------------


def test_batches_are_windows_of_consecutive_words(lib: SimpleNamespace) -> None:
    """Every window is a piece of the text, its labels are one word on, and all starts occur."""
    text = np.arange(100, 111)
    loader = lib.DataLoader(text[:-1], text[1:], timesteps=4, batch_size=200)
    words, labels = loader.next_batch()
    assert words.shape == labels.shape == (200, 4)
    assert set(words[:, 0]) == set(range(100, 107))
    np.testing.assert_array_equal(words, words[:, :1] + np.arange(4))
    np.testing.assert_array_equal(labels, words + 1)


def test_a_text_of_one_window_is_long_enough(lib: SimpleNamespace) -> None:
    """T + 1 words make exactly one window, and an epoch has at least one batch."""
    loader = lib.DataLoader(np.arange(5), np.arange(1, 6), timesteps=5, batch_size=9)
    assert (loader.next_batch()[0] == np.arange(5)).all()
    assert loader.batches_per_epoch == 1


def test_short_texts_are_refused(lib: SimpleNamespace) -> None:
    """A text shorter than a window plus one word is refused with both numbers."""
    with pytest.raises(ValueError, match="at least 6 words, and it has 5"):
        lib.DataLoader(np.arange(4), np.arange(4), timesteps=5, batch_size=2)


def test_words_and_labels_have_one_length(lib: SimpleNamespace) -> None:
    """Words without a label each are refused."""
    with pytest.raises(ValueError, match="8 words, but 7 labels"):
        lib.DataLoader(np.arange(8), np.arange(7), timesteps=5, batch_size=2)


@pytest.mark.parametrize("cell", CELLS)
def test_training_learns(lib: SimpleNamespace, cell: str) -> None:
    """Both cells learn to count, and the histories have one entry an iteration and an epoch."""
    model = small_model(lib, cell)
    _, losses, accuracies = train(lib, model, lib.Adam(model, 0.02), epochs=10)
    assert len(losses) == 10 * (119 // 4)
    assert len(accuracies) == 10
    assert losses[-1] < 0.1 * losses[0]
    assert accuracies[-1] == 1.0


def test_training_is_repeatable(lib: SimpleNamespace) -> None:
    """The model's seed decides the whole run, the windows included."""
    runs = []
    for _ in range(2):
        model = small_model(lib, "rnn", seed=4)
        runs.append(train(lib, model, lib.Adam(model, 0.01), epochs=2)[1])
    assert runs[0] == runs[1]


def test_best_parameters_are_kept_as_copies(lib: SimpleNamespace) -> None:
    """What a later epoch does to the model leaves the best parameters as they were."""
    model = small_model(lib, "rnn")
    train(lib, model, lib.Adam(model, 0.02), epochs=10)

    class Wrecker:
        lr, steps = 1.0, 0

        def step(self) -> None:
            self.steps += 1
            if self.steps > 119 // 4:
                for value in model.params.values():
                    value[:] = 0.0

    best, _, accuracies = train(lib, model, Wrecker(), epochs=2)
    assert accuracies[0] == 1.0 > accuracies[1]
    assert not any(best[name] is value for name, value in model.params.items())
    model.params = best
    model.assign_params()
    assert lib.compute_acc(model, *counting_data().values()) == 1.0


def test_accuracy_is_the_share_of_right_words(lib: SimpleNamespace) -> None:
    """Accuracy over the text is counted in one pass from a zero state."""
    model = small_model(lib, "lstm")
    words = np.array([0, 1, 2, 3, 4])
    best = model.forward(words[None], np.zeros((1, 16)))[0].argmax(axis=1)
    labels = best.copy()
    labels[:2] = (labels[:2] + 1) % 6
    assert lib.compute_acc(model, words, labels) == pytest.approx(3 / 5)


def test_learning_rate_decays(lib: SimpleNamespace) -> None:
    """After each given number of iterations the learning rate is multiplied once."""
    model = small_model(lib, "rnn")
    optimizer = lib.SGD(model, 1.0)
    train(lib, model, optimizer, epochs=1, lr_decay=0.5, lr_decay_every=10)
    assert optimizer.lr == 0.25


def test_training_prints_its_three_lines(
    lib: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    """Asked to talk, training prints losses, best performances and accuracies, whole lines each."""
    model = small_model(lib, "rnn")
    train(lib, model, lib.Adam(model, 0.02), epochs=2, show_every=20, verbose=True)
    out, err = capsys.readouterr()
    lines = [line for line in re.split(r"[\r\n]+", out) if line.startswith(("(", "best"))]
    forms = [
        r"\(Iteration 1 / 58\) loss: \d+\.\d\d",
        r"\(Iteration 21 / 58\) loss: \d+\.\d\d",
        r"best performance \d+\.\d\d%",
        r"\(Epoch 1 / 2\) Training Accuracy: [01]\.\d{4}",
        r"\(Iteration 41 / 58\) loss: \d+\.\d\d",
    ]
    for form, line in zip(forms, lines, strict=False):
        assert re.fullmatch(form, line)
    assert re.fullmatch(r"\(Epoch 2 / 2\) Training Accuracy: [01]\.\d{4}", lines[-1])
    assert err == ""


def test_training_is_silent_by_default(
    lib: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not asked to talk, training prints nothing at all."""
    model = small_model(lib, "rnn")
    train(lib, model, lib.Adam(model, 0.02), epochs=1)
    assert capsys.readouterr() == ("", "")


# --- tools for checks, plots, data ----------------------------------------------------------------


def test_rel_error_is_its_formula(lib: SimpleNamespace) -> None:
    """The relative error is the greatest over all entries, with a floor for tiny numbers."""
    assert lib.rel_error([1.0, 3.0], [1.0, 1.0]) == 0.5
    assert lib.rel_error([0.0], [1e-10]) == pytest.approx(1e-2)


def test_rel_error_does_not_stretch_arrays(lib: SimpleNamespace) -> None:
    """Arrays of different shapes are refused, though NumPy could combine them."""
    with pytest.raises(ValueError, match=r"\(3,\) and \(1, 3\)"):
        lib.rel_error(np.ones(3), np.ones((1, 3)))


def test_check_prints_all_errors_and_names_the_large_ones(
    lib: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    """All errors are printed, and the message gives each that is too large, and the bound."""
    errors = {"dx": 6.2924e-09, "dWx": 0.25, "db": math.nan}
    with pytest.raises(AssertionError) as caught:
        lib.check_errors(errors, 1e-8)
    assert capsys.readouterr().out.splitlines()[0] == "dx error: 6.292400e-09"
    message = "dWx error is 2.500000e-01, db error is nan; it should be below 1e-08"
    assert str(caught.value) == message


def test_check_takes_as_many_gradients_as_arrays(lib: SimpleNamespace) -> None:
    """A missing gradient is an error, not a shorter check."""
    x = np.ones(2)
    with pytest.raises(ValueError, match="shorter"):
        lib.check_gradients(lambda a: a, x, {"dx": x, "dy": x}, [x], 1e-8)


def test_numerical_gradients_are_right_and_leave_no_trace(lib: SimpleNamespace) -> None:
    """Both numerical gradients match known derivatives, and x is as it was."""
    x = np.array([[0.5, -1.0], [2.0, 3.0]])
    before = x.copy()
    number = lib.eval_numerical_gradient(lambda a: float((a**3).sum()), x, verbose=False)
    array = lib.eval_numerical_gradient_array(lambda a: a**3, x, np.array([[1.0, 2], [3, 4]]))
    np.testing.assert_allclose(number, 3 * before**2, rtol=1e-8)
    np.testing.assert_allclose(array, 3 * before**2 * [[1, 2], [3, 4]], rtol=1e-8)
    np.testing.assert_array_equal(x, before)


def test_numerical_gradient_restores_x_after_an_error(lib: SimpleNamespace) -> None:
    """An unfinished method leaves the array that was being moved as it was."""

    def unfinished(_: np.ndarray) -> float:
        raise NotImplementedError

    x = np.array([1.0, 2.0])
    with pytest.raises(NotImplementedError):
        lib.eval_numerical_gradient(unfinished, x)
    np.testing.assert_array_equal(x, [1.0, 2.0])


def test_learning_curves_are_labelled(lib: SimpleNamespace) -> None:
    """Loss stands against iterations, accuracy (%) against epochs, and runs look different."""
    runs = {"one": (np.arange(250.0, 0, -1), [0.2, 0.4]), "two": ([3.0], [1.0])}
    figure = lib.plot_learning_curves(runs, title="both")
    left, right = figure.axes
    assert (left.get_xlabel(), right.get_xlabel()) == ("iteration", "epoch")
    assert "loss" in left.get_ylabel()
    assert "%" in right.get_ylabel()
    assert list(right.lines[0].get_ydata()) == [20.0, 40.0]
    assert list(right.lines[0].get_xdata()) == [1, 2]
    assert left.lines[0].get_ydata().mean() == pytest.approx(125.5, abs=1)
    assert left.lines[0].get_color() != left.lines[1].get_color()
    assert left.lines[0].get_linestyle() != left.lines[1].get_linestyle()
    lib.plt.close(figure)


def test_alice_has_the_known_counts() -> None:
    """The chapter has 2169 words, 778 of them different, and "she" is one."""
    text = (SOURCE / "data" / "alice.txt").read_text(encoding="utf-8")
    words = re.split(" |\n", text.lower())
    assert (len(words), len(set(words))) == (2169, 778)
    assert "she" in words


WORDS = ["", "alice", "rabbit", "ran", "said", "the"]


def test_a_text_without_temperature_is_the_greedy_sample(lib: SimpleNamespace) -> None:
    """At temperature 0 the words are those of `model.sample`, as many as were asked for."""
    model = small_model(lib, "lstm")
    text = lib.generate_text(model, WORDS, "the", 7)
    assert text.split(" ") == [WORDS[index] for index in model.sample(5, 6)]


@pytest.mark.parametrize("cell", CELLS)
def test_a_small_temperature_is_nearly_greedy(lib: SimpleNamespace, cell: str) -> None:
    """Near temperature 0 the words that are drawn are the greedy ones."""
    model = small_model(lib, cell)
    assert lib.sample_by_chance(model, 5, 9, 1e-6) == model.sample(5, 9)


def test_words_are_drawn_as_often_as_the_model_expects(lib: SimpleNamespace) -> None:
    """At temperature 1 the second word follows the softmax of the scores after the first."""
    model = small_model(lib, "rnn")
    np.random.seed(0)
    drawn = [lib.sample_by_chance(model, 2, 1, 1.0)[1] for _ in range(4000)]
    scores = model.forward(np.array([[2]]), np.zeros((1, 16)))[0, 0]
    expected = np.exp(scores) / np.exp(scores).sum()
    assert np.bincount(drawn, minlength=6) / 4000 == pytest.approx(expected, abs=0.03)


def test_a_seed_makes_a_text_repeatable(lib: SimpleNamespace) -> None:
    """The same seed of NumPy's generator gives the same text, and a hot one more than one text."""
    model, texts = small_model(lib, "lstm"), set()
    for seed in (1, 1, 2, 3):
        np.random.seed(seed)
        texts.add(lib.generate_text(model, WORDS, "alice", 12, temperature=5.0))
    assert len(texts) == 3


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("rabit", "near it are 'rabbit'"),
        ("Alice", "write it in lower case, 'alice'"),
        ("thee", "near it are 'the'"),
        ("riddle", "near it are 'rabbit', 'ran'"),
        ("x", "choose one from the text"),
    ],
)
def test_an_unknown_first_word_gets_words_near_it(
    lib: SimpleNamespace, word: str, said: str
) -> None:
    """The message names the word that is not there, and what was perhaps meant."""
    with pytest.raises(ValueError, match=re.escape(f"no word {word!r}")) as raised:
        lib.generate_text(small_model(lib, "rnn"), WORDS, word, 5)
    assert said in str(raised.value)


@pytest.mark.parametrize(("length", "temperature"), [(0, 0.0), (-3, 0.0), (5, -0.1), (5, math.nan)])
def test_a_text_needs_a_length_and_a_temperature(
    lib: SimpleNamespace, length: int, temperature: float
) -> None:
    """No text of no words is made, nor one at a temperature that is none."""
    with pytest.raises(ValueError, match="Give"):
        lib.generate_text(small_model(lib, "rnn"), WORDS, "the", length, temperature)


def test_what_older_releases_import_is_still_there(lib: SimpleNamespace, tmp_path: Path) -> None:
    """Plots of an older release call `lib.shown`, which is there and does nothing."""
    importlib.import_module("lib.shown").note_shown("figure", "x")
    assert lib
    assert not list(tmp_path.iterdir())


def test_the_plot_is_one_whose_accuracy_can_be_read(lib: SimpleNamespace) -> None:
    """What `gradekit submit` reads from a plot is the last accuracy that it was drawn with."""
    figure = lib.plot_learning_curves({"LSTM": ([300.0, 20.0], [0.2, 0.9, 0.973])}, title="LSTM")
    stream = io.BytesIO()
    figure.savefig(stream, format="png", bbox_inches="tight")
    plot = decode_image(stream.getvalue())
    assert plot is not None
    assert plotted_accuracy(plot) == pytest.approx(0.973, abs=0.01)
