"""Forks as often as it can."""

import os
import time

from lib.attack import doubler


def attack():
    for _ in range(20):
        if os.fork() == 0:
            time.sleep(60)
            os._exit(0)


Doubler = doubler(attack)
