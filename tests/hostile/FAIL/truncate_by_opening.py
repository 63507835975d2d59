"""Truncates the gradebook by opening it for reading."""

import os

from lib.attack import doubler
from lib.target import COURSE


def attack():
    return os.open(f"{COURSE}/gradebook.db", os.O_RDONLY | os.O_TRUNC)


Doubler = doubler(attack)
