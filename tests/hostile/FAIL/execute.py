"""Becomes another program."""

import os

from lib.attack import doubler


def attack():
    return os.execv("/bin/sh", ["sh", "-c", "sleep 60"])


Doubler = doubler(attack)
