"""Makes another name for another student's hand-in."""

import os

from lib.attack import doubler
from lib.target import NEIGHBOUR


def attack():
    return os.link(NEIGHBOUR, "mine.py")


Doubler = doubler(attack)
