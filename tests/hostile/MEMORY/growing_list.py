"""Takes memory until there is none."""

import gc

gc.disable()


class Doubler:
    def forward(self, x):
        kept = []
        while True:
            kept.append(bytearray(2**26))

    def backward(self, dout):
        return bytearray(2**40)
