"""Reads another student's hand-in."""

from pathlib import Path

from lib.attack import doubler
from lib.target import NEIGHBOUR


def attack():
    return Path(NEIGHBOUR).read_text()


Doubler = doubler(attack)
