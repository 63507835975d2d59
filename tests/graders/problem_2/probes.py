"""What the checks ask of a hand-in: each probe builds a layer or a model and returns arrays.

Probes run beside student code, so they hold no expected value, no hidden input and no part of an
answer: what only the reference is asked stands in `reference_probes.py`. Shapes are over N batch,
T timesteps, D input size, H hidden size, V vocabulary.
"""

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

Array = np.ndarray
Arrays = dict[str, np.ndarray]
# The student's own layers, models and data: what they are like is what is asked.
Theirs = Any
Note = Callable[[tuple[Any, ...], dict[str, Any]], object]


def _layer(kind: str, wx: Array, wh: Array, b: Array) -> Theirs:
    from lib.rnn import layer_utils

    layer = getattr(layer_utils, kind)(wx.shape[0], wh.shape[0], init_scale=0.02, name="probe")
    layer.params[layer.wx_name] = wx
    layer.params[layer.wh_name] = wh
    layer.params[layer.b_name] = b
    return layer


def _parameter_gradients(layer: Theirs) -> Arrays:
    names = {"dwx": layer.wx_name, "dwh": layer.wh_name, "db": layer.b_name}
    return {key: layer.grads[name] for key, name in names.items()}


def rnn_step_forward(x: Array, prev_h: Array, wx: Array, wh: Array, b: Array) -> Arrays:
    """x (N, D), prev_h (N, H) → next_h (N, H)."""
    next_h, _ = _layer("VanillaRNN", wx, wh, b).step_forward(x, prev_h)
    return {"next_h": next_h}


def rnn_step_backward(
    x: Array, prev_h: Array, wx: Array, wh: Array, b: Array, dnext_h: Array
) -> Arrays:
    """dnext_h (N, H) → the five gradients of one step."""
    layer = _layer("VanillaRNN", wx, wh, b)
    _, meta = layer.step_forward(x, prev_h)
    dx, dprev_h, dwx, dwh, db = layer.step_backward(dnext_h, meta)
    return {"dx": dx, "dprev_h": dprev_h, "dwx": dwx, "dwh": dwh, "db": db}


def lstm_step_forward(
    x: Array, prev_h: Array, prev_c: Array, wx: Array, wh: Array, b: Array
) -> Arrays:
    """x (N, D), prev_h and prev_c (N, H) → next_h and next_c (N, H)."""
    next_h, next_c, _ = _layer("LSTM", wx, wh, b).step_forward(x, prev_h, prev_c)
    return {"next_h": next_h, "next_c": next_c}


def lstm_step_backward(
    x: Array,
    prev_h: Array,
    prev_c: Array,
    wx: Array,
    wh: Array,
    b: Array,
    dnext_h: Array,
    dnext_c: Array,
) -> Arrays:
    """dnext_h, dnext_c (N, H) → the six gradients of one step."""
    layer = _layer("LSTM", wx, wh, b)
    _, _, meta = layer.step_forward(x, prev_h, prev_c)
    dx, dprev_h, dprev_c, dwx, dwh, db = layer.step_backward(dnext_h, dnext_c, meta)
    gradients = {"dx": dx, "dprev_h": dprev_h, "dprev_c": dprev_c}
    return {**gradients, "dwx": dwx, "dwh": dwh, "db": db}


def forward(kind: str, x: Array, h0: Array, wx: Array, wh: Array, b: Array) -> Arrays:
    """x (N, T, D), h0 (N, H) → h (N, T, H), for kind VanillaRNN or LSTM."""
    return {"h": _layer(kind, wx, wh, b).forward(x, h0)}


def backward(kind: str, x: Array, h0: Array, wx: Array, wh: Array, b: Array, dh: Array) -> Arrays:
    """dh (N, T, H) → dx, dh0 and the parameters' gradients, for kind VanillaRNN or LSTM."""
    layer = _layer(kind, wx, wh, b)
    layer.forward(x, h0)
    dx, dh0 = layer.backward(dh)
    return {"dx": dx, "dh0": dh0, **_parameter_gradients(layer)}


def backward_again(
    kind: str, x: Array, h0: Array, wx: Array, wh: Array, b: Array, dh: Array
) -> Arrays:
    """What `backward` gives when the layer has gone forwards and backwards once before."""
    layer = _layer(kind, wx, wh, b)
    for _ in range(2):
        layer.forward(np.array(x), np.array(h0))
        dx, dh0 = layer.backward(np.array(dh))
    return {"dx": dx, "dh0": dh0, **_parameter_gradients(layer)}


