"""Puts the grader on one processor, at the lowest priority."""

import os

from lib.attack import doubler
from lib.target import GRADER_PID


def attack():
    os.sched_setaffinity(GRADER_PID, {0})
    return os.setpriority(os.PRIO_PROCESS, GRADER_PID, 19)


Doubler = doubler(attack)
