"""Reads from nowhere."""

import ctypes


class Doubler:
    def forward(self, x):
        return ctypes.string_at(1)

    def backward(self, dout):
        return ctypes.string_at(1)
