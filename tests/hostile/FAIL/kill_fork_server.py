"""Kills the process that all workers come from."""

import os
import signal

from lib.attack import doubler


def attack():
    return os.kill(os.getppid(), signal.SIGKILL)


Doubler = doubler(attack)
