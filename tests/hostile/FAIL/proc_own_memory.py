"""Writes to the fork server's memory, from which later workers come."""

import os

from lib.attack import doubler


def attack():
    with open(f"/proc/{os.getppid()}/mem", "r+b") as memory:
        return memory


Doubler = doubler(attack)
