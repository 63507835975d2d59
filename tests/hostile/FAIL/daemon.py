"""Forks twice and leaves its session."""

import os
import time

from lib.attack import doubler


def attack():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(60)
        os._exit(0)


Doubler = doubler(attack)
