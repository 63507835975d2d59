"""Aborts its process."""

import os


class Doubler:
    def forward(self, x):
        os.abort()

    def backward(self, dout):
        os.abort()
