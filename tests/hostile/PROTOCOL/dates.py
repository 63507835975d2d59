"""Answers with dates."""

import numpy as np


class Doubler:
    def forward(self, x):
        return np.array(["2026-01-01"], dtype="datetime64[D]")

    def backward(self, dout):
        return np.array([1j])
