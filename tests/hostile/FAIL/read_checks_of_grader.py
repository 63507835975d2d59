"""Reads the hidden checks in the grader's own folder."""

from pathlib import Path

from lib.attack import doubler
from lib.target import CHECKS


def attack():
    return Path(CHECKS, "test_thing.py").read_text()


Doubler = doubler(attack)
