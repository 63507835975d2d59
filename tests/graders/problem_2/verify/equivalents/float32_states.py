"""The states of both layers are collected in arrays of 32-bit floats."""


class VanillaRNN:
    def forward(self, x, h0):
        N, T, _ = x.shape
        h = np.zeros((N, T, h0.shape[1]), dtype=np.float32)
        self.meta, state = [], h0
        for t in range(T):
            state, meta = self.step_forward(x[:, t, :], state)
            h[:, t, :] = state
            self.meta.append(meta)
        return h


class LSTM:
    def forward(self, x, h0):
        N, T, _ = x.shape
        H = h0.shape[1]
        h = np.zeros((N, T, H), dtype=np.float32)
        self.meta, state, cell = [], h0, np.zeros((N, H))
        for t in range(T):
            state, cell, meta = self.step_forward(x[:, t, :], state, cell)
            h[:, t, :] = state
            self.meta.append(meta)
        return h
