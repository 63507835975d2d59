"""Reads the solved source."""

from pathlib import Path

from lib.attack import doubler
from lib.target import COURSE


def attack():
    return Path(COURSE, "source/tiny/lib/thing.py").read_text()


Doubler = doubler(attack)