def strided(of: str, arrays: Arrays, **others: object) -> Arrays:
    """Ask the probe `of` with arrays whose rows are not contiguous in memory."""
    probe: Callable[..., Arrays] = globals()[of]
    return probe(**{name: _view(array) for name, array in arrays.items()}, **others)


def _view(value: Array) -> Array:
    wide = np.zeros((*value.shape[:-1], 2 * value.shape[-1]), value.dtype)
    wide[..., ::2] = value
    return wide[..., ::2]


def _embedding(w: Array) -> Theirs:
    from lib.rnn.layer_utils import word_embedding

    layer = word_embedding(w.shape[0], w.shape[1], name="probe")
    layer.params[layer.w_name] = w
    return layer


def embedding_forward(x: Array, w: Array) -> Arrays:
    """Integers x (N, T), w (V, D) → out (N, T, D)."""
    return {"out": _embedding(w).forward(x)}


def embedding_backward(x: Array, w: Array, dout: Array) -> Arrays:
    """dout (N, T, D) → dw (V, D)."""
    layer = _embedding(w)
    layer.forward(x)
    layer.backward(dout)
    return {"dw": layer.grads[layer.w_name]}


def embedding_backward_again(x: Array, w: Array, dout: Array) -> Arrays:
    """What `embedding_backward` gives when the layer has gone both ways once before."""
    layer = _embedding(w)
    for _ in range(2):
        layer.forward(np.array(x))
        layer.backward(np.array(dout))
    return {"dw": layer.grads[layer.w_name]}


def _test_rnn(cell_type: str, wx: Array, wh: Array, b: Array) -> Theirs:
    from lib.rnn.rnn import TestRNN

    model = TestRNN(wx.shape[0], wh.shape[0], cell_type=cell_type)
    for name, value in ((model.rnn.wx_name, wx), (model.rnn.wh_name, wh), (model.rnn.b_name, b)):
        model.params[name] = value
    model.assign_params()
    return model


def new_test_rnn(cell_type: str, input_dim: int, hidden_dim: int) -> Arrays:
    """Return the parameters of a new TestRNN: what they hold is random, their shapes are not."""
    from lib.rnn.rnn import TestRNN

    model = TestRNN(input_dim, hidden_dim, cell_type=cell_type)
    names = {"wx": model.rnn.wx_name, "wh": model.rnn.wh_name, "b": model.rnn.b_name}
    return {key: model.rnn.params[name] for key, name in names.items()}


def test_rnn_forward(cell_type: str, x: Array, h0: Array, wx: Array, wh: Array, b: Array) -> Arrays:
    """x (N, T, D), h0 (N, H) → h (N, T, H), through TestRNN with assigned parameters."""
    return {"h": _test_rnn(cell_type, wx, wh, b).forward(x, h0)}


def test_rnn_backward(
    cell_type: str, x: Array, h0: Array, wx: Array, wh: Array, b: Array, dh: Array
) -> Arrays:
    """dh (N, T, H) → the parameters' gradients in TestRNN.grads."""
    model = _test_rnn(cell_type, wx, wh, b)
    model.forward(x, h0)
    model.backward(dh)
    names = {"dwx": model.rnn.wx_name, "dwh": model.rnn.wh_name, "db": model.rnn.b_name}
    return {key: model.grads[name] for key, name in names.items()}


def _places(model: Theirs) -> dict[str, tuple[Theirs, str]]:
    """Return where each parameter of a language model is: key → (layer, name)."""
    words, cell, scores = model.preprocess, model.rnn, model.postprocess
    return {
        "words_w": (words, words.w_name),
        "wx": (cell, cell.wx_name),
        "wh": (cell, cell.wh_name),
        "b": (cell, cell.b_name),
        "scores_w": (scores, scores.w_name),
        "scores_b": (scores, scores.b_name),
    }


def _parameters(model: Theirs) -> Arrays:
    return {key: layer.params[name] for key, (layer, name) in _places(model).items()}


def _language_model(cell_type: str, parameters: Mapping[str, Array]) -> Theirs:
    from lib.rnn.rnn import LanguageModelRNN

    word_size, word_vec_dim = parameters["words_w"].shape
    hidden_dim = parameters["wh"].shape[0]
    model = LanguageModelRNN(word_size, word_vec_dim, hidden_dim, cell_type=cell_type)
    for key, (layer, name) in _places(model).items():
        layer.params[name] = parameters[key]
    model.gather_params()
    return model


def new_language_model(
    cell_type: str, word_size: int, word_vec_dim: int, hidden_dim: int
) -> Arrays:
    """Return the parameters of a new model: what they hold is random, their shapes are not."""
    from lib.rnn.rnn import LanguageModelRNN

    model = LanguageModelRNN(word_size, word_vec_dim, hidden_dim, cell_type=cell_type)
    return _parameters(model)


