"""Leaves a file in /dev/shm."""

from pathlib import Path

from lib.attack import doubler


def attack():
    return Path("/dev/shm/hostile_attack").write_text("here")


Doubler = doubler(attack)
