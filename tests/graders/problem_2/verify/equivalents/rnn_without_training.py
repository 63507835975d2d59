"""All layers and both models are done, and train_net is left out; meta lives in a deque."""

from collections import deque

import numpy as np

LEFT_OUT = ["train_net"]


class VanillaRNN:
    def forward(self, x, h0):
        self.meta = deque()
        h = []
        for t in range(x.shape[1]):
            h0, meta = self.step_forward(x[:, t], h0)
            h.append(h0)
            self.meta.appendleft(meta)
        return np.dstack(h).swapaxes(1, 2)

    def backward(self, dh):
        dh = deque(np.moveaxis(dh, 1, 0))
        dx = deque()
        dWx = dWh = db = dprev = 0.0
        # each step back eats its meta
        while self.meta:
            dx_t, dprev, *step = self.step_backward(dh.pop() + dprev, self.meta.popleft())
            dx.appendleft(dx_t)
            dWx, dWh, db = dWx + step[0], dWh + step[1], db + step[2]
        self.grads.update({self.wx_name: dWx, self.wh_name: dWh, self.b_name: db})
        return np.array(dx).swapaxes(0, 1), dprev


class LSTM:
    def forward(self, x, h0):
        self.meta = deque()
        h, state = deque(), (h0, np.zeros_like(h0))
        for x_t in np.rollaxis(x, 1):
            *state, meta = self.step_forward(x_t, *state)
            h.append(state[0])
            self.meta.append(meta)
        return np.rollaxis(np.array(h), 1)

    def backward(self, dh):
        dx = deque()
        d = np.zeros_like(dh[:, 0]), np.zeros_like(dh[:, 0])
        grads = {name: [] for name in self.params}
        for dh_t in np.rollaxis(dh, 1)[::-1]:
            dx_t, *d, dWx, dWh, db = self.step_backward(dh_t + d[0], d[1], self.meta.pop())
            dx.appendleft(dx_t)
            for name, gradient in zip((self.wx_name, self.wh_name, self.b_name), (dWx, dWh, db)):
                grads[name].append(gradient)
        self.grads = {name: np.sum(steps, axis=0) for name, steps in grads.items()}
        return np.rollaxis(np.array(dx), 1), d[0]
