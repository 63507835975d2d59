"""np.vectorize over scalar functions of math, and np.apply_along_axis for rows."""

import math

import numpy as np

tanh = np.vectorize(math.tanh)
dtanh = np.vectorize(lambda y: 1.0 - y * y)


@np.vectorize
def sigmoid(z):
    if z < -700:
        return 0.0
    return 1.0 / (1.0 + math.exp(-z))


@np.vectorize
def update_cell(i, f, g, c):
    return f * c + i * g


class VanillaRNN:
    def step_forward(self, x, prev_h):
        wx, wh, b = (self.params[n] for n in (self.wx_name, self.wh_name, self.b_name))
        z = np.apply_along_axis(lambda row: row @ wx, 1, x)
        z += np.apply_along_axis(lambda row: row @ wh + b, 1, prev_h)
        h = tanh(z)
        return h, (x, prev_h, h)

    def step_backward(self, dnext_h, meta):
        x, prev_h, h = meta
        dz = np.multiply(dnext_h, dtanh(h))
        dx = np.inner(dz, self.params[self.wx_name])
        dprev_h = np.inner(dz, self.params[self.wh_name])
        dWx = np.tensordot(x, dz, axes=(0, 0))
        dWh = np.tensordot(prev_h, dz, axes=([0], [0]))
        return dx, dprev_h, dWx, dWh, np.add.reduce(dz)


class LSTM:
    def step_forward(self, x, prev_h, prev_c):
        z = np.tensordot(x, self.params[self.wx_name], 1)
        z += np.tensordot(prev_h, self.params[self.wh_name], 1)
        z += self.params[self.b_name]
        i, f, o, g = np.array_split(z, 4, axis=-1)
        i, f, o, g = sigmoid(i), sigmoid(f), sigmoid(o), tanh(g)
        next_c = update_cell(i, f, g, prev_c)
        return o * tanh(next_c), next_c, (x, prev_h, prev_c, i, f, o, g, next_c)

    def step_backward(self, dnext_h, dnext_c, meta):
        x, prev_h, prev_c, i, f, o, g, next_c = meta
        tc = tanh(next_c)
        dc = dnext_c + dnext_h * o * dtanh(tc)
        dz = np.block(
            [
                [
                    dc * g * i * (1 - i),
                    dc * prev_c * f * (1 - f),
                    dnext_h * tc * o * (1 - o),
                    dc * i * dtanh(g),
                ]
            ]
        )
        # gradients of the weights as sums of outer products, one for each sample
        dWx = sum(np.outer(x_n, dz_n) for x_n, dz_n in zip(x, dz))
        dWh = sum(np.outer(h_n, dz_n) for h_n, dz_n in zip(prev_h, dz))
        dx = np.inner(dz, self.params[self.wx_name])
        dprev_h = np.inner(dz, self.params[self.wh_name])
        return dx, dprev_h, np.multiply(dc, f), dWx, dWh, np.add.reduce(dz, axis=0)


class word_embedding:
    def forward(self, x):
        self.meta = x
        return np.apply_along_axis(lambda row: self.params[self.w_name][row].ravel(), 1, x).reshape(
            x.shape[0], x.shape[1], -1
        )

    def backward(self, dout):
        W = self.params[self.w_name]
        index = np.ravel_multi_index(
            (self.meta[:, :, None], np.arange(W.shape[1])[None, None, :]), W.shape
        )
        flat = np.zeros(W.size)
        np.add.at(flat, index.ravel(), dout.ravel())
        self.grads[self.w_name] = flat.reshape(W.shape)
