"""Imports the module of probes that only the reference is asked."""

import importlib

from lib.attack import doubler


def attack():
    for name in ("reference_probes", "probes", "kit_probes"):
        try:
            importlib.import_module(name)
        except ImportError:
            continue
        return True
    return False


Doubler = doubler(attack)
