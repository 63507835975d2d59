"""Climbs its callers' frames for the expected values."""

import sys

from lib.attack import doubler


def attack():
    frame, names = sys._getframe(), set()
    while frame:
        names |= set(frame.f_locals)
        frame = frame.f_back
    return bool(names & {"want", "expected", "reference", "report", "results"})


Doubler = doubler(attack)
