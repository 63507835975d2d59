"""Becomes root."""

import os

from lib.attack import doubler


def attack():
    os.setresuid(0, 0, 0)


Doubler = doubler(attack)
