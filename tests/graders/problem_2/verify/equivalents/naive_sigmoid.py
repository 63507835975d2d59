"""The sigmoid as 1 / (1 + exp(-x)), which overflows with a warning and is right all the same."""

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class LSTM:
    def step_forward(self, x, prev_h, prev_c):
        _, H = prev_h.shape
        a = x @ self.params[self.wx_name] + prev_h @ self.params[self.wh_name]
        a += self.params[self.b_name]
        a_i = a[:, :H]
        a_f = a[:, H : 2 * H]
        a_o = a[:, 2 * H : 3 * H]
        a_g = a[:, 3 * H :]
        i = 1 / (1 + np.exp(-a_i))
        f = 1.0 / (1.0 + np.exp(-a_f))
        o = (1 + np.exp(-a_o)) ** -1
        g = np.tanh(a_g)
        next_c = f * prev_c + i * g
        next_h = o * np.tanh(next_c)
        meta = (x, prev_h, prev_c, a, next_c)
        return next_h, next_c, meta

    def step_backward(self, dnext_h, dnext_c, meta):
        x, prev_h, prev_c, a, next_c = meta
        _, H = prev_h.shape
        i, f, o = sigmoid(a[:, :H]), sigmoid(a[:, H : 2 * H]), sigmoid(a[:, 2 * H : 3 * H])
        g = np.tanh(a[:, 3 * H :])
        dc = dnext_c + dnext_h * o * (1 - np.tanh(next_c) ** 2)
        da = np.zeros_like(a)
        da[:, :H] = dc * g * i * sigmoid(-a[:, :H])
        da[:, H : 2 * H] = dc * prev_c * f * sigmoid(-a[:, H : 2 * H])
        da[:, 2 * H : 3 * H] = dnext_h * np.tanh(next_c) * o * sigmoid(-a[:, 2 * H : 3 * H])
        da[:, 3 * H :] = dc * i * (1 - g**2)
        dx = da @ self.params[self.wx_name].T
        dprev_h = da @ self.params[self.wh_name].T
        return dx, dprev_h, dc * f, x.T @ da, prev_h.T @ da, np.sum(da, axis=0)
