"""All results are in Fortran order, or transposed views of what was computed sideways."""

import numpy as np


class VanillaRNN:
    def step_forward(self, x, prev_h):
        # columns are samples here
        z = self.params[self.wx_name].T @ x.T + self.params[self.wh_name].T @ prev_h.T
        next_h = np.tanh(z + self.params[self.b_name][:, None]).T
        return next_h, (x.T, prev_h.T, next_h.T)

    def step_backward(self, dnext_h, meta):
        x, prev_h, next_h = meta
        dz = dnext_h.T * (1 - next_h**2)
        dx = self.params[self.wx_name] @ dz
        dprev_h = self.params[self.wh_name] @ dz
        return dx.T, dprev_h.T, (dz @ x.T).T, (dz @ prev_h.T).T, dz.sum(axis=1)

    def forward(self, x, h0):
        h = np.zeros((x.shape[0], x.shape[1], h0.shape[1]), order="F")
        self.meta = np.empty(x.shape[1], dtype=object)
        for t in range(x.shape[1]):
            h0, self.meta[t] = self.step_forward(x[:, t], h0)
            h[:, t] = h0
        return h

    def backward(self, dh):
        dh = np.asfortranarray(dh)
        dx = np.zeros(dh.shape[:2] + (self.params[self.wx_name].shape[0],), order="F")
        dWx = np.zeros(self.params[self.wx_name].shape, order="F")
        dWh = np.zeros(self.params[self.wh_name].shape, order="F")
        db = np.zeros(self.params[self.b_name].shape)
        dprev = np.zeros(dh[:, 0].shape, order="F")
        for t in range(dh.shape[1] - 1, -1, -1):
            dx[:, t], dprev, wx, wh, b = self.step_backward(dh[:, t] + dprev, self.meta[t])
            dWx += wx
            dWh += wh
            db += b
        self.grads[self.wx_name], self.grads[self.wh_name], self.grads[self.b_name] = dWx, dWh, db
        return dx, dprev


class LSTM:
    def step_forward(self, x, prev_h, prev_c):
        z = self.params[self.wx_name].T @ x.T + self.params[self.wh_name].T @ prev_h.T
        z = (z.T + self.params[self.b_name]).T
        i, f, o, g = np.vsplit(z, 4)
        i, f, o, g = sigmoid(i), sigmoid(f), sigmoid(o), np.tanh(g)
        next_c = f * prev_c.T + i * g
        next_h = o * np.tanh(next_c)
        return next_h.T, next_c.T, (x, prev_h, prev_c.T, i, f, o, g, next_c)

    def step_backward(self, dnext_h, dnext_c, meta):
        x, prev_h, prev_c, i, f, o, g, next_c = meta
        dnext_h, dnext_c = dnext_h.T, dnext_c.T
        tc = np.tanh(next_c)
        dc = dnext_c + dnext_h * o * (1 - tc**2)
        dz = np.vstack(
            [
                dc * g * i * (1 - i),
                dc * prev_c * f * (1 - f),
                dnext_h * tc * o * (1 - o),
                dc * i * (1 - g**2),
            ]
        )
        dx = (self.params[self.wx_name] @ dz).T
        dprev_h = (self.params[self.wh_name] @ dz).T
        return dx, dprev_h, (dc * f).T, (dz @ x).T, (dz @ prev_h).T, dz.sum(axis=1)


class word_embedding:
    def forward(self, x):
        self.meta = x
        # (D, N, T) and back
        return np.asfortranarray(np.moveaxis(self.params[self.w_name].T[:, x], 0, -1))

    def backward(self, dout):
        W = self.params[self.w_name]
        dW = np.zeros(W.shape[::-1])
        for d in range(W.shape[1]):
            np.add.at(dW[d], self.meta, dout[:, :, d])
        self.grads[self.w_name] = dW.T
