"""A sigmoid by masks for both signs, and one matrix of weights for each gate."""

import numpy as np


def sigmoid(x):
    out = np.empty(np.shape(x))
    positive = x >= 0
    out[positive] = 1 / (1 + np.exp(-x[positive]))
    e = np.exp(x[~positive])
    out[~positive] = e / (1 + e)
    return out


def columns(matrix, number):
    """The block of a gate: i, f, o, g are 0 to 3."""
    H = matrix.shape[-1] // 4
    return matrix[..., number * H : (number + 1) * H]


class LSTM:
    def gate(self, number, x, prev_h):
        wx = columns(self.params[self.wx_name], number)
        wh = columns(self.params[self.wh_name], number)
        b = columns(self.params[self.b_name], number)
        return x @ wx + prev_h @ wh + b

    def step_forward(self, x, prev_h, prev_c):
        gates = {}
        for number, letter in enumerate("ifog"):
            z = self.gate(number, x, prev_h)
            gates[letter] = np.tanh(z) if letter == "g" else sigmoid(z)
        next_c = gates["f"] * prev_c + gates["i"] * gates["g"]
        next_h = gates["o"] * np.tanh(next_c)
        return next_h, next_c, (x, prev_h, prev_c, gates, next_c)

    def step_backward(self, dnext_h, dnext_c, meta):
        x, prev_h, prev_c, gates, next_c = meta
        tc = np.tanh(next_c)
        dc = dnext_c + dnext_h * gates["o"] * (1 - tc**2)
        outer = {"i": dc * gates["g"], "f": dc * prev_c, "o": dnext_h * tc, "g": dc * gates["i"]}
        dx = np.zeros_like(x)
        dprev_h = np.zeros_like(prev_h)
        dWx = np.zeros_like(self.params[self.wx_name])
        dWh = np.zeros_like(self.params[self.wh_name])
        db = np.zeros_like(self.params[self.b_name])
        for number, letter in enumerate("ifog"):
            s = gates[letter]
            dz = outer[letter] * (1 - s**2 if letter == "g" else s * (1 - s))
            dx += dz @ columns(self.params[self.wx_name], number).T
            dprev_h += dz @ columns(self.params[self.wh_name], number).T
            columns(dWx, number)[:] = x.T @ dz
            columns(dWh, number)[:] = prev_h.T @ dz
            columns(db, number)[:] = dz.sum(axis=0)
        return dx, dprev_h, dc * gates["f"], dWx, dWh, db
