"""LSTM.backward is left out; the other LSTM methods slice their gates with names."""

import numpy as np

LEFT_OUT = ("LSTM.backward",)

I, F, O, G = range(4)


def gate(z, which):
    H = z.shape[1] // 4
    return z[:, which * H : which * H + H]


class LSTM:
    def step_forward(self, x, prev_h, prev_c):
        z = x @ self.params[self.wx_name] + prev_h @ self.params[self.wh_name]
        z += self.params[self.b_name]
        for which in (I, F, O):
            gate(z, which)[...] = sigmoid(gate(z, which))
        gate(z, G)[...] = np.tanh(gate(z, G))
        next_c = gate(z, F) * prev_c + gate(z, I) * gate(z, G)
        next_h = gate(z, O) * np.tanh(next_c)
        meta = {"z": z, "in": (x, prev_h, prev_c), "out": (next_h, next_c)}
        return next_h, next_c, meta

    def step_backward(self, dnext_h, dnext_c, meta):
        z, (x, prev_h, prev_c), (next_h, next_c) = meta["z"], meta["in"], meta["out"]
        dtc = dnext_h * gate(z, O)
        dc = dnext_c + dtc - dtc * np.tanh(next_c) ** 2
        dz = np.ones_like(z)
        gate(dz, I)[...] = dc * gate(z, G)
        gate(dz, F)[...] = dc * prev_c
        gate(dz, O)[...] = dnext_h * np.tanh(next_c)
        gate(dz, G)[...] = dc * gate(z, I)
        slope = z * (1 - z)
        gate(slope, G)[...] = 1 - gate(z, G) ** 2
        dz *= slope
        dx = dz @ self.params[self.wx_name].T
        dprev_h = dz @ self.params[self.wh_name].T
        return dx, dprev_h, dc * gate(z, F), x.T @ dz, prev_h.T @ dz, dz.sum(axis=0)

    def forward(self, x, h0):
        N, T, D = x.shape
        h = np.zeros((N, T, h0.shape[1]))
        self.meta = tuple()
        c = np.zeros_like(h0)
        for t in range(T):
            h0, c, meta = self.step_forward(x[:, t, :], h0, c)
            h[:, t, :] = h0
            self.meta += (meta,)
        return h
