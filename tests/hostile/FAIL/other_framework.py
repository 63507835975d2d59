"""Delegates to another package that is installed."""

import importlib

from lib.attack import doubler


def attack():
    for name in ("torch", "jax", "scipy", "autograd", "nbformat"):
        try:
            return importlib.import_module(name)
        except ImportError:
            continue
    return False


Doubler = doubler(attack)
