"""Catches page faults."""

from lib.attack import doubler, syscall


def attack():
    return syscall("userfaultfd", 1)


Doubler = doubler(attack)
