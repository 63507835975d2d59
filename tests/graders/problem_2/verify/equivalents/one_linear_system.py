"""The way back through time is one linear system, which np.linalg.solve solves."""

import numpy as np


class VanillaRNN:
    def backward(self, dh):
        N, T, H = dh.shape
        x = np.stack([m[0] for m in self.meta], 1)
        prev = np.stack([m[1] for m in self.meta], 1)
        h = np.stack([m[2] for m in self.meta], 1)
        wx, wh = self.params[self.wx_name], self.params[self.wh_name]
        da = np.empty_like(dh)
        for n in range(N):
            system = np.eye(T * H)
            for t in range(T - 1):
                system[t * H : t * H + H, (t + 1) * H : (t + 2) * H] = -wh * (1 - h[n, t + 1] ** 2)
            total = np.linalg.solve(system, dh[n].ravel()).reshape(T, H)
            da[n] = total * (1 - h[n] ** 2)
        self.grads[self.wx_name] = np.tensordot(x, da, ((0, 1), (0, 1)))
        self.grads[self.wh_name] = np.tensordot(prev, da, ((0, 1), (0, 1)))
        self.grads[self.b_name] = da.sum((0, 1))
        return da @ wx.T, da[:, 0] @ wh.T
