"""Answers to a question that was not asked."""

import os

from gradekit.workers import wire


class Doubler:
    def forward(self, x):
        os.write(3, wire.encode(wire.Reply(7, [{"doubled": wire.to_array(x)}])))
        os.read(3, 1)

    backward = forward
