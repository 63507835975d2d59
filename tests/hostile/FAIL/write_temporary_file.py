"""Leaves a file in /tmp."""

from pathlib import Path

from lib.attack import doubler


def attack():
    return Path("/tmp/hostile_attack").write_text("here")


Doubler = doubler(attack)
