"""Opens the course's folder by its path alone, and what is in it from there."""

import os

from lib.attack import doubler
from lib.target import COURSE


def attack():
    return os.open("gradebook.db", os.O_RDONLY, dir_fd=os.open(COURSE, os.O_PATH))


Doubler = doubler(attack)
