"""Answers with arrays of nothing."""

import numpy as np


class Doubler:
    def forward(self, x):
        return np.zeros((0, 3))

    def backward(self, dout):
        return np.zeros((2, 0))
