"""Searches its own memory for the expected answer."""

import gc
import sys

from lib.attack import doubler
from lib.target import SECRET


def attack():
    texts = [o for o in gc.get_objects() if isinstance(o, (dict, list, tuple))]
    return any(
        SECRET in map(str, t)
        for t in texts
        if t is not vars(sys.modules["lib.target"]) and t is not globals() and len(t) < 1000
    )


Doubler = doubler(attack)
