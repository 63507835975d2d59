"""Locks the library's files, for others to wait for."""

import fcntl
import os

from lib.attack import doubler


def attack():
    with open(os.__file__) as file:
        fcntl.lockf(file, fcntl.LOCK_SH | fcntl.LOCK_NB)


Doubler = doubler(attack)
