"""Goes to the course's folder first, and opens by short names."""

import os

from lib.attack import doubler
from lib.target import COURSE


def attack():
    os.chdir(COURSE)
    return os.open("gradebook.db", os.O_RDONLY | os.O_NOFOLLOW)


Doubler = doubler(attack)
