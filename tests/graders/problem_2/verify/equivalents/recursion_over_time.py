"""Goes through time by recursion, forwards and backwards."""

import numpy as np


class VanillaRNN:
    def forward(self, x, h0):
        states, self.meta = self.run(x, h0, 0)
        return np.stack(states, axis=1)

    def run(self, x, h, t):
        """The states and metas from timestep t on."""
        if t == x.shape[1]:
            return [], []
        h, meta = self.step_forward(x[:, t], h)
        states, metas = self.run(x, h, t + 1)
        return [h] + states, [meta] + metas

    def backward(self, dh):
        dx = np.zeros(dh.shape[:2] + self.params[self.wx_name].shape[:1])

        def back(t):
            """What reaches the state before timestep t, and the parameters' gradients from t on."""
            if t == dh.shape[1]:
                return np.zeros_like(dh[:, 0]), [np.zeros_like(p) for p in self.params.values()]
            later, totals = back(t + 1)
            dx[:, t], dprev_h, *own = self.step_backward(dh[:, t] + later, self.meta[t])
            return dprev_h, [a + b for a, b in zip(own, totals)]

        dh0, totals = back(0)
        for name, total in zip((self.wx_name, self.wh_name, self.b_name), totals):
            self.grads[name] = total
        return dx, dh0


class LSTM:
    def forward(self, x, h0):
        # a linked list: each link holds its meta and the links before it
        h, _, self.meta = self.unrolled(x, h0, x.shape[1])
        return h

    def unrolled(self, x, h0, steps):
        if steps == 0:
            return h0[:, None][:, :0], np.zeros_like(h0), None
        h, c, link = self.unrolled(x, h0, steps - 1)
        prev_h = h[:, -1] if steps > 1 else h0
        next_h, next_c, meta = self.step_forward(x[:, steps - 1], prev_h, c)
        return np.concatenate([h, next_h[:, None]], axis=1), next_c, (meta, link)

    def backward(self, dh):
        for name, p in self.params.items():
            self.grads[name] = np.zeros_like(p)
        nothing = np.zeros_like(dh[:, 0])
        return self.back(dh, nothing, nothing, self.meta)

    def back(self, dh, dnext_h, dnext_c, link):
        if link is None:
            D = self.params[self.wx_name].shape[0]
            return np.zeros((dh.shape[0], 0, D)), dnext_h
        meta, before = link
        step = self.step_backward(dh[:, -1] + dnext_h, dnext_c, meta)
        for name, gradient in zip(self.params, step[3:]):
            self.grads[name] += gradient
        dx, dh0 = self.back(dh[:, :-1], step[1], step[2], before)
        return np.concatenate([dx, step[0][:, None]], axis=1), dh0
