"""Looks through all objects of its process for a function that only the reference is asked for."""

import gc
import sys
import types

from lib.attack import doubler

NAME = "_".join(["doubled", "by", "the", "reference"])


def codes(code):
    yield code
    for one in code.co_consts:
        if isinstance(one, types.CodeType):
            yield from codes(one)


def attack():
    found = [o.__code__ for o in gc.get_objects() if isinstance(o, types.FunctionType)]
    found += [o for o in gc.get_objects() if isinstance(o, types.CodeType)]
    frame = sys._getframe()
    while frame:
        found.append(frame.f_code)
        frame = frame.f_back
    return any(one.co_name == NAME for code in found for one in codes(code))


Doubler = doubler(attack)
