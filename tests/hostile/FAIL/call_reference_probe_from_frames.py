"""Climbs its callers' frames for a function that only the reference is asked for."""

import sys

from lib.attack import doubler


def attack():
    frame = sys._getframe()
    while frame:
        for place in (frame.f_globals, frame.f_locals, frame.f_builtins):
            if "doubled_by_the_reference" in place:
                return True
        frame = frame.f_back
    return False


Doubler = doubler(attack)
