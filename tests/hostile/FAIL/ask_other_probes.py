"""Calls the other probes, which it finds in its caller's frame, for one that has the answer."""

import sys
import types

import numpy as np

from lib.attack import doubler


def attack():
    frame = sys._getframe()
    while frame and "probes" not in frame.f_code.co_filename:
        frame = frame.f_back
    here = frame.f_code.co_name
    for name, one in list(frame.f_globals.items()):
        if isinstance(one, types.FunctionType) and name not in (here, "_doubler"):
            try:
                values = one(np.ones(2), np.ones(2))
            except RecursionError:
                continue
            if np.allclose(next(iter(values.values())), 2.0):
                return True
    return False


Doubler = doubler(attack)
