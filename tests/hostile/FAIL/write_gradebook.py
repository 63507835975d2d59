"""Appends to the gradebook."""

from lib.attack import doubler
from lib.target import COURSE


def attack():
    with open(f"{COURSE}/gradebook.db", "ab") as file:
        return file.write(b"60 points")


Doubler = doubler(attack)
