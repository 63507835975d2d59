"""Keeps its values on self under names of its own; meta is only a number or None."""

import numpy as np


class VanillaRNN:
    def __init__(self, input_dim, h_dim, init_scale=0.02, name="vanilla_rnn"):
        self.name = name
        self.wx_name = name + "_wx"
        self.wh_name = name + "_wh"
        self.b_name = name + "_b"
        self.input_dim = input_dim
        self.h_dim = h_dim
        self.params = {}
        self.grads = {}
        self.params[self.wx_name] = init_scale * np.random.randn(input_dim, h_dim)
        self.params[self.wh_name] = init_scale * np.random.randn(h_dim, h_dim)
        self.params[self.b_name] = np.zeros(h_dim)
        self.grads[self.wx_name] = None
        self.grads[self.wh_name] = None
        self.grads[self.b_name] = None
        self.meta = None
        self.history = []

    def step_forward(self, x, prev_h):
        next_h = np.tanh(
            x.dot(self.params[self.wx_name])
            + prev_h.dot(self.params[self.wh_name])
            + self.params[self.b_name]
        )
        self.history.append((x, prev_h, next_h))
        return next_h, len(self.history) - 1

    def step_backward(self, dnext_h, meta):
        x, prev_h, next_h = self.history[meta]
        dz = dnext_h - dnext_h * next_h**2
        dx = dz.dot(self.params[self.wx_name].T)
        dprev_h = dz.dot(self.params[self.wh_name].T)
        return dx, dprev_h, x.T.dot(dz), prev_h.T.dot(dz), dz.sum(axis=0)

    def forward(self, x, h0):
        self.history = []
        self.N, self.T, self.D = x.shape
        self.h = np.zeros((self.N, self.T, self.h_dim))
        for t in range(self.T):
            last = h0 if t == 0 else self.h[:, t - 1]
            self.h[:, t], _ = self.step_forward(x[:, t], last)
        return self.h

    def backward(self, dh):
        self.grads[self.wx_name] = np.zeros((self.D, self.h_dim))
        self.grads[self.wh_name] = np.zeros((self.h_dim, self.h_dim))
        self.grads[self.b_name] = np.zeros(self.h_dim)
        dx = np.zeros((self.N, self.T, self.D))
        dprev = np.zeros((self.N, self.h_dim))
        for t in range(self.T - 1, -1, -1):
            dx[:, t], dprev, dWx, dWh, db = self.step_backward(dh[:, t] + dprev, t)
            self.grads[self.wx_name] += dWx
            self.grads[self.wh_name] += dWh
            self.grads[self.b_name] += db
        return dx, dprev


class LSTM:
    # each step pushes its values on a stack, and each step back takes the top ones off again
    def stack(self):
        if not hasattr(self, "_stack"):
            self._stack = []
        return self._stack

    def step_forward(self, x, prev_h, prev_c):
        z = x @ self.params[self.wx_name] + prev_h @ self.params[self.wh_name]
        z += self.params[self.b_name]
        i, f, o, g = np.split(z, 4, axis=1)
        i, f, o, g = sigmoid(i), sigmoid(f), sigmoid(o), np.tanh(g)
        next_c = f * prev_c + i * g
        next_h = o * np.tanh(next_c)
        self.stack().append((x, prev_h, prev_c, i, f, o, g, next_c))
        return next_h, next_c, None

    def step_backward(self, dnext_h, dnext_c, meta):
        x, prev_h, prev_c, i, f, o, g, next_c = self.stack().pop()
        tc = np.tanh(next_c)
        dc = dnext_c + dnext_h * o * (1 - tc**2)
        dz = np.hstack(
            (
                dc * g * i * (1 - i),
                dc * prev_c * f * (1 - f),
                dnext_h * tc * o * (1 - o),
                dc * i * (1 - g**2),
            )
        )
        dx = dz @ self.params[self.wx_name].T
        dprev_h = dz @ self.params[self.wh_name].T
        return dx, dprev_h, dc * f, x.T @ dz, prev_h.T @ dz, dz.sum(axis=0)

    def forward(self, x, h0):
        self.stack().clear()
        self.steps = x.shape[1]
        h = np.zeros((x.shape[0], x.shape[1], h0.shape[1]))
        c = np.zeros_like(h0)
        for t in range(self.steps):
            h0, c, _ = self.step_forward(x[:, t], h0, c)
            h[:, t] = h0
        return h

    def backward(self, dh):
        wx, wh, b = self.wx_name, self.wh_name, self.b_name
        for name in (wx, wh, b):
            self.grads[name] = np.zeros(self.params[name].shape)
        dx = [None] * self.steps
        dprev_h = dprev_c = np.zeros(dh[:, 0].shape)
        for t in range(self.steps - 1, -1, -1):
            step = self.step_backward(dh[:, t] + dprev_h, dprev_c, None)
            dx[t], dprev_h, dprev_c = step[:3]
            self.grads[wx] += step[3]
            self.grads[wh] += step[4]
            self.grads[b] += step[5]
        return np.stack(dx, axis=1), dprev_h


class word_embedding:
    def forward(self, x):
        self.words = x
        self.vectors = self.params[self.w_name]
        return self.vectors[x]

    def backward(self, dout):
        V, D = self.vectors.shape
        flat = self.words.flatten()
        columns = [np.bincount(flat, weights=dout[..., d].flatten(), minlength=V) for d in range(D)]
        self.grads[self.w_name] = np.column_stack(columns)
