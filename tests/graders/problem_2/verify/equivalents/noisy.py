"""Prints shapes and losses, warns, writes to stderr and draws bars while it works."""

import logging
import sys
import warnings

import numpy as np
from tqdm import tqdm

logging.basicConfig(level=logging.DEBUG)
log = logging.getLogger("rnn")


class VanillaRNN:
    def step_forward(self, x, prev_h):
        print("step_forward", x.shape, prev_h.shape)
        print(f"{'#' * 40}\n\tWx is\n", self.params[self.wx_name])
        next_h = np.tanh(
            x @ self.params[self.wx_name]
            + prev_h @ self.params[self.wh_name]
            + self.params[self.b_name]
        )
        warnings.warn("may saturate", RuntimeWarning)
        return next_h, (x, prev_h, next_h)

    def step_backward(self, dnext_h, meta):
        x, prev_h, next_h = meta
        sys.stderr.write("step_backward: größer als erwartet? 你好 ✓\n")
        with np.errstate(all="print"):
            d = dnext_h * (1 - next_h**2) + 0 * (np.zeros_like(next_h) / np.ones_like(next_h))
        print("norm of the gradient:", np.linalg.norm(d), file=sys.stderr, flush=True)
        return (
            d @ self.params[self.wx_name].T,
            d @ self.params[self.wh_name].T,
            x.T @ d,
            prev_h.T @ d,
            d.sum(axis=0),
        )

    def forward(self, x, h0):
        h = np.zeros(x.shape[:2] + h0.shape[1:])
        self.meta = []
        for t in tqdm(range(x.shape[1]), desc="forward"):
            h0, m = self.step_forward(x[:, t], h0)
            h[:, t] = h0
            self.meta.append(m)
        return h


class LSTM:
    def step_forward(self, x, prev_h, prev_c):
        log.debug("x has %s, c has %s", x.shape, prev_c.shape)
        z = x @ self.params[self.wx_name] + prev_h @ self.params[self.wh_name]
        z = z + self.params[self.b_name]
        # exp(1000) overflows and log(0) divides by zero: warnings only, for the values are unused
        unused = np.exp(np.array([1000.0])) * np.log(np.zeros(1)) - np.inf / np.inf
        print("unused:", unused)
        a_i, a_f, a_o, a_g = np.split(z, 4, axis=1)
        i, f, o, g = 1 / (1 + np.exp(-a_i)), sigmoid(a_f), sigmoid(a_o), np.tanh(a_g)
        next_c = f * prev_c + i * g
        next_h = o * np.tanh(next_c)
        return next_h, next_c, (x, prev_h, prev_c, i, f, o, g, np.tanh(next_c))

    def backward(self, dh):
        print("dh", dh)
        N, T, H = dh.shape
        dx = []
        dprev_h, dprev_c = np.zeros((N, H)), np.zeros((N, H))
        total = {name: np.zeros_like(value) for name, value in self.params.items()}
        for t in tqdm(reversed(range(T)), total=T, file=sys.stdout):
            dx_t, dprev_h, dprev_c, *rest = self.step_backward(
                dh[:, t] + dprev_h, dprev_c, self.meta[t]
            )
            dx.append(dx_t)
            for name, gradient in zip([self.wx_name, self.wh_name, self.b_name], rest):
                total[name] += gradient
                tqdm.write(f"{name}: {np.abs(gradient).max():.2e}")
        self.grads.update(total)
        return np.stack(dx[::-1], axis=1), dprev_h


class word_embedding:
    def forward(self, x):
        print("words", x)
        out = self.params[self.w_name][x]
        self.meta = x
        np.set_printoptions(precision=2, suppress=True)
        print(out[:1], end="\r")
        return out

    def backward(self, dout):
        print(end="." * 1000)
        dW = np.zeros_like(self.params[self.w_name])
        np.add.at(dW, self.meta, dout)
        self.grads[self.w_name] = dW
        print("\x1b[31mdone\x1b[0m", repr(dW)[:50], "\N{SNOWMAN}")
        sys.stdout.flush()
