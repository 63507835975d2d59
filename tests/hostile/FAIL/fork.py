"""Forks, to go on after its end."""

import os
import time

from lib.attack import doubler


def attack():
    if os.fork() == 0:
        time.sleep(60)
        os._exit(0)


Doubler = doubler(attack)
