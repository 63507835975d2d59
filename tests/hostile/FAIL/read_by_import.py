"""Imports the hidden checks' probes and tests."""

import importlib
import sys

from lib.attack import doubler
from lib.target import CHECKS


def attack():
    sys.path.insert(0, CHECKS)
    importlib.invalidate_caches()
    return importlib.import_module("test_thing").test_fixed


Doubler = doubler(attack)
