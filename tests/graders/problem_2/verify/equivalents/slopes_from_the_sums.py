"""The sigmoid by tanh, and derivatives from the sums: 1 / cosh² and sigmoid(a) sigmoid(-a)."""

import numpy as np


def sigmoid(x):
    return 0.5 * (1 + np.tanh(0.5 * x))


class VanillaRNN:
    def step_forward(self, x, prev_h):
        a = (
            x @ self.params[self.wx_name]
            + prev_h @ self.params[self.wh_name]
            + self.params[self.b_name]
        )
        return np.tanh(a), {"x": x, "h": prev_h, "a": a}

    def step_backward(self, dnext_h, meta):
        da = dnext_h / np.cosh(meta["a"]) ** 2
        wx, wh = self.params[self.wx_name], self.params[self.wh_name]
        return da @ wx.T, da @ wh.T, meta["x"].T @ da, meta["h"].T @ da, np.ones(len(da)) @ da


class LSTM:
    def step_forward(self, x, prev_h, prev_c):
        a = (
            x @ self.params[self.wx_name]
            + prev_h @ self.params[self.wh_name]
            + self.params[self.b_name]
        )
        ai, af, ao, ag = np.hsplit(a, 4)
        c = sigmoid(af) * prev_c + sigmoid(ai) * np.tanh(ag)
        return sigmoid(ao) * np.tanh(c), c, (x, prev_h, prev_c, a, c)

    def step_backward(self, dnext_h, dnext_c, meta):
        x, prev_h, prev_c, a, c = meta
        ai, af, ao, ag = np.array_split(a, 4, axis=-1)
        slope = lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2
        dc = dnext_c + dnext_h * sigmoid(ao) * (1 / np.cosh(c) ** 2)
        da = np.concatenate(
            (
                dc * np.tanh(ag) * slope(ai),
                dc * prev_c * slope(af),
                dnext_h * np.tanh(c) * slope(ao),
                dc * sigmoid(ai) / np.cosh(ag) ** 2,
            ),
            axis=-1,
        )
        wx, wh = self.params[self.wx_name], self.params[self.wh_name]
        return da @ wx.T, da @ wh.T, dc * sigmoid(af), x.T @ da, prev_h.T @ da, np.sum(da, 0)
