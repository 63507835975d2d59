"""Sends an array whose size overflows."""

import os

from gradekit.workers import wire


class Doubler:
    def forward(self, x):
        lie = wire.Array("float64", (2**33, 2**33, 0), b"")
        os.write(3, wire.encode(wire.Reply(1, [{"doubled": lie}])))
        os.read(3, 1)

    backward = forward
