"""meta is an object: a namespace for VanillaRNN, a dataclass for LSTM, a small class elsewhere."""

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np


@dataclass
class LSTMCache:
    x: np.ndarray
    prev_h: np.ndarray
    prev_c: np.ndarray
    gates: np.ndarray
    next_c: np.ndarray

    @property
    def ifog(self):
        return np.split(self.gates, 4, axis=1)


class Remembered:
    """Whatever one gives to it by name."""

    def __init__(self, **kwargs):
        self.__dict__.update(kwargs)

    def __repr__(self):
        return "Remembered(%s)" % ", ".join(self.__dict__)


class VanillaRNN:
    def step_forward(self, x, prev_h):
        meta = SimpleNamespace()
        meta.x = x
        meta.prev_h = prev_h
        meta.wx, meta.wh = self.params[self.wx_name], self.params[self.wh_name]
        meta.next_h = np.tanh(self.params[self.b_name] + x @ meta.wx + prev_h @ meta.wh)
        return meta.next_h, meta

    def step_backward(self, dnext_h, meta):
        delta = dnext_h * (1.0 - meta.next_h**2)
        return (
            delta @ meta.wx.T,
            delta @ meta.wh.T,
            meta.x.T @ delta,
            meta.prev_h.T @ delta,
            np.sum(delta, 0),
        )

    def forward(self, x, h0):
        self.meta = Remembered(steps=[], shape=x.shape)
        h = np.zeros(x.shape[:2] + (h0.shape[1],))
        for t in range(x.shape[1]):
            h0, meta = self.step_forward(x[:, t, :], h0)
            h[:, t, :] = h0
            self.meta.steps.append(meta)
        return h

    def backward(self, dh):
        totals = Remembered(wx=0, wh=0, b=0)
        dx = np.zeros(self.meta.shape)
        carry = 0
        for t in reversed(range(self.meta.shape[1])):
            step = self.meta.steps[t]
            dx[:, t, :], carry, dWx, dWh, db = self.step_backward(dh[:, t, :] + carry, step)
            totals.wx = totals.wx + dWx
            totals.wh = totals.wh + dWh
            totals.b = totals.b + db
        self.grads[self.wx_name] = totals.wx
        self.grads[self.wh_name] = totals.wh
        self.grads[self.b_name] = totals.b
        return dx, carry


class LSTM:
    def step_forward(self, x, prev_h, prev_c):
        H = prev_h.shape[1]
        z = x @ self.params[self.wx_name] + prev_h @ self.params[self.wh_name]
        z = z + self.params[self.b_name]
        gates = np.concatenate([sigmoid(z[:, : 3 * H]), np.tanh(z[:, 3 * H :])], axis=1)
        i, f, o, g = np.split(gates, 4, axis=1)
        next_c = f * prev_c + i * g
        return o * np.tanh(next_c), next_c, LSTMCache(x, prev_h, prev_c, gates, next_c)

    def step_backward(self, dnext_h, dnext_c, meta):
        i, f, o, g = meta.ifog
        tc = np.tanh(meta.next_c)
        dc = dnext_c + dnext_h * o * (1 - tc**2)
        outer = np.concatenate([dc * g, dc * meta.prev_c, dnext_h * tc, dc * i], axis=1)
        H = tc.shape[1]
        inner = meta.gates * (1 - meta.gates)
        inner[:, 3 * H :] = 1 - g**2
        dz = outer * inner
        dx = dz @ self.params[self.wx_name].T
        dprev_h = dz @ self.params[self.wh_name].T
        return dx, dprev_h, dc * f, meta.x.T @ dz, meta.prev_h.T @ dz, dz.sum(axis=0)


class word_embedding:
    def forward(self, x):
        self.meta = Remembered(words=x)
        return self.params[self.w_name][self.meta.words, :]

    def backward(self, dout):
        W = self.params[self.w_name]
        dW = np.zeros_like(W)
        for word in np.unique(self.meta.words):
            dW[word] = dout[self.meta.words == word].sum(axis=0)
        self.grads[self.w_name] = dW
