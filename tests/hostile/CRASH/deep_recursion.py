"""Recurses until the stack ends."""


class Doubler:
    def forward(self, x):
        return self.forward(x)

    def backward(self, dout):
        return self.backward(dout)
