"""Has Python's own tools read the checks."""

import linecache

from lib.attack import doubler
from lib.target import CHECKS


def attack():
    return bool(linecache.getlines(f"{CHECKS}/test_thing.py"))


Doubler = doubler(attack)
