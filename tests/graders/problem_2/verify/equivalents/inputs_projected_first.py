"""Multiplies all timesteps with Wx before the loop, and sums the gradients over N and T at once."""

import numpy as np


class VanillaRNN:
    def forward(self, x, h0):
        N, T, D = x.shape
        Wh = self.params[self.wh_name]
        xW = (x.reshape(N * T, D) @ self.params[self.wx_name]).reshape(N, T, -1)
        xW = xW + self.params[self.b_name]
        h = np.zeros_like(xW)
        prev = h0
        for t in range(T):
            prev = np.tanh(xW[:, t] + prev @ Wh)
            h[:, t] = prev
        self.meta = x, h0, h
        return h

    def backward(self, dh):
        x, h0, h = self.meta
        N, T, D = x.shape
        H = h0.shape[1]
        Wx, Wh = self.params[self.wx_name], self.params[self.wh_name]
        dz = dh * (1 - h**2)
        later = np.zeros_like(h0)
        for t in range(T - 1, -1, -1):
            dz[:, t] += later * (1 - h[:, t] ** 2)
            later = dz[:, t] @ Wh.T
        before = np.concatenate([h0[:, None], h[:, :-1]], axis=1)
        rows = dz.reshape(-1, H)
        self.grads[self.wx_name] = x.reshape(-1, D).T @ rows
        self.grads[self.wh_name] = before.reshape(-1, H).T @ rows
        self.grads[self.b_name] = rows.sum(axis=0)
        return dz @ Wx.T, later


class LSTM:
    def forward(self, x, h0):
        N, T, D = x.shape
        H = h0.shape[1]
        Wh = self.params[self.wh_name]
        xW = x @ self.params[self.wx_name] + self.params[self.b_name]
        self.gates = np.zeros((N, T, 4, H))
        self.h = np.zeros((N, T + 1, H))
        self.c = np.zeros((N, T + 1, H))
        self.h[:, 0] = h0
        for t in range(T):
            z = (xW[:, t] + self.h[:, t] @ Wh).reshape(N, 4, H)
            self.gates[:, t, :3] = sigmoid(z[:, :3])
            self.gates[:, t, 3] = np.tanh(z[:, 3])
            i, f, o, g = self.gates[:, t].transpose(1, 0, 2)
            self.c[:, t + 1] = f * self.c[:, t] + i * g
            self.h[:, t + 1] = o * np.tanh(self.c[:, t + 1])
        self.meta = x
        return self.h[:, 1:]

    def backward(self, dh):
        x = self.meta
        N, T, D = x.shape
        H = dh.shape[2]
        Wx, Wh = self.params[self.wx_name], self.params[self.wh_name]
        dz = np.zeros((N, T, 4, H))
        dh_later, dc = np.zeros((N, H)), np.zeros((N, H))
        for t in range(T - 1, -1, -1):
            i, f, o, g = np.rollaxis(self.gates[:, t], 1)
            tc = np.tanh(self.c[:, t + 1])
            dnext = dh[:, t] + dh_later
            dc = dc + dnext * o * (1 - tc**2)
            dz[:, t, 0] = dc * g * i * (1 - i)
            dz[:, t, 1] = dc * self.c[:, t] * f * (1 - f)
            dz[:, t, 2] = dnext * tc * o * (1 - o)
            dz[:, t, 3] = dc * i * (1 - g**2)
            dh_later = dz[:, t].reshape(N, -1) @ Wh.T
            dc = dc * f
        rows = dz.reshape(N * T, 4 * H)
        self.grads[self.wx_name] = x.reshape(N * T, D).T @ rows
        self.grads[self.wh_name] = self.h[:, :-1].reshape(N * T, H).T @ rows
        self.grads[self.b_name] = rows.sum(axis=0)
        return (rows @ Wx.T).reshape(N, T, D), dh_later
