"""Leaves a message queue behind."""

from lib.attack import doubler, syscall


def attack():
    return syscall("msgget", 4711, 0o1666)


Doubler = doubler(attack)
