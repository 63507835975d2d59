"""Moves another student's hand-in."""

import os

from lib.attack import doubler
from lib.target import NEIGHBOUR


def attack():
    return os.rename(NEIGHBOUR, f"{NEIGHBOUR}.old")


Doubler = doubler(attack)
