"""Stops the grader's process group."""

import os
import signal

from lib.attack import doubler
from lib.target import GRADER_PID


def attack():
    return os.killpg(os.getpgid(GRADER_PID), signal.SIGSTOP)


Doubler = doubler(attack)
