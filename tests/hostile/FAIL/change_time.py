"""Makes another hand-in look late."""

import os

from lib.attack import doubler
from lib.target import NEIGHBOUR


def attack():
    return os.utime(NEIGHBOUR, (2e9, 2e9))


Doubler = doubler(attack)
