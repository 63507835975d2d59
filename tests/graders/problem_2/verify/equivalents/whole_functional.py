"""A whole answer of pure functions over tuples of arrays; the methods only call them."""

import functools
from typing import Any, Callable, NamedTuple

import numpy as np


class Weights(NamedTuple):
    wx: np.ndarray
    wh: np.ndarray
    b: np.ndarray


class State(NamedTuple):
    h: np.ndarray
    c: np.ndarray | None = None


def affine(weights: Weights, x: np.ndarray, h: np.ndarray) -> np.ndarray:
    return functools.reduce(np.add, (x @ weights.wx, h @ weights.wh, weights.b))


def affine_back(weights: Weights, x: np.ndarray, h: np.ndarray, dz: np.ndarray) -> tuple:
    return dz @ weights.wx.T, dz @ weights.wh.T, Weights(x.T @ dz, h.T @ dz, dz.sum(axis=0))


def weights_of(layer: Any) -> Weights:
    return Weights(*(layer.params[name] for name in names_of(layer)))


def names_of(layer: Any) -> tuple[str, str, str]:
    return layer.wx_name, layer.wh_name, layer.b_name


def scan(step: Callable, state: State, xs: np.ndarray) -> tuple[list[State], list[Any]]:
    states, tapes = [], []
    for x in np.moveaxis(xs, 1, 0):
        state, tape = step(x, state)
        states.append(state)
        tapes.append(tape)
    return states, tapes


def scan_back(step: Callable, dstate: State, dhs: np.ndarray, tapes: list[Any]) -> tuple:
    dxs, sums = [], None
    for dh, tape in zip(np.moveaxis(dhs, 1, 0)[::-1], tapes[::-1], strict=True):
        dx, dstate, dweights = step(dstate._replace(h=dstate.h + dh), tape)
        dxs.append(dx)
        sums = dweights if sums is None else Weights(*map(np.add, sums, dweights))
    return np.stack(dxs[::-1], axis=1), dstate, sums


def rnn_step(weights: Weights, x: np.ndarray, state: State) -> tuple:
    h = np.tanh(affine(weights, x, state.h))
    return State(h), (x, state, h)


def rnn_step_back(weights: Weights, dstate: State, tape: tuple) -> tuple:
    x, before, h = tape
    dx, dh, dweights = affine_back(weights, x, before.h, dstate.h * (1 - h**2))
    return dx, State(dh), dweights


