"""Sends bytes that mean nothing."""

import os


class Doubler:
    def forward(self, x):
        os.write(3, (4).to_bytes(4, "big") + bytes([193] * 4))
        os.read(3, 1)

    backward = forward
