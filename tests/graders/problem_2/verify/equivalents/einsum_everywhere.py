"""einsum for every product, over whole (N, 4, H) blocks in the LSTM."""

import numpy as np


def squash(z):
    # 0.5 * (1 + tanh(z / 2)) is the sigmoid and cannot overflow
    return 0.5 * (1.0 + np.tanh(0.5 * z))


class VanillaRNN:
    def step_forward(self, x, prev_h):
        Wx, Wh, b = (self.params[k] for k in (self.wx_name, self.wh_name, self.b_name))
        z = np.einsum("nd,dh->nh", x, Wx) + np.einsum("nk,kh->nh", prev_h, Wh) + b
        next_h = np.tanh(z)
        meta = {"x": x, "prev_h": prev_h, "z": z}
        return next_h, meta

    def step_backward(self, dnext_h, meta):
        dz = dnext_h / np.cosh(meta["z"]) ** 2
        dx = np.einsum("nh,dh->nd", dz, self.params[self.wx_name])
        dprev_h = np.einsum("nh,kh->nk", dz, self.params[self.wh_name])
        dWx = np.einsum("nd,nh->dh", meta["x"], dz)
        dWh = np.einsum("nk,nh->kh", meta["prev_h"], dz)
        db = np.einsum("nh->h", dz)
        return dx, dprev_h, dWx, dWh, db

    def backward(self, dh):
        N, T, H = dh.shape
        dzs = np.zeros((N, T, H))
        Wx, Wh = self.params[self.wx_name], self.params[self.wh_name]
        dh0 = np.zeros((N, H))
        for t in range(T)[::-1]:
            dzs[:, t] = (dh[:, t] + dh0) / np.cosh(self.meta[t]["z"]) ** 2
            dh0 = np.einsum("nh,kh->nk", dzs[:, t], Wh)
        xs = np.stack([m["x"] for m in self.meta], axis=1)
        prevs = np.stack([m["prev_h"] for m in self.meta], axis=1)
        self.grads = {
            self.wx_name: np.einsum("ntd,nth->dh", xs, dzs),
            self.wh_name: np.einsum("ntk,nth->kh", prevs, dzs),
            self.b_name: np.einsum("nth->h", dzs),
        }
        return np.einsum("nth,dh->ntd", dzs, Wx), dh0


class LSTM:
    def blocks(self):
        """The weights as (D, 4, H), (H, 4, H) and (4, H)."""
        Wx, Wh, b = (self.params[k] for k in (self.wx_name, self.wh_name, self.b_name))
        H = Wh.shape[0]
        return Wx.reshape(-1, 4, H), Wh.reshape(H, 4, H), b.reshape(4, H)

    def step_forward(self, x, prev_h, prev_c):
        Wx, Wh, b = self.blocks()
        z = np.einsum("nd,dgh->gnh", x, Wx) + np.einsum("nk,kgh->gnh", prev_h, Wh)
        z += b[:, None, :]
        i, f, o = squash(z[:3])
        g = np.tanh(z[3])
        next_c = f * prev_c + i * g
        next_h = o * np.tanh(next_c)
        meta = {"x": x, "h": prev_h, "c": prev_c, "gates": (i, f, o, g), "next_c": next_c}
        return next_h, next_c, meta

    def step_backward(self, dnext_h, dnext_c, meta):
        Wx, Wh, b = self.blocks()
        i, f, o, g = meta["gates"]
        tc = np.tanh(meta["next_c"])
        dc = dnext_c + dnext_h * o * (1 - tc**2)
        dz = np.stack(
            [
                dc * g * i * (1 - i),
                dc * meta["c"] * f * (1 - f),
                dnext_h * tc * o * (1 - o),
                dc * i * (1 - g**2),
            ],
            axis=1,
        )  # (N, 4, H)
        dx = np.einsum("ngh,dgh->nd", dz, Wx)
        dprev_h = np.einsum("ngh,kgh->nk", dz, Wh)
        dWx = np.einsum("nd,ngh->dgh", meta["x"], dz).reshape(Wx.shape[0], -1)
        dWh = np.einsum("nk,ngh->kgh", meta["h"], dz).reshape(Wh.shape[0], -1)
        db = np.einsum("ngh->gh", dz).ravel()
        return dx, dprev_h, dc * f, dWx, dWh, db


class word_embedding:
    def forward(self, x):
        W = self.params[self.w_name]
        self.meta = (np.arange(len(W)) == np.asarray(x)[:, :, None]).astype(W.dtype)
        return np.einsum("ntv,vd->ntd", self.meta, W)

    def backward(self, dout):
        self.grads[self.w_name] = np.einsum("ntv,ntd->vd", self.meta, dout)
