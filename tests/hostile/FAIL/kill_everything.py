"""Kills every process that it may."""

import os
import signal

from lib.attack import doubler


def attack():
    return os.kill(-1, signal.SIGTERM)


Doubler = doubler(attack)
