"""Sends a message that is nested a million deep."""

import os


class Doubler:
    def forward(self, x):
        data = bytes([0x91]) * 1_000_000
        os.write(3, len(data).to_bytes(4, "big") + data)
        os.read(3, 1)

    backward = forward
