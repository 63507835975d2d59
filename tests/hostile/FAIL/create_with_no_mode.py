"""Creates a file among the checks with the access mode for which no right is asked."""

import os

from lib.attack import doubler
from lib.target import CHECKS


def attack():
    return os.open(f"{CHECKS}/conftest.py", 3 | os.O_CREAT | os.O_EXCL)


Doubler = doubler(attack)
