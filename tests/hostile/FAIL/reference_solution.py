"""Imports the reference from the course."""

import importlib
import sys

from lib.attack import doubler
from lib.target import COURSE


def attack():
    sys.path.insert(0, f"{COURSE}/source/tiny")
    for name in [name for name in sys.modules if name.startswith("lib.thing")]:
        del sys.modules[name]
    return (
        importlib.import_module("lib.thing").Doubler is not Doubler
        and "SOLUTION" in open(f"{COURSE}/source/tiny/lib/thing.py").read()
    )


Doubler = doubler(attack)
