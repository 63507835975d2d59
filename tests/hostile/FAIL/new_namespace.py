"""Becomes root in a namespace of its own."""

from lib.attack import doubler, syscall


def attack():
    return syscall("unshare", 0x10000000)


Doubler = doubler(attack)
