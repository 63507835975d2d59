"""Turns sequences to (T, N, D), works there, and turns the results back as views."""

import numpy as np


class VanillaRNN:
    def forward(self, x, h0):
        self.meta = []
        hs = np.zeros((x.shape[1], x.shape[0], h0.shape[1]))
        for t, x_t in enumerate(x.transpose(1, 0, 2)):
            h0, m = self.step_forward(x_t, h0)
            hs[t] = h0
            self.meta.append(m)
        return hs.transpose(1, 0, 2)

    def backward(self, dh):
        dh = np.moveaxis(dh, 1, 0)
        T, N, H = dh.shape
        D = self.params[self.wx_name].shape[0]
        dx = np.zeros((T, N, D))
        dh_prev = np.zeros((N, H))
        dWx, dWh, db = np.zeros((D, H)), np.zeros((H, H)), np.zeros(H)
        for t in range(T - 1, -1, -1):
            dx[t], dh_prev, dwx, dwh, dbias = self.step_backward(dh[t] + dh_prev, self.meta[t])
            dWx += dwx
            dWh += dwh
            db += dbias
        self.grads = {self.wx_name: dWx, self.wh_name: dWh, self.b_name: db}
        return np.moveaxis(dx, 0, 1), dh_prev


class LSTM:
    def forward(self, x, h0):
        x = np.swapaxes(x, 0, 1)
        T, N, _ = x.shape
        hs = np.empty((T,) + h0.shape)
        c = np.zeros(h0.shape)
        self.meta = [None] * T
        for t in range(T):
            hs[t], c, self.meta[t] = self.step_forward(x[t], hs[t - 1] if t else h0, c)
        return np.swapaxes(hs, 0, 1)

    def backward(self, dh):
        dh = np.swapaxes(dh, 0, 1)
        T, N, H = dh.shape
        dxs = []
        back = np.zeros((N, H)), np.zeros((N, H))
        sums = [np.zeros_like(self.params[k]) for k in (self.wx_name, self.wh_name, self.b_name)]
        for dh_t, meta in zip(dh[::-1], self.meta[::-1]):
            dx, dprev_h, dprev_c, *dparams = self.step_backward(dh_t + back[0], back[1], meta)
            back = dprev_h, dprev_c
            dxs.append(dx)
            for s, d in zip(sums, dparams):
                s += d
        self.grads[self.wx_name], self.grads[self.wh_name], self.grads[self.b_name] = sums
        return np.swapaxes(np.array(dxs)[::-1], 0, 1), back[0]


class word_embedding:
    def forward(self, x):
        self.meta = x.T
        return np.stack([self.params[self.w_name][words] for words in x.T], axis=1)

    def backward(self, dout):
        dW = np.zeros_like(self.params[self.w_name])
        for words, d in zip(self.meta, dout.swapaxes(0, 1)):
            np.add.at(dW, words, d)
        self.grads[self.w_name] = dW
