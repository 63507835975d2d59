"""Announces an answer of four gigabytes."""

import os


class Doubler:
    def forward(self, x):
        os.write(3, bytes([255] * 4))
        os.read(3, 1)

    backward = forward
