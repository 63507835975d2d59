"""Asks for more memory than there is."""

import numpy as np


class Doubler:
    def forward(self, x):
        return np.ones(10**11)

    def backward(self, dout):
        return np.ones(10**11)
