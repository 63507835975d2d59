"""Leaves by sys.exit."""

import sys


class Doubler:
    def forward(self, x):
        sys.exit(0)

    def backward(self, dout):
        sys.exit(0)
