"""Sets the gradients anew in each step of the way back, from lists of the steps so far."""

import numpy as np


class VanillaRNN:
    def backward(self, dh):
        wx, wh, b = self.wx_name, self.wh_name, self.b_name
        self.grads[wx] = self.grads[wh] = self.grads[b] = 0
        dxs = {}
        dprev_h = 0
        for t in range(dh.shape[1] - 1, -1, -1):
            dxs[t], dprev_h, dWx, dWh, db = self.step_backward(dh[:, t, :] + dprev_h, self.meta[t])
            self.grads[wx] = self.grads[wx] + dWx
            self.grads[wh] = self.grads[wh] + dWh
            self.grads[b] = self.grads[b] + db
        dx = np.array([dxs[t] for t in sorted(dxs)]).transpose((1, 0, 2))
        dh0 = dprev_h
        return dx, dh0


class LSTM:
    def backward(self, dh):
        dx, dWx, dWh, db = [], [], [], []
        dprev_h, dprev_c = np.zeros_like(dh[:, -1, :]), np.zeros_like(dh[:, -1, :])
        for t, meta in reversed(list(enumerate(self.meta))):
            dout = dh[:, t, :] + dprev_h
            dx_t, dprev_h, dprev_c, dWx_t, dWh_t, db_t = self.step_backward(dout, dprev_c, meta)
            dx.append(dx_t)
            dWx.append(dWx_t)
            dWh.append(dWh_t)
            db.append(db_t)
            self.grads[self.wx_name] = sum(dWx)
            self.grads[self.wh_name] = np.sum(np.array(dWh), axis=0)
            self.grads[self.b_name] = np.asarray(db).sum(0)
        dx.reverse()
        return np.stack(dx, 1), dprev_h


class word_embedding:
    def backward(self, dout):
        self.grads[self.w_name] = np.zeros(self.params[self.w_name].shape)
        for (n, t), word in np.ndenumerate(self.meta):
            row = np.zeros(self.params[self.w_name].shape)
            row[word] = dout[n, t]
            self.grads[self.w_name] = self.grads[self.w_name] + row
