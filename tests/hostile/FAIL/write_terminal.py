"""Writes to the terminal of whoever grades."""

from lib.attack import doubler


def attack():
    with open("/dev/tty", "w") as terminal:
        return terminal.write("all points")


Doubler = doubler(attack)
