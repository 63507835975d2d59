"""Reads and writes whatever files are open besides its own."""

import os

from lib.attack import doubler


def attack():
    found = []
    for descriptor in range(4, 1024):
        try:
            os.fstat(descriptor)
            found.append(descriptor)
        except OSError:
            pass
    return bool(found)


Doubler = doubler(attack)
