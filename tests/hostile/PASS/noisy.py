"""Is right, and prints verdicts, warnings and control characters."""

import sys
import warnings

import numpy as np


class Doubler:
    def forward(self, x):
        print("FAILED", "\\x1b[31m" * 100, x)
        warnings.warn("overflow", RuntimeWarning, stacklevel=1)
        return 2.0 * np.asarray(x)

    def backward(self, dout):
        sys.stderr.write("Traceback (most recent call last):\n" * 1000)
        return 2.0 * np.asarray(dout)
