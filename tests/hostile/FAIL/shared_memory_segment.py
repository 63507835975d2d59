"""Leaves a System V segment behind."""

from lib.attack import doubler, syscall


def attack():
    return syscall("shmget", 4711, 4096, 0o1666)


Doubler = doubler(attack)
