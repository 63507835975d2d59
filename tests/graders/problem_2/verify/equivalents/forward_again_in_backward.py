"""Keeps only the inputs, and computes the forward values again on the way back."""

import numpy as np


class VanillaRNN:
    def preactivation(self, x, prev_h):
        return (
            x @ self.params[self.wx_name]
            + prev_h @ self.params[self.wh_name]
            + self.params[self.b_name]
        )

    def step_forward(self, x, prev_h):
        return np.tanh(self.preactivation(x, prev_h)), (x, prev_h)

    def step_backward(self, dnext_h, meta):
        x, prev_h = meta
        # 1 - tanh(z)^2 = 4 / (e^z + e^-z)^2, and e^z may be large
        z = np.abs(self.preactivation(x, prev_h))
        e = np.exp(-2 * z)
        dz = dnext_h * 4 * e / (1 + e) ** 2
        dx = dz @ self.params[self.wx_name].T
        dprev_h = dz @ self.params[self.wh_name].T
        return dx, dprev_h, x.T @ dz, prev_h.T @ dz, dz.sum(axis=0)

    def forward(self, x, h0):
        self.meta = (x.copy(), h0.copy())
        h = np.empty(x.shape[:2] + h0.shape[1:])
        for t in range(x.shape[1]):
            h0, _ = self.step_forward(x[:, t], h0)
            h[:, t] = h0
        return h

    def backward(self, dh):
        x, h0 = self.meta
        # the whole way forward again, for the metas
        metas, state = [], h0
        for t in range(x.shape[1]):
            state, meta = self.step_forward(x[:, t], state)
            metas.append(meta)
        dx = np.empty_like(x)
        dprev = np.zeros_like(h0)
        total = np.zeros(3, dtype=object)
        while metas:
            t = len(metas) - 1
            dx[:, t], dprev, *rest = self.step_backward(dh[:, t] + dprev, metas.pop())
            for k in range(3):
                total[k] = total[k] + rest[k]
        self.grads[self.wx_name], self.grads[self.wh_name], self.grads[self.b_name] = total
        return dx, dprev


class LSTM:
    def gates(self, x, prev_h):
        z = (
            x @ self.params[self.wx_name]
            + prev_h @ self.params[self.wh_name]
            + self.params[self.b_name]
        )
        H = prev_h.shape[1]
        return (
            sigmoid(z[:, :H]),
            sigmoid(z[:, H : -2 * H]),
            sigmoid(z[:, -2 * H : -H]),
            np.tanh(z[:, -H:]),
        )

    def step_forward(self, x, prev_h, prev_c):
        i, f, o, g = self.gates(x, prev_h)
        next_c = prev_c * f + g * i
        return np.tanh(next_c) * o, next_c, (x, prev_h, prev_c)

    def step_backward(self, dnext_h, dnext_c, meta):
        x, prev_h, prev_c = meta
        i, f, o, g = self.gates(x, prev_h)
        next_h, next_c, _ = self.step_forward(x, prev_h, prev_c)
        tc = np.tanh(next_c)
        # next_h = o tc, so next_h (1 - o) is tc o (1 - o)
        dc = dnext_c + dnext_h * (o - next_h * tc)
        dz = np.append(dc * g * i * (1 - i), dc * prev_c * f * (1 - f), axis=1)
        dz = np.append(dz, dnext_h * next_h * (1 - o), axis=1)
        dz = np.append(dz, dc * i * (1 - g**2), axis=1)
        dx = dz @ self.params[self.wx_name].T
        dprev_h = dz @ self.params[self.wh_name].T
        return dx, dprev_h, dc * f, x.T @ dz, prev_h.T @ dz, dz.sum(axis=0)
