"""itertools.accumulate, generators and functools.reduce for the loops over time."""

from functools import reduce
from itertools import accumulate, chain
from operator import add, itemgetter

import numpy as np


def over_time(a):
    yield from np.moveaxis(a, 1, 0)


class VanillaRNN:
    def forward(self, x, h0):
        steps = accumulate(
            over_time(x), lambda last, x_t: self.step_forward(x_t, last[0]), initial=(h0, None)
        )
        next(steps)
        h, self.meta = zip(*steps)
        return np.stack(h, axis=1)

    def backward(self, dh):
        def steps():
            dprev_h = 0
            for d, meta in zip(over_time(dh[:, ::-1]), reversed(self.meta)):
                gradients = self.step_backward(d + dprev_h, meta)
                dprev_h = gradients[1]
                yield gradients

        dx, dprev_h, dWx, dWh, db = zip(*steps())
        self.grads[self.wx_name] = reduce(add, dWx)
        self.grads[self.wh_name] = reduce(add, dWh)
        self.grads[self.b_name] = reduce(add, db)
        return np.stack(dx[::-1], axis=1), dprev_h[-1]


class LSTM:
    def forward(self, x, h0):
        self.meta = []

        def go(state, x_t):
            *state, meta = self.step_forward(x_t, *state)
            self.meta.append(meta)
            return tuple(state)

        states = accumulate(chain([(h0, np.zeros_like(h0))], over_time(x)), go)
        next(states)
        return np.stack(list(map(itemgetter(0), states)), axis=1)

    def backward(self, dh):
        def go(later, step):
            d, meta = step
            dx, dprev_h, dprev_c, *own = self.step_backward(d + later[1], later[2], meta)
            totals = own if later[3] is None else list(map(add, later[3], own))
            return [dx] + later[0], dprev_h, dprev_c, totals

        nothing = np.zeros((dh.shape[0], dh.shape[2]))
        steps = zip(over_time(np.flip(dh, axis=1)), self.meta[::-1])
        dx, dh0, _, totals = reduce(go, steps, ([], nothing, nothing, None))
        self.grads = dict(zip(self.params, totals))
        return np.stack(dx, axis=1), dh0


class word_embedding:
    def forward(self, x):
        self.meta = x
        table = self.params[self.w_name]
        rows = np.fromiter((v for w in x.flat for v in table[w]), dtype=float)
        return rows.reshape(*x.shape, -1)

    def backward(self, dout):
        V, D = self.params[self.w_name].shape
        pairs = sorted(zip(self.meta.flat, map(tuple, dout.reshape(-1, D))), key=itemgetter(0))
        dW = np.zeros((V, D))
        for word, row in pairs:
            dW[word] += row
        self.grads[self.w_name] = dW
