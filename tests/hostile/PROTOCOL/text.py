"""Answers with words."""

import numpy as np


class Doubler:
    def forward(self, x):
        return "twice that"

    def backward(self, dout):
        return np.array(["right"])
