"""Puts an empty check in the place of the hidden ones."""

from pathlib import Path

from lib.attack import doubler
from lib.target import CHECKS


def attack():
    return Path(CHECKS, "test_thing.py").write_text("")


Doubler = doubler(attack)
