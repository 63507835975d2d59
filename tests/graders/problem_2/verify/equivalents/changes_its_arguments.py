"""Updates its arguments in place: x, dnext_h, dnext_c, dh and dout are overwritten."""

import numpy as np


class VanillaRNN:
    def step_forward(self, x, prev_h):
        meta = {"x": x.copy(), "prev_h": prev_h.copy()}
        x *= 1.0
        prev_h *= 1.0
        z = x @ self.params[self.wx_name]
        z += prev_h @ self.params[self.wh_name]
        z += self.params[self.b_name]
        np.tanh(z, out=z)
        x *= 0
        meta["next_h"] = z.copy()
        return z, meta

    def step_backward(self, dnext_h, meta):
        dnext_h *= 1 - meta["next_h"] ** 2
        dx = dnext_h @ self.params[self.wx_name].T
        dprev_h = dnext_h @ self.params[self.wh_name].T
        dWx = meta["x"].T @ dnext_h
        dWh = meta["prev_h"].T @ dnext_h
        db = dnext_h.sum(axis=0)
        return dx, dprev_h, dWx, dWh, db

    def forward(self, x, h0):
        N, T, D = x.shape
        h = np.zeros((N, T, h0.shape[1]))
        self.meta = []
        for t in range(T):
            h[:, t], meta = self.step_forward(x[:, t], h0)
            h0[:] = h[:, t]
            self.meta.append(meta)
        return h

    def backward(self, dh):
        N, T, H = dh.shape
        D = self.params[self.wx_name].shape[0]
        dx = np.zeros((N, T, D))
        self.grads[self.wx_name] = np.zeros((D, H))
        self.grads[self.wh_name] = np.zeros((H, H))
        self.grads[self.b_name] = np.zeros(H)
        for t in range(T - 1, -1, -1):
            dx[:, t], dprev_h, dWx, dWh, db = self.step_backward(dh[:, t], self.meta[t])
            if t > 0:
                dh[:, t - 1] += dprev_h
            self.grads[self.wx_name] += dWx
            self.grads[self.wh_name] += dWh
            self.grads[self.b_name] += db
        return dx, dprev_h


class LSTM:
    def step_forward(self, x, prev_h, prev_c):
        H = prev_h.shape[1]
        z = x @ self.params[self.wx_name] + prev_h @ self.params[self.wh_name]
        z += self.params[self.b_name]
        z[:, : 3 * H] = sigmoid(z[:, : 3 * H])
        z[:, 3 * H :] = np.tanh(z[:, 3 * H :])
        i, f, o, g = z[:, :H], z[:, H : 2 * H], z[:, 2 * H : 3 * H], z[:, 3 * H :]
        old_c = prev_c.copy()
        prev_c *= f
        prev_c += i * g
        tc = np.tanh(prev_c)
        meta = (x.copy(), prev_h.copy(), old_c, z, tc)
        return o * tc, prev_c.copy(), meta

    def step_backward(self, dnext_h, dnext_c, meta):
        x, prev_h, prev_c, z, tc = meta
        H = tc.shape[1]
        i, f, o, g = z[:, :H], z[:, H : 2 * H], z[:, 2 * H : 3 * H], z[:, 3 * H :]
        dnext_c += dnext_h * o * (1 - tc**2)
        dnext_h *= tc
        dz = np.empty_like(z)
        dz[:, :H] = dnext_c * g
        dz[:, H : 2 * H] = dnext_c * prev_c
        dz[:, 2 * H : 3 * H] = dnext_h
        dz[:, 3 * H :] = dnext_c * i * (1 - g**2)
        dz[:, : 3 * H] *= z[:, : 3 * H] * (1 - z[:, : 3 * H])
        dnext_c *= f
        dx = dz @ self.params[self.wx_name].T
        dprev_h = dz @ self.params[self.wh_name].T
        return dx, dprev_h, dnext_c, x.T @ dz, prev_h.T @ dz, dz.sum(axis=0)

    def backward(self, dh):
        T = dh.shape[1]
        dx = np.zeros((dh.shape[0], T, self.params[self.wx_name].shape[0]))
        dc = np.zeros_like(dh[:, 0])
        for name in self.params:
            self.grads[name] = np.zeros_like(self.params[name])
        for t in range(T - 1, -1, -1):
            dx[:, t], dh0, dc, dWx, dWh, db = self.step_backward(dh[:, t], dc, self.meta[t])
            dh[:, t - 1] += dh0  # dh[:, -1] is done with when t is 0
            self.grads[self.wx_name] += dWx
            self.grads[self.wh_name] += dWh
            self.grads[self.b_name] += db
        return dx, dh0


class word_embedding:
    def forward(self, x):
        self.meta = x
        out = self.params[self.w_name][x]
        out *= 1.0
        return out

    def backward(self, dout):
        dW = np.zeros(self.params[self.w_name].shape)
        for n in range(dout.shape[0]):
            for t in range(dout.shape[1]):
                dW[self.meta[n, t]] += dout[n, t]
                dout[n, t] -= dout[n, t]
        dout += 1
        self.grads[self.w_name] = dW
