"""Opens the checks' folder by path only, then a file below it."""

import os

from lib.attack import doubler
from lib.target import CHECKS


def attack():
    folder = os.open(CHECKS, os.O_PATH)
    return os.read(os.open("test_thing.py", os.O_RDONLY, dir_fd=folder), 100)


Doubler = doubler(attack)
