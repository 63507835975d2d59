"""Sets an extended attribute."""

import os

from lib.attack import doubler
from lib.target import NEIGHBOUR


def attack():
    return os.setxattr(NEIGHBOUR, "user.late", b"yes")


Doubler = doubler(attack)
