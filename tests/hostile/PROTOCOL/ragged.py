"""Answers with a list of lists of different lengths."""

SHAPE = None


class Doubler:
    def forward(self, x):
        return [[1.0], [1.0, 2.0]]

    def backward(self, dout):
        return [[1.0], [1.0, 2.0]]
