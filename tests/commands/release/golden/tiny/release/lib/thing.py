"""A layer that doubles."""

import numpy as np

from lib.helper import floats


class Doubler:
    """Doubles its input."""

    def forward(self, x):
        """Return twice x, an array of any shape."""
        # TODO: keep in self.meta what backward needs.
        raise NotImplementedError("Doubler.forward is not implemented yet (see lib/thing.py)")
        return doubled

    def backward(self, dout):
        """Return the gradient of x."""
        dx = None
        return dx
