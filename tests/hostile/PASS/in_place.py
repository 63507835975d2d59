"""Is right, and uses its arguments up."""

FACTOR = 2.0


class Doubler:
    def forward(self, x):
        x *= 2.0
        return x

    def backward(self, dout):
        dout *= 2.0
        return dout
