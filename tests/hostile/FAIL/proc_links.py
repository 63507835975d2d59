"""Reads where the grader works."""

import os

from lib.attack import doubler
from lib.target import GRADER_PID


def attack():
    return os.readlink(f"/proc/{GRADER_PID}/cwd")


Doubler = doubler(attack)
