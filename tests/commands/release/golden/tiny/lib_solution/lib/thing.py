# Generated from source/tiny/lib/thing.py by `gradekit release`; do not edit.
"""A layer that doubles."""

import numpy as np

from lib.helper import floats


class Doubler:
    """Doubles its input."""

    def forward(self, x):
        """Return twice x, an array of any shape."""
        # TODO: keep in self.meta what backward needs.
        self.meta = floats(x)
        doubled = self.meta + np.multiply(self.meta, 1.0)
        return doubled

    def backward(self, dout):
        """Return the gradient of x."""
        dx = 2.0 * floats(dout)
        return dx
