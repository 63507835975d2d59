"""Makes a link to the checks inside of the hand-in."""

import os
from pathlib import Path

from lib.attack import doubler
from lib.target import CHECKS


def attack():
    os.symlink(CHECKS, "link")
    return Path("link/test_thing.py").read_text()


Doubler = doubler(attack)
