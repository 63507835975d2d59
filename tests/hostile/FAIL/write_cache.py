"""Leaves compiled code for the next worker."""

import py_compile

from lib.attack import doubler


def attack():
    return py_compile.compile("lib/helper.py", cfile="lib/__pycache__/helper.pyc", doraise=True)


Doubler = doubler(attack)
