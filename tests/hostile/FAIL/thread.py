"""Starts a thread that goes on after the answer."""

import threading
import time

from lib.attack import doubler


def attack():
    return threading.Thread(target=time.sleep, args=(60,), daemon=True).start()


Doubler = doubler(attack)
