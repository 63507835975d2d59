"""One product of [x, h] with the stacked weights per step, and one back."""

import numpy as np


class VanillaRNN:
    def step_forward(self, x, prev_h):
        W = np.vstack((self.params[self.wx_name], self.params[self.wh_name]))
        xh = np.concatenate([x, prev_h], axis=1)
        next_h = np.tanh(xh @ W + self.params[self.b_name])
        return next_h, [xh, W, next_h, x.shape[1]]

    def step_backward(self, dnext_h, meta):
        xh, W, next_h, D = meta
        dz = (1 - next_h * next_h) * dnext_h
        dxh = dz @ W.T
        dW = xh.T @ dz
        return dxh[:, :D], dxh[:, D:], dW[:D], dW[D:], dz.sum(0)


class LSTM:
    def step_forward(self, x, prev_h, prev_c):
        W = np.r_[self.params[self.wx_name], self.params[self.wh_name], [self.params[self.b_name]]]
        # the bias is one more row, for one more input that is always 1
        xh1 = np.c_[x, prev_h, np.ones(len(x))]
        z = xh1 @ W
        ai, af, ao, ag = np.hsplit(z, 4)
        i, f, o, g = sigmoid(ai), sigmoid(af), sigmoid(ao), np.tanh(ag)
        next_c = f * prev_c + i * g
        t = np.tanh(next_c)
        return o * t, next_c, [xh1, W, x.shape[1], prev_c, i, f, o, g, t]

    def step_backward(self, dnext_h, dnext_c, meta):
        xh1, W, D, prev_c, i, f, o, g, t = meta
        dc = dnext_h * o * (1 - t * t) + dnext_c
        dz = np.c_[
            dc * g * i * (1 - i),
            dc * prev_c * f * (1 - f),
            dnext_h * t * o * (1 - o),
            dc * i * (1 - g * g),
        ]
        dxh1 = dz @ W.T
        dW = xh1.T @ dz
        return dxh1[:, :D], dxh1[:, D:-1], dc * f, dW[:D], dW[D:-1], dW[-1]
