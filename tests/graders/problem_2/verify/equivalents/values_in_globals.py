"""Values are kept in globals of the module; the sigmoid's argument is clipped."""

import numpy as np

CACHE = []
np.seterr(all="ignore")


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-np.clip(x, -30, 30)))


class VanillaRNN:
    def step_forward(self, x, prev_h):
        global CACHE
        next_h = np.tanh(
            x @ self.params[self.wx_name]
            + prev_h @ self.params[self.wh_name]
            + self.params[self.b_name]
        )
        CACHE.append((x.copy(), prev_h.copy(), next_h.copy()))
        return next_h, len(CACHE) - 1

    def step_backward(self, dnext_h, meta):
        x, prev_h, next_h = CACHE[meta]
        da = (1 - next_h * next_h) * dnext_h
        return (
            da.dot(self.params[self.wx_name].T),
            da.dot(self.params[self.wh_name].T),
            x.T.dot(da),
            prev_h.T.dot(da),
            da.sum(0),
        )
