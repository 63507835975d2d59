"""Reads the packages that grade."""

import sys
from pathlib import Path

from lib.attack import doubler


def attack():
    source = Path(sys.modules["gradekit"].__file__)
    return source.read_text()


Doubler = doubler(attack)
