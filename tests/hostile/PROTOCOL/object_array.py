"""Sends an array that says it holds objects."""

import os

from gradekit.workers import wire


class Doubler:
    def forward(self, x):
        lie = wire.Array("object", (1,), bytes(8))
        os.write(3, wire.encode(wire.Reply(1, [{"doubled": lie}])))
        os.read(3, 1)

    backward = forward
