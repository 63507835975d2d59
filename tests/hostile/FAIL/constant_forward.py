"""Gives the same whatever it gets, and a gradient of zero."""

import numpy as np


class Doubler:
    def forward(self, x):
        return np.zeros(np.shape(x))

    def backward(self, dout):
        return np.zeros(np.shape(dout))
