"""np.dot and np.matmul, with everything that backward needs kept in a dict."""

import numpy as np


class VanillaRNN(object):
    def step_forward(self, x, prev_h):
        next_h, meta = None, {}
        meta["x"] = x
        meta["prev_h"] = prev_h
        meta["Wx"] = self.params[self.wx_name]
        meta["Wh"] = self.params[self.wh_name]
        meta["b"] = self.params[self.b_name]
        meta["sum"] = np.dot(x, meta["Wx"]) + np.dot(prev_h, meta["Wh"]) + meta["b"]
        next_h = np.tanh(meta["sum"])
        return next_h, meta

    def step_backward(self, dnext_h, meta):
        dx, dprev_h, dWx, dWh, db = None, None, None, None, None
        dsum = np.multiply(dnext_h, 1 - np.square(np.tanh(meta["sum"])))
        dx = np.dot(dsum, meta["Wx"].T)
        dprev_h = np.dot(dsum, meta["Wh"].T)
        dWx = np.dot(meta["x"].T, dsum)
        dWh = np.dot(meta["prev_h"].T, dsum)
        db = np.sum(dsum, axis=0)
        return dx, dprev_h, dWx, dWh, db

    def forward(self, x, h0):
        h = None
        self.meta = {}
        N, T, D = x.shape
        H = h0.shape[1]
        h = np.zeros((N, T, H))
        h[:, -1, :] = h0
        for t in range(T):
            # h[:, -1] is h0 in the first round
            h[:, t, :], self.meta[t] = self.step_forward(x[:, t, :], h[:, t - 1, :].copy())
        return h

    def backward(self, dh):
        N, T, H = dh.shape
        D = self.meta[0]["x"].shape[1]
        dx, dh0 = np.zeros((N, T, D)), np.zeros((N, H))
        self.grads[self.wx_name] = np.zeros((D, H))
        self.grads[self.wh_name] = np.zeros((H, H))
        self.grads[self.b_name] = np.zeros((H,))
        for t in range(T - 1, -1, -1):
            dx[:, t, :], dh0, dWx, dWh, db = self.step_backward(dh[:, t, :] + dh0, self.meta[t])
            self.grads[self.wx_name] = np.add(self.grads[self.wx_name], dWx)
            self.grads[self.wh_name] = np.add(self.grads[self.wh_name], dWh)
            self.grads[self.b_name] = np.add(self.grads[self.b_name], db)
        return dx, dh0


class LSTM(object):
    def step_forward(self, x, prev_h, prev_c):
        H = prev_h.shape[1]
        a = np.matmul(x, self.params[self.wx_name])
        a = a + np.matmul(prev_h, self.params[self.wh_name])
        a = a + self.params[self.b_name]
        meta = dict(x=x, prev_h=prev_h, prev_c=prev_c)
        meta["i"] = sigmoid(a[:, 0:H])
        meta["f"] = sigmoid(a[:, H : 2 * H])
        meta["o"] = sigmoid(a[:, 2 * H : 3 * H])
        meta["g"] = np.tanh(a[:, 3 * H : 4 * H])
        next_c = meta["f"] * prev_c + meta["i"] * meta["g"]
        next_h = meta["o"] * np.tanh(next_c)
        meta["next_c"] = next_c
        return next_h, next_c, meta

    def step_backward(self, dnext_h, dnext_c, meta):
        i, f, o, g = meta["i"], meta["f"], meta["o"], meta["g"]
        tanh_c = np.tanh(meta["next_c"])
        do = dnext_h * tanh_c
        dc = dnext_c + dnext_h * o * (1 - tanh_c * tanh_c)
        df = dc * meta["prev_c"]
        dprev_c = dc * f
        di = dc * g
        dg = dc * i
        dai = i * (1 - i) * di
        daf = f * (1 - f) * df
        dao = o * (1 - o) * do
        dag = (1 - g * g) * dg
        da = np.concatenate((dai, daf, dao, dag), axis=1)
        dx = np.matmul(da, self.params[self.wx_name].transpose())
        dprev_h = np.matmul(da, self.params[self.wh_name].transpose())
        dWx = np.matmul(meta["x"].transpose(), da)
        dWh = np.matmul(meta["prev_h"].transpose(), da)
        db = np.sum(da, axis=0)
        return dx, dprev_h, dprev_c, dWx, dWh, db


class word_embedding(object):
    def forward(self, x):
        out = np.take(self.params[self.w_name], x, axis=0)
        self.meta = {"x": x, "shape": self.params[self.w_name].shape}
        return out

    def backward(self, dout):
        dW = np.zeros(self.meta["shape"])
        np.add.at(dW, self.meta["x"].reshape(-1), dout.reshape(-1, dout.shape[-1]))
        self.grads[self.w_name] = dW
