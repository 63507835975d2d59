"""Loops inside of one operation."""

import re


class Doubler:
    def forward(self, x):
        return re.match("(a+)+$", "a" * 60 + "b")

    def backward(self, dout):
        return re.match("(a+)+$", "a" * 60 + "b")