def predict(cell_type: str, parameters: Mapping[str, Array], words: Array) -> Arrays:
    """Words (N, T) → scores (N, T, V), from a first state of zeros."""
    model = _language_model(cell_type, parameters)
    return {"scores": model.forward(words, _zeros(words, parameters))}


def _zeros(words: Array, parameters: Mapping[str, Array]) -> Array:
    return np.zeros((words.shape[0], parameters["wh"].shape[0]))


def sample(cell_type: str, parameters: Mapping[str, Array], word_index: int, n_text: int) -> Arrays:
    """The greedy text that follows a word: n_text + 1 word indices."""
    return {"words": _language_model(cell_type, parameters).sample(word_index, n_text)}


@contextlib.contextmanager
def _noted(kind: type, method: str, note: Note) -> Iterator[None]:
    """Call `note` before each call of a method, with its arguments; whichever object it is of."""
    original = getattr(kind, method)

    def noted(self: Theirs, *arguments: Any, **named: Any) -> Any:
        note(arguments, named)
        return original(self, *arguments, **named)

    setattr(kind, method, noted)
    try:
        yield
    finally:
        setattr(kind, method, original)


# Words and labels; None where there was no way forward before a way back.
_Batch = tuple[Any, Any]


class _Looks:
    """The words and labels whose loss was gone back from, in each step of an optimiser.

    What else is looked at between two steps does not count.
    """

    def __init__(self) -> None:
        self.words: Any = None
        self.labels: Any = None
        self.waiting: list[_Batch] = []
        self.taken: list[list[_Batch]] = []
        self.states = [0.0]

    def see_words(self, arguments: tuple[Any, ...], named: dict[str, Any]) -> None:
        self.words = np.array(named["x"] if "x" in named else (*arguments, *named.values())[0])

    def see_labels(self, arguments: tuple[Any, ...], named: dict[str, Any]) -> None:
        self.labels = np.array(named["label"] if "label" in named else arguments[1])

    def see_state(self, arguments: tuple[Any, ...], named: dict[str, Any]) -> None:
        self.states.append(float(np.abs(named["h0"] if "h0" in named else arguments[-1]).max()))

    def go_back(self, *_: object) -> None:
        self.waiting.append((self.words, self.labels))

    def step(self, *_: object) -> None:
        self.taken.append(self.waiting or [(self.words, self.labels)])
        self.waiting = []

    def batches(self, shape: tuple[int, ...]) -> tuple[Array, ...]:
        """The words and labels of each step; where no step was taken, of each way back."""
        taken = self.taken or [[pair] for pair in self.waiting]
        fit = [
            [p for p in pairs if all(np.shape(o)[1:] == shape[1:] for o in p)] for pairs in taken
        ]
        pairs = [tuple(map(np.concatenate, zip(*pairs, strict=True))) for pairs in fit if pairs]
        kept = [pair for pair in pairs if all(np.shape(one) == shape for one in pair)]
        none = np.zeros((0, *shape), int)
        return tuple(np.array(side) for side in zip(*kept, strict=True)) or (none, none)


def train(
    cell_type: str,
    parameters: Mapping[str, Array],
    text: Array,
    timesteps: int,
    batch_size: int,
    max_epochs: int,
    learning_rate: float,
) -> Arrays:
    """Train on a text with Adam → the losses, the batches (K, N, T), the parameters at the end,
    and the largest number of each first state."""
    from lib.optim import Adam
    from lib.rnn.layer_utils import temporal_softmax_CE_loss
    from lib.rnn.train import train_net

    model = _language_model(cell_type, parameters)
    loss, optimizer, looks = temporal_softmax_CE_loss(), Adam(model, learning_rate), _Looks()
    data = {"data_train": text[:-1], "labels_train": text[1:]}
    with (
        open(os.devnull, "w") as nothing,
        contextlib.redirect_stdout(nothing),
        _noted(type(model.preprocess), "forward", looks.see_words),
        _noted(type(model.rnn), "forward", looks.see_state),
        _noted(type(loss), "forward", looks.see_labels),
        _noted(type(loss), "backward", looks.go_back),
        _noted(Adam, "step", looks.step),
    ):
        _, losses, _ = train_net(
            data, model, loss, optimizer, timesteps, batch_size, max_epochs=max_epochs
        )
    seen, asked = looks.batches((batch_size, timesteps))
    told = {"losses": np.ravel(losses), "first_states": np.array(looks.states)}
    return {**told, "words": seen, "labels": asked, **_parameters(model)}
