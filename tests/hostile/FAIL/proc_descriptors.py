"""Opens the grader's files through /proc."""

import os

from lib.attack import doubler
from lib.target import GRADER_PID


def attack():
    return os.listdir(f"/proc/{GRADER_PID}/fd")


Doubler = doubler(attack)
