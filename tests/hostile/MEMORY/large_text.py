"""Makes a text that fills the memory."""

SIZE = 2**40


class Doubler:
    def forward(self, x):
        return "x" * 2**40

    def backward(self, dout):
        return "x" * 2**40
