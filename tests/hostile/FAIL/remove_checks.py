"""Removes the grader's folder."""

import shutil

from lib.attack import doubler
from lib.target import CHECKS


def attack():
    return shutil.rmtree(CHECKS)


Doubler = doubler(attack)
