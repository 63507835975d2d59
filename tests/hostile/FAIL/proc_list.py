"""Lists the processes of the machine."""

import os

from lib.attack import doubler


def attack():
    return os.listdir("/proc")


Doubler = doubler(attack)
