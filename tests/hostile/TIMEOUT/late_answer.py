"""Answers after its deadline, for the next question to take."""

import os
import time

from gradekit.workers import wire


class Doubler:
    def forward(self, x):
        time.sleep(1.5)
        for number in (1, 2, 3):
            os.write(3, wire.encode(wire.Reply(number, [{"doubled": wire.to_array(x)}])))
        time.sleep(3600)

    backward = forward
