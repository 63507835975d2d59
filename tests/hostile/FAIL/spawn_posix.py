"""Starts a program without forking."""

import os

from lib.attack import doubler


def attack():
    return os.posix_spawn("/bin/true", ["true"], {})


Doubler = doubler(attack)
