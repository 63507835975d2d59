"""Climbs out of the hand-in's folder with `..`."""

import os

from lib.attack import doubler


def attack():
    return os.listdir("..") + os.listdir(os.path.join(os.path.dirname(__file__), "../../.."))


Doubler = doubler(attack)
