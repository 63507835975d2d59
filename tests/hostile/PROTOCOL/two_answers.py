"""Answers twice to one question."""

import os

from gradekit.workers import wire


class Doubler:
    def forward(self, x):
        reply = wire.encode(wire.Reply(1, [{"doubled": wire.to_array(x)}]))
        os.write(3, reply + reply)
        os.read(3, 1)

    backward = forward
