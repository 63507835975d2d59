"""Renames the machine."""

from lib.attack import doubler, syscall


def attack():
    return syscall("sethostname", b"hostile", 7)


Doubler = doubler(attack)
