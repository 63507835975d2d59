"""Starts helpers to share the memory limit among."""

import multiprocessing

from lib.attack import doubler


def attack():
    with multiprocessing.get_context("fork").Pool(4) as pool:
        return pool.map(abs, range(4))


Doubler = doubler(attack)
