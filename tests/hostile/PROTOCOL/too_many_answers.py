"""Sends more answers than calls."""

import os

from gradekit.workers import wire


class Doubler:
    def forward(self, x):
        answer = {"doubled": wire.to_array(x)}
        os.write(3, wire.encode(wire.Reply(1, [answer] * 50_000)))
        os.read(3, 1)

    backward = forward
