"""Embedding by one-hot matrices, and back by np.bincount on each column, or sorted segments."""

import numpy as np


class word_embedding:
    def forward(self, x):
        V = len(self.params[self.w_name])
        self.meta = (np.arange(V) == np.asarray(x)[..., None]).astype(int)
        return self.meta @ self.params[self.w_name]

    def backward(self, dout):
        V, D = self.params[self.w_name].shape
        words = self.meta.argmax(-1).ravel()
        order = np.argsort(words, kind="stable")
        rows = np.reshape(dout, (-1, D))[order]
        seen, first = np.unique(words[order], return_index=True)
        dw = np.zeros((V, D))
        dw[seen] = np.add.reduceat(rows, first, axis=0)
        check = np.stack(
            [np.bincount(words, np.reshape(dout, (-1, D))[:, d], minlength=V) for d in range(D)], 1
        )
        assert np.allclose(dw, check)
        self.grads = {self.w_name: dw}
