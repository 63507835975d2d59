"""Changes its root folder."""

import os

from lib.attack import doubler


def attack():
    return os.chroot(".")


Doubler = doubler(attack)
