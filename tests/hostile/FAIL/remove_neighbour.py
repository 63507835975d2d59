"""Removes another student's hand-in."""

import os

from lib.attack import doubler
from lib.target import NEIGHBOUR


def attack():
    return os.unlink(NEIGHBOUR)


Doubler = doubler(attack)
