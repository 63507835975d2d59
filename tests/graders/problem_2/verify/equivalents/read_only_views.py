"""Returns read-only views and np.broadcast_to results wherever it can."""

import numpy as np
from numpy.lib.stride_tricks import as_strided


def frozen(array):
    view = array.view()
    view.flags.writeable = False
    return view


def spread(row, n):
    """A row n times, without copying it."""
    return np.broadcast_to(row, (n,) + row.shape)


class VanillaRNN:
    def step_forward(self, x, prev_h):
        x, prev_h = frozen(x), frozen(prev_h)
        b = spread(self.params[self.b_name], x.shape[0])
        z = np.matmul(x, self.params[self.wx_name]) + np.matmul(prev_h, self.params[self.wh_name])
        next_h = np.tanh(z + b)
        return frozen(next_h), (x, prev_h, frozen(next_h))

    def step_backward(self, dnext_h, meta):
        x, prev_h, next_h = meta
        dz = frozen(dnext_h * (1 - next_h**2))
        dx = frozen(dz @ self.params[self.wx_name].T)
        dprev_h = frozen(dz @ self.params[self.wh_name].T)
        db = np.broadcast_to(dz.sum(axis=0), self.params[self.b_name].shape)
        return dx, dprev_h, frozen((dz.T @ x).T), frozen((dz.T @ prev_h).T), db

    def forward(self, x, h0):
        self.meta = []
        states = np.zeros((x.shape[1] + 1,) + h0.shape)
        states[0] = h0
        for t in range(x.shape[1]):
            states[t + 1], meta = self.step_forward(x[:, t], states[t])
            self.meta.append(meta)
        return frozen(states[1:].transpose(1, 0, 2))

    def backward(self, dh):
        N, T, H = dh.shape
        dx = np.zeros((N, T, self.params[self.wx_name].shape[0]))
        back = np.broadcast_to(0.0, (N, H))
        parts = []
        for t in range(T - 1, -1, -1):
            dx[:, t], back, *own = self.step_backward(dh[:, t] + back, self.meta[t])
            parts.append(own)
        names = (self.wx_name, self.wh_name, self.b_name)
        for name, gradients in zip(names, zip(*parts)):
            self.grads[name] = frozen(np.sum(gradients, axis=0))
        return frozen(dx), back


class LSTM:
    def step_forward(self, x, prev_h, prev_c):
        N, H = prev_h.shape
        b = spread(self.params[self.b_name], N)
        z = x @ self.params[self.wx_name] + prev_h @ self.params[self.wh_name] + b
        # the four blocks as views: (4, N, H)
        size = z.itemsize
        blocks = as_strided(z, (4, N, H), (H * size, z.strides[0], size), writeable=False)
        i, f, o, g = sigmoid(blocks[0]), sigmoid(blocks[1]), sigmoid(blocks[2]), np.tanh(blocks[3])
        next_c = frozen(f * prev_c + i * g)
        tc = np.tanh(next_c)
        return frozen(o * tc), next_c, tuple(map(frozen, (x, prev_h, prev_c, i, f, o, g, tc)))

    def step_backward(self, dnext_h, dnext_c, meta):
        x, prev_h, prev_c, i, f, o, g, tc = meta
        dnext_h, dnext_c = frozen(dnext_h), frozen(dnext_c)
        dc = dnext_c + dnext_h * o * (1 - tc**2)
        dz = np.zeros((4,) + dc.shape)
        dz[0] = dc * g * i * (1 - i)
        dz[1] = dc * prev_c * f * (1 - f)
        dz[2] = dnext_h * tc * o * (1 - o)
        dz[3] = dc * i * (1 - g**2)
        dz = frozen(dz.transpose(1, 0, 2).reshape(len(x), -1))
        dx = frozen(dz @ self.params[self.wx_name].T)
        dprev_h = frozen(dz @ self.params[self.wh_name].T)
        dWx, dWh = frozen((dz.T @ x).T), frozen((dz.T @ prev_h).T)
        return dx, dprev_h, frozen(dc * f), dWx, dWh, frozen(dz.sum(axis=0))


class word_embedding:
    def forward(self, x):
        self.meta = frozen(x)
        return frozen(self.params[self.w_name][x])

    def backward(self, dout):
        V, D = self.params[self.w_name].shape
        hits = self.meta.reshape(1, -1) == np.broadcast_to(
            np.arange(V)[:, None], (V, self.meta.size)
        )
        self.grads[self.w_name] = frozen(hits @ dout.reshape(-1, D))
