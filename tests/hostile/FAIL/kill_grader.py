"""Kills the grader."""

import os
import signal

from lib.attack import doubler
from lib.target import GRADER_PID


def attack():
    return os.kill(GRADER_PID, signal.SIGKILL)


Doubler = doubler(attack)
