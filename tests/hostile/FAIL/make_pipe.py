"""Makes a named pipe for somebody to hang on."""

import os

from lib.attack import doubler
from lib.target import COURSE


def attack():
    return os.mkfifo(f"{COURSE}/pipe")


Doubler = doubler(attack)
