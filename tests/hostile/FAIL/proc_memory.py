"""Reads the grader's memory."""

from lib.attack import doubler
from lib.target import GRADER_PID


def attack():
    with open(f"/proc/{GRADER_PID}/mem", "rb") as memory:
        return memory


Doubler = doubler(attack)
