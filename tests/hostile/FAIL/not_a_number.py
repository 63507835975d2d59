"""Answers with values that are not numbers."""

import numpy as np


class Doubler:
    def forward(self, x):
        return np.full(np.shape(x), np.nan)

    def backward(self, dout):
        return np.full(np.shape(dout), np.inf)