def lstm_step(weights: Weights, x: np.ndarray, state: State) -> tuple:
    z = affine(weights, x, state.h)
    y = np.where(np.arange(z.shape[1]) < 3 * (z.shape[1] // 4), sigmoid(z), np.tanh(z))
    i, f, o, g = np.split(y, 4, axis=1)
    c = f * state.c + i * g
    return State(o * np.tanh(c), c), (x, state, y, c)


def lstm_step_back(weights: Weights, dstate: State, tape: tuple) -> tuple:
    x, before, y, c = tape
    i, f, o, g = np.split(y, 4, axis=1)
    tc = np.tanh(c)
    dc = dstate.c + dstate.h * o * (1 - tc**2)
    slopes = np.concatenate([i - i**2, f - f**2, o - o**2, 1 - g**2], axis=1)
    dy = np.concatenate([dc * g, dc * before.c, dstate.h * tc, dc * i], axis=1)
    dx, dh, dweights = affine_back(weights, x, before.h, dy * slopes)
    return dx, State(dh, dc * f), dweights


class VanillaRNN:
    def step_forward(self, x, prev_h):
        state, tape = rnn_step(weights_of(self), x, State(prev_h))
        return state.h, tape

    def step_backward(self, dnext_h, meta):
        dx, dstate, dweights = rnn_step_back(weights_of(self), State(dnext_h), meta)
        return (dx, dstate.h, *dweights)

    def forward(self, x, h0):
        step = functools.partial(rnn_step, weights_of(self))
        states, self.meta = scan(step, State(h0), x)
        return np.stack([state.h for state in states], axis=1)

    def backward(self, dh):
        step = functools.partial(rnn_step_back, weights_of(self))
        dx, dstate, sums = scan_back(step, State(np.zeros_like(dh[:, 0])), dh, self.meta)
        self.grads.update(zip(names_of(self), sums))
        return dx, dstate.h


class LSTM:
    def step_forward(self, x, prev_h, prev_c):
        state, tape = lstm_step(weights_of(self), x, State(prev_h, prev_c))
        return state.h, state.c, tape

    def step_backward(self, dnext_h, dnext_c, meta):
        dx, dstate, dweights = lstm_step_back(weights_of(self), State(dnext_h, dnext_c), meta)
        return (dx, *dstate, *dweights)

    def forward(self, x, h0):
        step = functools.partial(lstm_step, weights_of(self))
        states, self.meta = scan(step, State(h0, np.zeros_like(h0)), x)
        return np.stack([state.h for state in states], axis=1)

    def backward(self, dh):
        step = functools.partial(lstm_step_back, weights_of(self))
        zeros = State(*np.zeros((2,) + dh[:, 0].shape))
        dx, dstate, sums = scan_back(step, zeros, dh, self.meta)
        self.grads.update(zip(names_of(self), sums))
        return dx, dstate.h


class word_embedding:
    def forward(self, x):
        self.meta = x
        return functools.partial(np.take, self.params[self.w_name], axis=0)(x)

    def backward(self, dout):
        table = self.params[self.w_name]
        rows = dout.reshape(-1, table.shape[1])
        hits = (np.ravel(self.meta) == word for word in range(len(table)))
        self.grads[self.w_name] = np.array([rows[hit].sum(axis=0) for hit in hits])


def cell_of(cell_type: str) -> type:
    return next(cell for name, cell in (("rnn", VanillaRNN), ("lstm", LSTM)) if name == cell_type)


class TestRNN:
    def __init__(self, input_dim, hidden_dim, cell_type="rnn", dtype=np.float32, seed=None):
        super().__init__(cell_type, dtype, seed)
        self.rnn = cell_of(cell_type)(input_dim, hidden_dim)
        self.gather_params()


class LanguageModelRNN:
    def __init__(
        self, word_size, word_vec_dim, hidden_dim, cell_type="rnn", dtype=np.float32, seed=None
    ):
        super().__init__(cell_type, dtype, seed)
        self.preprocess = word_embedding(word_size, word_vec_dim)
        self.rnn = cell_of(cell_type)(word_vec_dim, hidden_dim)
        self.postprocess = temporal_fc(hidden_dim, word_size)
        self.gather_params()


def one_step(model, loss_func, optimizer, batch) -> float:
    words, labels = batch
    h0 = np.zeros_like(model.rnn.params[model.rnn.wh_name], shape=(len(words), hidden_size(model)))
    loss = loss_func.forward(model.forward(words, h0), labels, np.ones_like(labels, dtype=float))
    model.backward(loss_func.backward())
    optimizer.step()
    return loss


def train_net(
    data,
    model,
    loss_func,
    optimizer,
    timesteps,
    batch_size,
    max_epochs,
    lr_decay=1.0,
    lr_decay_every=1000,
    show_every=500,
    verbose=False,
):
    text = data["data_train"], data["labels_train"]
    loader = DataLoader(*text, timesteps, batch_size)
    batches = iter(loader.next_batch, None)

    def epoch():
        for _, batch in zip(range(loader.batches_per_epoch), batches):
            yield one_step(model, loss_func, optimizer, batch)
            optimizer.lr *= lr_decay if (optimizer.t % lr_decay_every == 0) else 1

    losses, accuracies, params = [], [], []
    for _ in range(max_epochs):
        losses += epoch()
        accuracies.append(compute_acc(model, *text))
        params.append(copy_params(model))
    return params[accuracies.index(max(accuracies))], losses, accuracies
