"""Empties the gradebook as it is opened to be written."""

import os

from lib.attack import doubler
from lib.target import COURSE


def attack():
    for flags in (os.O_WRONLY, os.O_RDWR, os.O_WRONLY | os.O_APPEND, os.O_RDWR | os.O_CREAT):
        try:
            return os.open(f"{COURSE}/gradebook.db", flags | os.O_TRUNC)
        except OSError:
            continue
    return False


Doubler = doubler(attack)
