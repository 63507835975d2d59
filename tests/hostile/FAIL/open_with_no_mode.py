"""Opens the gradebook with the access mode for which no right is asked."""

import os

from lib.attack import doubler
from lib.target import COURSE


def attack():
    return os.open(f"{COURSE}/gradebook.db", 3)


Doubler = doubler(attack)
