"""meta is a function that does the way back; backward of a layer composes them."""

import numpy as np


class VanillaRNN:
    def step_forward(self, x, prev_h):
        wx, wh, b = self.params[self.wx_name], self.params[self.wh_name], self.params[self.b_name]
        next_h = np.tanh(x @ wx + prev_h @ wh + b)

        def back(dnext_h):
            dz = dnext_h * (1 - next_h * next_h)
            return dz @ wx.T, dz @ wh.T, x.T @ dz, prev_h.T @ dz, dz.sum(0)

        return next_h, back

    def step_backward(self, dnext_h, meta):
        return meta(dnext_h)

    def forward(self, x, h0):
        tape = []
        h = np.zeros((x.shape[0], x.shape[1], h0.shape[1]))
        for t in range(x.shape[1]):
            h0, back = self.step_forward(x[:, t], h0)
            h[:, t] = h0
            tape.append(back)

        def whole(dh):
            dx, dprev = np.zeros(x.shape), np.zeros(h0.shape)
            grads = [np.zeros_like(p) for p in self.params.values()]
            for t in range(len(tape) - 1, -1, -1):
                dx[:, t], dprev, *step = tape[t](dh[:, t] + dprev)
                grads = [g + s for g, s in zip(grads, step)]
            return dx, dprev, grads

        self.meta = whole
        return h

    def backward(self, dh):
        dx, dh0, grads = self.meta(dh)
        self.grads = {name: grad for name, grad in zip(self.params, grads)}
        return dx, dh0


class LSTM:
    def step_forward(self, x, prev_h, prev_c):
        wx, wh, b = self.params[self.wx_name], self.params[self.wh_name], self.params[self.b_name]
        H = len(wh)
        z = x @ wx + prev_h @ wh + b
        s = lambda k: sigmoid(z[:, k * H : (k + 1) * H])
        i, f, o, g = s(0), s(1), s(2), np.tanh(z[:, 3 * H :])
        next_c = f * prev_c + i * g
        tc = np.tanh(next_c)

        def back(dh, dc):
            dc = dc + dh * o * (1 - tc * tc)
            parts = (
                dc * g * i * (1 - i),
                dc * prev_c * f * (1 - f),
                dh * tc * o * (1 - o),
                dc * i * (1 - g * g),
            )
            dz = np.concatenate(parts, 1)
            return dz @ wx.T, dz @ wh.T, dc * f, x.T @ dz, prev_h.T @ dz, dz.sum(0)

        return o * tc, next_c, back

    step_backward = lambda self, dnext_h, dnext_c, meta: meta(dnext_h, dnext_c)


class word_embedding:
    def forward(self, x):
        table = self.params[self.w_name]

        def back(dout):
            order = np.argsort(x, axis=None, kind="stable")
            words = x.ravel()[order]
            starts = np.flatnonzero(np.r_[True, words[1:] != words[:-1]])
            grad = np.zeros_like(table)
            grad[words[starts]] = np.add.reduceat(
                dout.reshape(-1, table.shape[1])[order], starts, axis=0
            )
            return grad

        self.meta = back
        return table[x]

    def backward(self, dout):
        self.grads[self.w_name] = self.meta(dout)
