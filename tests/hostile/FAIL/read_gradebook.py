"""Reads the gradebook."""

from pathlib import Path

from lib.attack import doubler
from lib.target import COURSE


def attack():
    return Path(COURSE, "gradebook.db").read_bytes()


Doubler = doubler(attack)
