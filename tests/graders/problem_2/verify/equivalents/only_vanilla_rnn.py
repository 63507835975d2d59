"""Only the vanilla RNN is done yet, with np.outer for each sample; all else is left out."""

import numpy as np

LEFT_OUT = (
    "LSTM.step_forward",
    "LSTM.step_backward",
    "LSTM.forward",
    "LSTM.backward",
    "word_embedding.forward",
    "word_embedding.backward",
    "TestRNN.__init__",
    "LanguageModelRNN.__init__",
    "train_net",
)


class VanillaRNN:
    def step_forward(self, x, prev_h):
        next_h = np.zeros(prev_h.shape)
        for n in range(len(x)):
            a = x[n] @ self.params[self.wx_name]
            b = prev_h[n] @ self.params[self.wh_name]
            next_h[n] = np.tanh(a + b + self.params[self.b_name])
        meta = (x, prev_h, next_h)
        return next_h, meta

    def step_backward(self, dnext_h, meta):
        x, prev_h, next_h = meta
        dx = np.zeros(x.shape)
        dprev_h = np.zeros(prev_h.shape)
        dWx = np.zeros(self.params[self.wx_name].shape)
        dWh = np.zeros(self.params[self.wh_name].shape)
        db = np.zeros(self.params[self.b_name].shape)
        for n in range(len(x)):
            d = dnext_h[n] * (1 - next_h[n] ** 2)
            dx[n] = self.params[self.wx_name] @ d
            dprev_h[n] = self.params[self.wh_name] @ d
            dWx += np.outer(x[n], d)
            dWh += np.outer(prev_h[n], d)
            db += d
        return dx, dprev_h, dWx, dWh, db

    def forward(self, x, h0):
        h = np.concatenate([h0[:, None]] + [np.zeros_like(h0)[:, None]] * x.shape[1], axis=1)
        self.meta = []
        for t in range(x.shape[1]):
            h[:, t + 1], meta = self.step_forward(x[:, t], h[:, t])
            self.meta.append(meta)
        h = h[:, 1:]
        return h

    def backward(self, dh):
        self.meta.reverse()
        dx, dh0 = [], np.zeros_like(dh[:, 0])
        grads = 0, 0, 0
        for t, meta in enumerate(self.meta):
            dx_t, dh0, *step = self.step_backward(dh[:, -1 - t] + dh0, meta)
            dx.append(dx_t)
            grads = [g + s for g, s in zip(grads, step)]
        self.grads[self.wx_name], self.grads[self.wh_name], self.grads[self.b_name] = grads
        dx = np.stack(dx[::-1], axis=1)
        return dx, dh0
