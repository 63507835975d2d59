"""Reads the text of the probe that asks it: its lines, its docstring, its module's docstring."""

import inspect
import linecache
import sys

from lib.attack import doubler


def attack():
    frame = sys._getframe()
    while frame:
        code = frame.f_code
        if "probes" in code.co_filename:
            lines = {line for _, _, line in code.co_lines()}
            texts = [frame.f_globals.get("__doc__"), linecache.getline(code.co_filename, 1)]
            documented = [o.__doc__ for o in frame.f_globals.values() if inspect.isfunction(o)]
            if lines - {1, None} or any(texts) or any(documented):
                return True
        frame = frame.f_back
    return False


Doubler = doubler(attack)
