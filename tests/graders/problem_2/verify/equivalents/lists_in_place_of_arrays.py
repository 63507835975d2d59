"""Returns lists for tuples, and nested lists for gradients; states stay arrays."""

import numpy as np


class VanillaRNN:
    def step_forward(self, x, prev_h):
        Wx, Wh, b = self.params.values()
        next_h = np.tanh(np.array(x) @ Wx + np.array(prev_h) @ Wh + b)
        meta = [np.array(x).tolist(), np.array(prev_h).tolist(), next_h.tolist()]
        return [next_h, meta]

    def step_backward(self, dnext_h, meta):
        x, prev_h, next_h = [np.array(m) for m in meta]
        dz = np.array(dnext_h) * (1 - next_h**2)
        Wx, Wh, b = self.params.values()
        gradients = [dz @ Wx.T, dz @ Wh.T, x.T @ dz, prev_h.T @ dz, dz.sum(0)]
        return [g.tolist() for g in gradients]

    def forward(self, x, h0):
        h, self.meta = [], []
        for t in range(len(x[0])):
            h0, meta = self.step_forward(x[:, t], h0)
            h.append(h0.tolist())
            self.meta.append(meta)
        return np.array(h).transpose(1, 0, 2)

    def backward(self, dh):
        dx = []
        dprev = [[0] * dh.shape[2]] * dh.shape[0]
        dWx, dWh, db = 0, 0, 0
        for t in reversed(range(dh.shape[1])):
            dx_t, dprev, a, b, c = self.step_backward(dh[:, t] + np.array(dprev), self.meta[t])
            dx.insert(0, dx_t)
            dWx += np.array(a)
            dWh += np.array(b)
            db += np.array(c)
        self.grads[self.wx_name] = dWx
        self.grads[self.wh_name] = dWh
        self.grads[self.b_name] = db
        return [np.array(dx).transpose(1, 0, 2).tolist(), dprev]


class LSTM:
    def step_forward(self, x, prev_h, prev_c):
        Wx, Wh, b = self.params.values()
        i, f, o, g = np.split(x @ Wx + prev_h @ Wh + b, 4, axis=1)
        i, f, o, g = list(map(sigmoid, [i, f, o])) + [np.tanh(g)]
        next_c = f * prev_c + i * g
        next_h = o * np.tanh(next_c)
        return [next_h, next_c, [x, prev_h, prev_c, [i, f, o, g], next_c]]

    def step_backward(self, dnext_h, dnext_c, meta):
        x, prev_h, prev_c, [i, f, o, g], next_c = meta
        Wx, Wh, b = self.params.values()
        tc = np.tanh(next_c)
        dc = dnext_c + dnext_h * o * (1 - tc**2)
        dz = [dc * g * i * (1 - i), dc * prev_c * f * (1 - f)]
        dz += [dnext_h * tc * o * (1 - o), dc * i * (1 - g**2)]
        dz = np.concatenate(dz, axis=1)
        gradients = [dz @ Wx.T, dz @ Wh.T, dc * f, x.T @ dz, prev_h.T @ dz, dz.sum(0)]
        return [g.tolist() for g in gradients]

    def backward(self, dh):
        dx = []
        dprev_h = np.zeros(dh[:, 0].shape)
        dprev_c = np.zeros(dh[:, 0].shape)
        totals = [0, 0, 0]
        for t in range(dh.shape[1])[::-1]:
            step = self.step_backward(dh[:, t] + dprev_h, dprev_c, self.meta[t])
            dx = [step[0], *dx]
            dprev_h, dprev_c = np.array(step[1]), np.array(step[2])
            totals = [total + np.array(part) for total, part in zip(totals, step[3:])]
        self.grads.update(zip([self.wx_name, self.wh_name, self.b_name], totals))
        return [np.swapaxes(dx, 0, 1).tolist(), dprev_h.tolist()]


class word_embedding:
    def forward(self, x):
        self.meta = np.array(x).tolist()
        table = self.params[self.w_name].tolist()
        return np.array([[table[word] for word in row] for row in self.meta])

    def backward(self, dout):
        dW = np.zeros(self.params[self.w_name].shape)
        for words, gradients in zip(self.meta, dout):
            for word, gradient in zip(words, gradients):
                dW[word] += gradient
        self.grads[self.w_name] = dW
