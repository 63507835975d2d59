"""Makes a file without a name in the course, in each access mode."""

import os

from lib.attack import doubler
from lib.target import COURSE


def attack():
    for mode in (os.O_WRONLY, os.O_RDWR, 3):
        try:
            return os.open(COURSE, os.O_TMPFILE | mode, 0o600)
        except OSError:
            continue
    return False


Doubler = doubler(attack)
