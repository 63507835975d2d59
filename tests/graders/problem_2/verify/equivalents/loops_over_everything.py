"""Loops over batch, time and hidden units in place of every matrix product."""

import math

import numpy as np


def my_sigmoid(v):
    if v >= 0:
        return 1.0 / (1.0 + math.exp(-v))
    e = math.exp(v)
    return e / (1.0 + e)


def weighted_sum(x_row, h_row, wx, wh, b, j):
    s = float(b[j])
    for value, weight in zip(x_row.tolist(), wx[:, j].tolist()):
        s = s + value * weight
    for value, weight in zip(h_row.tolist(), wh[:, j].tolist()):
        s = s + value * weight
    return s


def gradients_of_sum(da, x, prev_h, wx, wh):
    N, K = da.shape
    D = x.shape[1]
    H = prev_h.shape[1]
    dx = np.zeros((N, D))
    dprev_h = np.zeros((N, H))
    dWx = np.zeros((D, K))
    dWh = np.zeros((H, K))
    db = np.zeros(K)
    for n in range(N):
        for j in range(K):
            db[j] += da[n, j]
        for d in range(D):
            dx[n, d] = np.dot(da[n], wx[d])
            dWx[d] += da[n] * x[n, d]
        for k in range(H):
            dprev_h[n, k] = np.dot(da[n], wh[k])
            dWh[k] += da[n] * prev_h[n, k]
    return dx, dprev_h, dWx, dWh, db


class VanillaRNN:
    def step_forward(self, x, prev_h):
        wx = self.params[self.wx_name]
        wh = self.params[self.wh_name]
        b = self.params[self.b_name]
        N = x.shape[0]
        H = prev_h.shape[1]
        next_h = np.zeros((N, H))
        for n in range(N):
            for j in range(H):
                next_h[n, j] = math.tanh(weighted_sum(x[n], prev_h[n], wx, wh, b, j))
        meta = (x, prev_h, wx, wh, next_h)
        return next_h, meta

    def step_backward(self, dnext_h, meta):
        x, prev_h, wx, wh, next_h = meta
        da = np.zeros(dnext_h.shape)
        for n in range(dnext_h.shape[0]):
            for j in range(dnext_h.shape[1]):
                da[n, j] = dnext_h[n, j] * (1 - next_h[n, j] ** 2)
        return gradients_of_sum(da, x, prev_h, wx, wh)

    def forward(self, x, h0):
        N, T, D = x.shape
        H = h0.shape[1]
        h = np.zeros((N, T, H))
        self.meta = {}
        prev = h0
        for t in range(T):
            prev, self.meta[t] = self.step_forward(x[:, t, :], prev)
            for n in range(N):
                for j in range(H):
                    h[n, t, j] = prev[n, j]
        return h

    def backward(self, dh):
        N, T, H = dh.shape
        D = self.params[self.wx_name].shape[0]
        dx = np.zeros((N, T, D))
        dWx = np.zeros((D, H))
        dWh = np.zeros((H, H))
        db = np.zeros(H)
        dprev = np.zeros((N, H))
        t = T - 1
        while t >= 0:
            total = np.zeros((N, H))
            for n in range(N):
                for j in range(H):
                    total[n, j] = dh[n, t, j] + dprev[n, j]
            dx_t, dprev, a, b, c = self.step_backward(total, self.meta[t])
            for n in range(N):
                dx[n, t] = dx_t[n]
            dWx = dWx + a
            dWh = dWh + b
            db = db + c
            t -= 1
        self.grads[self.wx_name] = dWx
        self.grads[self.wh_name] = dWh
        self.grads[self.b_name] = db
        return dx, dprev


class LSTM:
    def step_forward(self, x, prev_h, prev_c):
        wx = self.params[self.wx_name]
        wh = self.params[self.wh_name]
        b = self.params[self.b_name]
        N, H = prev_h.shape
        gates = np.zeros((N, 4 * H))
        next_h = np.zeros((N, H))
        next_c = np.zeros((N, H))
        for n in range(N):
            for j in range(4 * H):
                a = weighted_sum(x[n], prev_h[n], wx, wh, b, j)
                if j < 3 * H:
                    gates[n, j] = my_sigmoid(a)
                else:
                    gates[n, j] = math.tanh(a)
            for j in range(H):
                i, f, o, g = gates[n, j], gates[n, H + j], gates[n, 2 * H + j], gates[n, 3 * H + j]
                next_c[n, j] = f * prev_c[n, j] + i * g
                next_h[n, j] = o * math.tanh(next_c[n, j])
        meta = x, prev_h, prev_c, gates, next_c
        return next_h, next_c, meta

    def step_backward(self, dnext_h, dnext_c, meta):
        x, prev_h, prev_c, gates, next_c = meta
        N, H = dnext_h.shape
        da = np.zeros((N, 4 * H))
        dprev_c = np.zeros((N, H))
        for n in range(N):
            for j in range(H):
                i, f, o, g = gates[n, j], gates[n, H + j], gates[n, 2 * H + j], gates[n, 3 * H + j]
                tc = math.tanh(next_c[n, j])
                dc = dnext_c[n, j] + dnext_h[n, j] * o * (1 - tc * tc)
                da[n, j] = dc * g * i * (1 - i)
                da[n, H + j] = dc * prev_c[n, j] * f * (1 - f)
                da[n, 2 * H + j] = dnext_h[n, j] * tc * o * (1 - o)
                da[n, 3 * H + j] = dc * i * (1 - g * g)
                dprev_c[n, j] = dc * f
        wx, wh = self.params[self.wx_name], self.params[self.wh_name]
        dx, dprev_h, dWx, dWh, db = gradients_of_sum(da, x, prev_h, wx, wh)
        return dx, dprev_h, dprev_c, dWx, dWh, db

    def forward(self, x, h0):
        N, T, D = x.shape
        H = h0.shape[1]
        h = np.zeros((N, T, H))
        self.meta = []
        prev_h = h0
        prev_c = np.zeros((N, H))
        for t in range(T):
            prev_h, prev_c, m = self.step_forward(x[:, t, :], prev_h, prev_c)
            self.meta += [m]
            for n in range(N):
                h[n, t] = prev_h[n]
        return h

    def backward(self, dh):
        N, T, H = dh.shape
        D = self.params[self.wx_name].shape[0]
        dx = np.zeros((N, T, D))
        dWx, dWh, db = np.zeros((D, 4 * H)), np.zeros((H, 4 * H)), np.zeros(4 * H)
        dprev_h = np.zeros((N, H))
        dprev_c = np.zeros((N, H))
        for t in range(T - 1, -1, -1):
            result = self.step_backward(dh[:, t, :] + dprev_h, dprev_c, self.meta[t])
            dx[:, t, :] = result[0]
            dprev_h = result[1]
            dprev_c = result[2]
            dWx += result[3]
            dWh += result[4]
            db += result[5]
        self.grads[self.wx_name] = dWx
        self.grads[self.wh_name] = dWh
        self.grads[self.b_name] = db
        return dx, dprev_h


class word_embedding:
    def forward(self, x):
        W = self.params[self.w_name]
        N, T = x.shape
        D = W.shape[1]
        out = np.zeros((N, T, D))
        for n in range(N):
            for t in range(T):
                for d in range(D):
                    out[n, t, d] = W[x[n, t], d]
        self.meta = x
        return out

    def backward(self, dout):
        N, T, D = dout.shape
        dW = np.zeros(self.params[self.w_name].shape)
        for n in range(N):
            for t in range(T):
                for d in range(D):
                    dW[self.meta[n, t], d] += dout[n, t, d]
        self.grads[self.w_name] = dW
