"""Answers with an array of objects."""

import numpy as np


class Doubler:
    def forward(self, x):
        return np.array([object()])

    def backward(self, dout):
        return np.array([object()])
