"""Lists the snapshots, the reference's among them."""

import os

from lib.attack import doubler
from lib.target import POOL


def attack():
    return os.listdir(f"{POOL}/snapshots")


Doubler = doubler(attack)
