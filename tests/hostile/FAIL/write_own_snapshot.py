"""Changes the provided module in its own folder."""

from pathlib import Path

from lib.attack import doubler


def attack():
    return Path("lib/helper.py").write_text("floats = None")


Doubler = doubler(attack)
