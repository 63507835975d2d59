"""Reads the hidden checks in the course."""

from pathlib import Path

from lib.attack import doubler
from lib.target import COURSE


def attack():
    return Path(COURSE, "tests/graders/tiny/test_thing.py").read_text()


Doubler = doubler(attack)
