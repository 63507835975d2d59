"""Small helper methods, static methods and properties inside the classes, called with keywords."""

import numpy as np


class VanillaRNN:
    @property
    def weights(self):
        return self.params[self.wx_name], self.params[self.wh_name], self.params[self.b_name]

    @staticmethod
    def _activate(z):
        return np.tanh(z)

    @staticmethod
    def _slope(y):
        return (1 - y) * (1 + y)

    def _affine(self, *, x, prev_h):
        Wx, Wh, b = self.weights
        return np.matmul(x, Wx) + np.matmul(prev_h, Wh) + b

    def _init_grads(self):
        for name in [self.wx_name, self.wh_name, self.b_name]:
            self.grads[name] = np.zeros_like(self.params[name])

    def _add_grads(self, dWx, dWh, db):
        self.grads[self.wx_name] += dWx
        self.grads[self.wh_name] += dWh
        self.grads[self.b_name] += db

    def step_forward(self, x, prev_h):
        next_h = self._activate(self._affine(x=x, prev_h=prev_h))
        return next_h, dict(x=x, prev_h=prev_h, next_h=next_h)

    def step_backward(self, dnext_h, meta):
        return self._back(dnext_h, **meta)

    def _back(self, dnext_h, x, prev_h, next_h):
        Wx, Wh, _ = self.weights
        dz = dnext_h * self._slope(next_h)
        return dz @ Wx.T, dz @ Wh.T, x.T @ dz, prev_h.T @ dz, dz.sum(axis=0)

    def forward(self, x, h0):
        N, T, _ = x.shape
        h = np.zeros((N, T, self.params[self.b_name].size))
        self.meta = {"steps": {}, "T": T}
        for t in range(T):
            prev_h = h0 if t == 0 else h[:, t - 1, :]
            h[:, t, :], self.meta["steps"][t] = self.step_forward(x=x[:, t, :], prev_h=prev_h)
        return h

    def backward(self, dh):
        self._init_grads()
        N, T, H = dh.shape
        dx = np.zeros((N, T, self.weights[0].shape[0]))
        dh0 = np.zeros((N, H))
        for t in reversed(range(self.meta["T"])):
            step = self.step_backward(dnext_h=dh[:, t, :] + dh0, meta=self.meta["steps"][t])
            dx[:, t, :], dh0 = step[0], step[1]
            self._add_grads(*step[2:])
        return dx, dh0


class LSTM:
    GATES = ("i", "f", "o", "g")

    @classmethod
    def _split(cls, z):
        H = z.shape[1] // len(cls.GATES)
        return {gate: z[:, k * H : (k + 1) * H] for k, gate in enumerate(cls.GATES)}

    @classmethod
    def _join(cls, gates):
        return np.concatenate([gates[gate] for gate in cls.GATES], axis=1)

    def _nonlinear(self, gate, z):
        return np.tanh(z) if gate == "g" else sigmoid(z)

    def _slope(self, gate, y):
        return 1 - y**2 if gate == "g" else y - y**2

    def step_forward(self, x, prev_h, prev_c):
        z = x @ self.params[self.wx_name] + prev_h @ self.params[self.wh_name]
        z = self._split(z + self.params[self.b_name])
        y = {gate: self._nonlinear(gate, z[gate]) for gate in self.GATES}
        next_c = y["f"] * prev_c + y["i"] * y["g"]
        tanh_c = np.tanh(next_c)
        meta = {"x": x, "prev_h": prev_h, "prev_c": prev_c, "tanh_c": tanh_c, **y}
        return y["o"] * tanh_c, next_c, meta

    def step_backward(self, dnext_h, dnext_c, meta):
        dc = dnext_c + dnext_h * meta["o"] * (1 - meta["tanh_c"] ** 2)
        dy = {
            "g": dc * meta["i"],
            "i": dc * meta["g"],
            "f": dc * meta["prev_c"],
            "o": dnext_h * meta["tanh_c"],
        }
        dz = self._join({gate: dy[gate] * self._slope(gate, meta[gate]) for gate in dy})
        dx = dz @ self.params[self.wx_name].T
        dprev_h = dz @ self.params[self.wh_name].T
        dWx, dWh = meta["x"].T @ dz, meta["prev_h"].T @ dz
        return dx, dprev_h, dc * meta["f"], dWx, dWh, dz.sum(axis=0)


class word_embedding:
    @property
    def table(self):
        return self.params[self.w_name]

    def one_hot(self, x):
        return np.eye(self.table.shape[0])[x]

    def forward(self, x):
        self.meta = self.one_hot(x)
        return self.meta @ self.table

    def backward(self, dout):
        rows = self.meta.reshape(-1, self.meta.shape[-1])
        self.grads[self.w_name] = rows.T @ dout.reshape(-1, dout.shape[-1])
